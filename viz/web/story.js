// The guided story: scenes, the vote, and guesses beside the outcome.
import { button, fill, h, wideButton } from "./basics.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Scene, Story } from "./types.js"
 */

/** @type {Story} */
const UNTOLD = { scene: -1, phase: "question", weeks: 0, counts: [], guesses: [], voters: 0 };

export class StoryPanel {
  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "side story" });
    this.scene = UNTOLD.scene;
    /** @type {number | null} */
    this.choice = null;
    this.mine = false; // whether the own vote counted
    this.shown = "";
  }

  words() {
    this.shown = "";
    this.update();
  }

  get told() {
    return this.stage.state.story ?? UNTOLD;
  }

  update() {
    const { stage, told } = this;
    const seen = JSON.stringify([
      told, stage.lang, stage.setup.host, this.outcome(), this.changed(), Boolean(stage.state.playing),
    ]);
    if (seen === this.shown) return;
    const box = this.element.querySelector("form");
    const typed = box ? new FormData(box) : [];
    if (told.scene !== this.scene) [this.choice, this.scene, this.mine] = [null, told.scene, false];
    this.shown = seen;
    this.element.replaceChildren(...(told.scene < 0 ? this.opening() : this.scenePart(told)));
    const fresh = this.element.querySelector("form");
    for (const [name, value] of typed) {
      const field = fresh?.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = String(value);
    }
  }

  /** @param {string} title */
  head(title) {
    const { stage } = this;
    const act = () => stage.toggle("story");
    const close = stage.setup.host && button("close", stage.text("close"), act, { bare: true, class: "quiet" });
    return h("div", { class: "side-head" }, h("h2", {}, title), close);
  }

  opening() {
    const { stage } = this;
    const begin = (/** @type {number} */ scene) => () => stage.ask("scene", { scene });
    return [
      this.head(stage.text("story")),
      h("p", {}, stage.text(stage.alone ? "story_alone" : "story_intro")),
      h("ol", { class: "scenes" },
        stage.setup.scenes.map((scene, i) => h("li", {}, wideButton(scene.title[stage.lang], begin(i))))),
      wideButton(stage.text("story_start"), begin(0), { class: "wide act", dataset: { act: "begin" } }),
    ];
  }

  /** @param {Story} told */
  scenePart(told) {
    const { stage } = this;
    const scene = stage.setup.scenes[told.scene];
    const t = (/** @type {string} */ key) => stage.text(key);
    /** @type {HTMLElement[]} */
    const parts = [
      this.head(`${told.scene + 1}. ${scene.title[stage.lang]}`),
      h("p", { class: "small" }, `${t("scene")} ${told.scene + 1} ${t("of")} ${stage.setup.scenes.length}`),
      h("p", {}, scene.text[stage.lang]), h("p", { class: "question" }, scene.question[stage.lang]),
    ];
    if (told.phase === "run" || told.phase === "outcome") parts.push(this.counts(scene, told), this.guesses(told));
    else if (stage.setup.host && !(stage.alone && told.phase === "vote")) parts.push(this.asked(scene, told));
    else parts.push(told.phase === "vote" ? this.ballot(scene) : h("p", { class: "note" }, t("wait_vote")));
    if (stage.setup.host) parts.push(this.steering(told));
    return parts;
  }

  /** @param {Scene} scene */
  ballot(scene) {
    const { stage } = this;
    const guess = h("input", {
      type: "number", name: "guess", id: "guess", min: "0", max: "100", step: "1", inputmode: "numeric",
    });
    const vote = () => {
      if (this.choice === null) return;
      stage.send({ ask: "vote", choice: this.choice, guess: guess.value === "" ? null : Number(guess.value) });
    };
    return h("form", {
      class: "ballot",
      onsubmit: (event) => {
        event.preventDefault();
        vote();
      },
    },
    h("div", { role: "radiogroup", "aria-label": scene.question[stage.lang], class: "options" },
      scene.options.map((option, i) => this.option(option[stage.lang], i))),
    h("label", { for: "guess" }, scene.guess[stage.lang]), guess,
    h("button", { type: "submit", class: "wide act", disabled: this.choice === null }, stage.text("vote")),
    this.mine && h("p", { class: "note", role: "status" }, stage.text("voted")));
  }

  /**
   * What can be chosen on a ballot.
   *
   * @param {string} label
   * @param {number} i
   */
  option(label, i) {
    const choose = () => {
      this.choice = i;
      this.words();
    };
    return wideButton(label, choose, { role: "radio", "aria-checked": String(this.choice === i) });
  }

  counted() {
    this.mine = true;
    this.words();
  }

  /**
   * What can be voted for and how many did; for what stays hidden until the vote is closed.
   *
   * @param {Scene} scene
   * @param {Story} told
   */
  asked(scene, told) {
    const { stage } = this;
    return h("div", { class: "votes" }, told.phase === "vote" && this.voters(told),
      scene.options.map((option) => h("div", { class: "vote" }, h("span", {}, option[stage.lang]))));
  }

  /** @param {Story} told */
  voters(told) {
    const text = `${told.voters} ${this.stage.text("votes")}`;
    return h("p", { class: "small", dataset: { voters: String(told.voters) } }, text);
  }

  /**
   * @param {Scene} scene
   * @param {Story} told
   */
  counts(scene, told) {
    const { stage } = this;
    const most = Math.max(1, ...told.counts);
    return h("div", { class: "votes" }, !stage.alone && this.voters(told), scene.options.map((option, i) => {
      const count = told.counts[i] ?? 0;
      return h("div", { class: "vote" },
        h("span", {}, option[stage.lang]), h("b", {}, String(count)),
        h("i", { style: `width:${(100 * count) / most}%` }));
    }));
  }

  /** Whether something else was lived than the scene's own courses, until its outcome. */
  changed() {
    const { stage, told } = this;
    const own = stage.setup.scenes[told.scene]?.courses;
    const until = (/** @type {string} */ course) =>
      course.split("~").filter((part) => !(Number(part.split("@")[1]) >= told.weeks)).join("~");
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

  /**
   * The guesses on an axis from 0 to 100, and the outcome among them.
   *
   * @param {Story} told
   */
  guesses({ guesses, weeks }) {
    const { stage } = this;
    const result = this.outcome();
    const stacks = new Map();
    const dots = guesses.map((guess) => {
      const at = Math.round(guess / 2) * 2;
      const level = stacks.get(at) ?? 0;
      stacks.set(at, level + 1);
      return h("i", { class: "guess", style: `left:${guess}%;bottom:${Math.min(level * 9, 45)}px` });
    });
    const label = `${stage.text("guesses")}: ${guesses.join(", ")}`;
    return h("div", { class: "guesses" },
      h("p", { class: "small" }, stage.text("guesses")),
      h("div", { class: "axis", role: "img", "aria-label": label },
        dots, result !== null && h("b", { class: "result", style: `left:${result}%` })),
      h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "0"), h("span", {}, "50"), h("span", {}, "100")),
      h("p", { class: "outcome", dataset: { outcome: result === null ? "" : String(result) } },
        this.outcomeText(result, guesses, Math.round(weeks / 40))));
  }

  /**
   * @param {number | null} result
   * @param {number[]} guesses sorted
   * @param {number} years
   */
  outcomeText(result, guesses, years) {
    const { stage } = this;
    if (result === null) return fill(stage.text("outcome_wait"), { years });
    const is = fill(stage.text(this.changed() ? "outcome_changed" : "outcome"), { years });
    const text = `${is}: ${stage.numbers.plain(result)}`;
    if (!guesses.length) return text;
    const middle = guesses[Math.floor((guesses.length - 1) / 2)];
    return `${text} · ${stage.text("median")}: ${stage.numbers.plain(middle)}`;
  }

  /** @param {Story} told */
  steering(told) {
    const { stage } = this;
    const { phase, scene } = told;
    const t = (/** @type {string} */ key) => stage.text(key);
    const go = (/** @type {number} */ to) => () => stage.ask("scene", { scene: to });
    const turn = (/** @type {Story["phase"]} */ to) => () => stage.ask("phase", { phase: to });
    const running = phase === "run" && Boolean(stage.state.playing);
    const last = scene === stage.setup.scenes.length - 1;
    const wide = (/** @type {string} */ label, /** @type {() => void} */ act, /** @type {string} */ name,
      marked = false, disabled = false) =>
      wideButton(label, act, { class: `wide${marked ? " act" : ""}`, dataset: { act: name }, disabled });
    return h("div", { class: "rows" },
      phase === "question" && wide(t(stage.alone ? "think_first" : "open_vote"), turn("vote"), "vote", true),
      phase !== "outcome" && wide(t("run_it"), turn("run"), "run", phase !== "question", running),
      !last && wide(t("next"), go(scene + 1), "next", phase === "outcome"),
      scene > 0 && wide(t("previous"), go(scene - 1), "previous"),
      wide(t("end_story"), go(-1), "end", last && phase === "outcome"));
  }
}
