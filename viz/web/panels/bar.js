// The bar: controls, and what can be opened.
import { button, h } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Row } from "../types.js"
 */

export class Bar {
  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("header", { class: "bar" });
    this.clock = h("div", { class: "clock", role: "status", "aria-live": "off" });
    this.count = h("div", { class: "count" });
    this.play = h("button");
    this.rate = h("select");
  }

  words() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    const playOrPause = () => stage.ask(stage.state.playing ? "pause" : "play");
    this.play = button("play", t("play"), playOrPause, { class: "act play" });
    this.rate = h("select", {
      "aria-label": `${t("rate")} (${t("rate_unit")})`, title: t("rate_unit"),
      onchange: (e) => stage.ask("rate", { rate: Number(e.currentTarget.value) }),
    }, stage.setup.rates.map((rate) => h("option", { value: String(rate) }, `${rate}×`)));
    const transport = stage.steers && h("div", { class: "transport" },
      this.play,
      button("step", t("step"), () => stage.ask("step"), { bare: true }),
      button("jump", t("jump"), () => stage.ask("jump"), { bare: true }),
      button("reset", t("reset"), () => stage.ask("reset"), { bare: true }),
      this.rate);
    const guest = !stage.setup.host && stage.live && h("p", { class: "guest" }, t("guest"));
    this.element.replaceChildren(
      h("h1", {}, t("title")), this.clock, this.count, ...[transport, guest].filter((part) => part !== false),
      h("div", { class: "tools" }, stage.setup.host && stage.live && this.hostTools(), this.tools()));
    if (stage.model.slider) this.element.append(stage.model.slider);
  }

  /**
   * A button of the bar that shows whether what it opens is open.
   *
   * @param {string} name
   * @param {string} label
   * @param {() => void} act
   * @param {{ bare?: boolean }} more
   */
  tool(name, label, act, more = {}) {
    return button(name, label, act, { class: "tool", dataset: { tool: name }, ...more });
  }

  hostTools() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    const both = stage.lanes > 1;
    const compare = () => stage.ask("choose", { lane: 1, course: both ? "" : stage.state.lanes?.[0].course });
    return [
      this.tool("levers", t("levers"), () => stage.toggle("levers")),
      this.tool("assumptions", t("assumptions"), () => stage.toggle("assumptions")),
      stage.setup.kind !== "notebook" && this.tool("story", t("story"), () => stage.toggle("story")),
      this.tool("compare", both ? t("single") : t("compare"), compare),
      ["pinch", "growth"].map((name) => this.tool(name, t(name), () => stage.ask(name))),
    ];
  }

  tools() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    return [
      stage.setup.invite?.url && this.tool("share", t("share"), () => stage.windows.share()),
      this.tool("more", t("more"), () => stage.windows.more(), { bare: true }),
      this.tool("help", t("help"), () => stage.windows.help(), { bare: true }),
    ];
  }

  update() {
    const { stage } = this;
    const { week, state } = stage;
    const text = stage.moment(week);
    if (this.clock.textContent !== text) this.clock.textContent = text;
    this.clock.dataset.week = String(week);
    const counts = stage.rows.slice(0, stage.lanes).map((rows, lane) => this.people(rows.at(-1), lane));
    this.count.textContent = counts.filter(Boolean).join("  ·  ");
    this.showPlaying(Boolean(state.playing));
    if (state.rate && document.activeElement !== this.rate) this.rate.value = String(state.rate);
    for (const tool of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-tool]"))) {
      const name = tool.dataset.tool;
      tool.setAttribute("aria-pressed", String(stage.panel === name || (name === "compare" && stage.lanes > 1)));
    }
  }

  /**
   * How many students and clusters a lane has.
   *
   * @param {Row | undefined} row
   * @param {number} lane
   */
  people(row, lane) {
    const { stage } = this;
    if (!row) return "";
    const at = (/** @type {string} */ name) => row[stage.setup.series.indexOf(name)];
    const mbo = at("students_mbo") > 0 ? ` + ${stage.numbers.plain(at("students_mbo"))} mbo` : "";
    const students = `${stage.numbers.plain(at("students_inside"))} hbo${mbo}`;
    const letter = stage.lanes > 1 ? `${"AB"[lane]}: ` : "";
    return `${letter}${students}, ${stage.numbers.plain(at("clusters"))} ${stage.text("clusters")}`;
  }

  /** @param {boolean} playing */
  showPlaying(playing) {
    if (this.play.dataset.playing === String(playing)) return;
    this.play.dataset.playing = String(playing);
    const name = playing ? "pause" : "play";
    const label = this.stage.text(name);
    this.play.replaceChildren(...button(name, label, () => {}).childNodes);
    this.play.title = label;
    this.play.setAttribute("aria-label", label);
  }
}
