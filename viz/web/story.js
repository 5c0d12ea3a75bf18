// The guided story: scenes, the vote, and guesses beside the outcome.
import { button, fill, h } from "./basics.js";

export class StoryPanel {
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "side story" });
    this.choice = null;
    this.shown = "";
  }

  words() {
    this.shown = "";
    this.update();
  }

  get told() {
    return this.stage.state.story ?? { scene: -1, phase: "question", weeks: 0, counts: [], guesses: [], voters: 0 };
  }

  update() {
    const { stage, told } = this;
    const seen = JSON.stringify([told, stage.lang, stage.setup.host, this.outcome(), this.changed(), Boolean(stage.state.playing)]);
    if (seen === this.shown) return;
    const box = this.element.querySelector("form");
    const typed = box ? new FormData(box) : null;
    if (told.scene !== this.scene) [this.choice, this.scene, this.mine] = [null, told.scene, false];
    this.shown = seen;
    this.element.replaceChildren(...(told.scene < 0 ? this.opening() : this.scenePart(told)));
    const fresh = this.element.querySelector("form");
    if (fresh && typed) for (const [name, value] of typed) {
      const field = fresh.elements[name];
      if (field) field.value = value;
    }
  }

  head(title) {
    const { stage } = this;
    return h("div", { class: "side-head" }, h("h2", {}, title), stage.setup.host && button("close", stage.text("close"), () => stage.toggle("story"), { bare: true, class: "quiet" }));
  }

  opening() {
    const { stage } = this;
    return [this.head(stage.text("story")), h("p", {}, stage.text("story_intro")),
      h("ol", { class: "scenes" }, stage.setup.scenes.map((scene, i) => h("li", {}, h("button", { type: "button", class: "wide", onclick: () => stage.ask("scene", { scene: i }) }, scene.title[stage.lang])))),
      h("button", { type: "button", class: "wide act", dataset: { act: "begin" }, onclick: () => stage.ask("scene", { scene: 0 }) }, stage.text("story_start"))];
  }

  scenePart(told) {
    const { stage } = this;
    const scene = stage.setup.scenes[told.scene];
    const t = (key) => stage.text(key);
    const parts = [
      this.head(`${told.scene + 1}. ${scene.title[stage.lang]}`),
      h("p", { class: "small" }, `${t("scene")} ${told.scene + 1} ${t("of")} ${stage.setup.scenes.length}`),
      h("p", {}, scene.text[stage.lang]), h("p", { class: "question" }, scene.question[stage.lang]),
    ];
    if (told.phase === "run" || told.phase === "outcome") parts.push(this.counts(scene, told), this.guesses(scene, told));
    else if (stage.setup.host) parts.push(this.asked(scene, told));
    else parts.push(told.phase === "vote" ? this.ballot(scene) : h("p", { class: "note" }, t("wait_vote")));
    if (stage.setup.host) parts.push(this.steering(told));
    return parts;
  }

  ballot(scene) {
    const { stage } = this;
    const guess = h("input", { type: "number", name: "guess", id: "guess", min: "0", max: "100", step: "1", inputmode: "numeric" });
    return h("form", { class: "ballot", onsubmit: (event) => {
      event.preventDefault();
      if (this.choice === null) return;
      stage.send({ ask: "vote", choice: this.choice, guess: guess.value === "" ? null : Number(guess.value) });
    } },
    h("div", { role: "radiogroup", "aria-label": scene.question[stage.lang], class: "options" }, scene.options.map((option, i) =>
      h("button", { type: "button", role: "radio", class: "wide", "aria-checked": String(this.choice === i), onclick: () => { this.choice = i; this.shown = ""; this.update(); } }, option[stage.lang]))),
    h("label", { for: "guess" }, scene.guess[stage.lang]), guess,
    h("button", { type: "submit", class: "wide act", disabled: this.choice === null }, stage.text("vote")),
    this.mine && h("p", { class: "note", role: "status" }, stage.text("voted")));
  }

  counted() {
    this.mine = true;
    this.shown = "";
    this.update();
  }

  /** What can be voted for and how many did; for what stays hidden until the vote is closed. */
  asked(scene, told) {
    const { stage } = this;
    return h("div", { class: "votes" }, told.phase === "vote" && this.voters(told),
      scene.options.map((option) => h("div", { class: "vote" }, h("span", {}, option[stage.lang]))));
  }

  voters(told) {
    return h("p", { class: "small", dataset: { voters: String(told.voters) } }, `${told.voters} ${this.stage.text("votes")}`);
  }

  counts(scene, told) {
    const { stage } = this;
    const most = Math.max(1, ...told.counts);
    return h("div", { class: "votes" }, this.voters(told),
      scene.options.map((option, i) => h("div", { class: "vote" }, h("span", {}, option[stage.lang]), h("b", {}, String(told.counts[i] ?? 0)), h("i", { style: `width:${(100 * (told.counts[i] ?? 0)) / most}%` }))));
  }

  /** Whether something else was lived than the scene's own courses, until its outcome. */
  changed() {
    const { stage, told } = this;
    const own = stage.setup.scenes[told.scene]?.courses;
    const until = (course) => course.split("~").filter((part) => !(Number(part.split("@")[1]) >= told.weeks)).join("~");
    return Boolean(own) && own.join(" ") !== (stage.state.lanes ?? []).map((lane) => until(lane.course)).join(" ");
  }

  /** The value that was guessed: of the last lane, the mean over the last school year that the question looks ahead. */
  outcome() {
    const { stage, told } = this;
    if (told.phase !== "outcome") return null;
    const index = stage.setup.series.indexOf(stage.setup.scenes[told.scene].indicator);
    const lived = stage.rows[stage.lanes - 1] ?? [];
    if (lived.length < told.weeks) return null; // weeks that were missed are on their way
    const rows = lived.slice(Math.max(0, told.weeks - 40), told.weeks).map((row) => row[index]).filter(Number.isFinite);
    return rows.length ? (100 * rows.reduce((sum, value) => sum + value, 0)) / rows.length : null;
  }

  guesses(scene, told) {
    const { stage } = this;
    const years = Math.round(told.weeks / 40);
    const result = this.outcome();
    const { guesses } = told;
    const stacks = new Map();
    const dots = guesses.map((guess) => {
      const at = Math.round(guess / 2) * 2;
      const level = stacks.get(at) ?? 0;
      stacks.set(at, level + 1);
      return h("i", { class: "guess", style: `left:${guess}%;bottom:${Math.min(level * 9, 45)}px` });
    });
    const middle = guesses.length ? guesses[Math.floor((guesses.length - 1) / 2)] : null;
    const says = result === null ? fill(stage.text("outcome_wait"), { years })
      : `${fill(stage.text(this.changed() ? "outcome_changed" : "outcome"), { years })}: ${stage.numbers.plain(result)}${middle === null ? "" : ` · ${stage.text("median")}: ${stage.numbers.plain(middle)}`}`;
    return h("div", { class: "guesses" }, h("p", { class: "small" }, stage.text("guesses")),
      h("div", { class: "axis", role: "img", "aria-label": `${stage.text("guesses")}: ${guesses.join(", ")}` }, dots, result !== null && h("b", { class: "result", style: `left:${result}%` })),
      h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "0"), h("span", {}, "50"), h("span", {}, "100")),
      h("p", { class: "outcome", dataset: { outcome: result === null ? "" : String(result) } }, says));
  }

  steering(told) {
    const { stage } = this;
    const t = (key) => stage.text(key);
    const wide = (label, act, name, primary, disabled) => h("button", { type: "button", class: `wide${primary ? " act" : ""}`, dataset: { act: name }, disabled, onclick: act }, label);
    const running = told.phase === "run" && Boolean(stage.state.playing);
    const last = told.scene === stage.setup.scenes.length - 1;
    return h("div", { class: "rows" }, [
      told.phase === "question" && wide(t("open_vote"), () => stage.ask("phase", { phase: "vote" }), "vote", true),
      told.phase !== "outcome" && wide(t("run_it"), () => stage.ask("phase", { phase: "run" }), "run", told.phase !== "question", running),
      !last && wide(t("next"), () => stage.ask("scene", { scene: told.scene + 1 }), "next", told.phase === "outcome"),
      told.scene > 0 && wide(t("previous"), () => stage.ask("scene", { scene: told.scene - 1 }), "previous"),
      wide(t("end_story"), () => stage.ask("scene", { scene: -1 }), "end", last && told.phase === "outcome"),
    ].filter(Boolean));
  }
}
