// Panels: the bar with controls, the levers, and the card of what was clicked.
import { along, button, h, sharp } from "./basics.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { CardNews, Lever, Point, Row, Value } from "./types.js"
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

export class Levers {
  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.lane = 0;
    this.element = h("aside", { class: "side levers" });
    this.line = h("p", { class: "line" });
    this.preset = h("select");
    /** @type {ReturnType<Levers["row"]>[]} */
    this.rows = [];
    this.held = ""; // the lever that somebody has in the hand: it stays where the hand is
  }

  words() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    this.lane = Math.min(this.lane, stage.lanes - 1);
    this.held = "";
    this.preset = h("select", {
      id: "preset", onchange: (e) => stage.ask("choose", { lane: this.lane, course: e.currentTarget.value }),
    }, stage.setup.presets.map((preset) => h("option", { value: preset.name }, preset.title[stage.lang])));
    this.rows = stage.setup.levers.map((lever) => this.row(lever));
    const close = button("close", t("close"), () => stage.toggle("levers"), { bare: true, class: "quiet" });
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, t("levers")), close),
      ...(stage.lanes > 1 ? [this.tabs()] : []),
      h("label", { class: "small", for: "preset" }, t("scenario")), this.preset, this.line,
      h("p", { class: "when" }, t("acts")), ...this.rows.map(({ element }) => element));
  }

  tabs() {
    const choose = (/** @type {number} */ lane) => {
      this.lane = lane;
      this.words();
      this.update();
    };
    const label = this.stage.text("lane");
    return h("div", { class: "tabs", role: "group", "aria-label": label }, [0, 1].map((lane) => h("button", {
      type: "button", class: `tab lane-${"ab"[lane]}`, "aria-pressed": String(lane === this.lane),
      onclick: () => choose(lane),
    }, "AB"[lane])));
  }

  /**
   * A lever with its label, its value and when it acts.
   *
   * @param {Lever} lever
   */
  row(lever) {
    const { stage } = this;
    const id = `lever-${lever.name}`;
    const shown = h("output", { for: id });
    const input = this.input(lever, id, shown);
    const acts = h("span", { class: "acts", id: `${id}-acts` });
    input.setAttribute("aria-describedby", acts.id);
    const ranges = lever.kind === "real" || lever.kind === "whole";
    const end = (/** @type {number} */ value) =>
      ranges && h("span", { "aria-hidden": "true" }, this.stage.amount(lever, value, true));
    const element = h("div", { class: `lever ${lever.kind}`, title: lever.line[stage.lang] },
      h("div", { class: "lever-head" }, h("label", { for: id }, lever.label[stage.lang]), shown),
      input, h("div", { class: "ends" }, end(lever.low), acts, end(lever.high)),
      lever.assumed && h("span", { class: "assumed", title: stage.text("assumed_why") }, `⚠ ${stage.text("assumed")}`));
    return { lever, element, input, shown, acts };
  }

  /**
   * What a lever is turned with; a range shows its value while it is dragged.
   *
   * @param {Lever} lever
   * @param {string} id
   * @param {HTMLOutputElement} shown
   */
  input(lever, id, shown) {
    const { stage } = this;
    const letGo = () => { this.held = ""; };
    const send = (/** @type {Value} */ value) => {
      letGo();
      stage.ask("change", { lane: this.lane, name: lever.name, value });
    };
    if (lever.kind === "choice") {
      const options = lever.choices.map((choice) => h("option", { value: choice.value }, choice[stage.lang]));
      return h("select", { id, onchange: (e) => send(e.currentTarget.value) }, options);
    }
    if (lever.kind === "switch") {
      return h("input", { id, type: "checkbox", role: "switch", onchange: (e) => send(e.currentTarget.checked) });
    }
    return h("input", {
      id, type: "range", min: String(lever.low), max: String(lever.high), step: String(lever.step),
      oninput: (e) => this.turn(lever, Number(e.currentTarget.value), shown),
      onchange: (e) => send(Number(e.currentTarget.value)),
      onpointerup: letGo,
      onblur: letGo,
    });
  }

  /**
   * A lever is being turned: its value is shown, and in a page what would come of it.
   *
   * @param {Lever} lever
   * @param {number} value
   * @param {HTMLOutputElement} shown
   */
  turn(lever, value, shown) {
    const { stage, lane } = this;
    this.held = lever.name;
    shown.textContent = stage.amount(lever, value);
    if (stage.foresees && !stage.state.playing) stage.ask("try", { lane, name: lever.name, value });
  }

  update() {
    const { stage } = this;
    const [first, lane] = [stage.state.lanes?.[0], stage.state.lanes?.[this.lane]];
    if (!first || !lane) return;
    this.preset.value = lane.scenario;
    this.line.textContent = stage.preset(this.lane)?.line[stage.lang] ?? "";
    for (const row of this.rows) this.updateRow(row, lane.values[row.lever.name], first.values[row.lever.name]);
  }

  /**
   * @param {Levers["rows"][number]} row
   * @param {Value} value
   * @param {Value} inA the value in lane A
   */
  updateRow({ lever, element, input, shown, acts }, value, inA) {
    const { stage } = this;
    if (lever.name !== this.held) {
      if (lever.kind === "switch" && input instanceof HTMLInputElement) input.checked = value === true;
      else if (!input.matches(":active")) input.value = String(value);
      shown.textContent = this.stage.amount(lever, value);
    }
    element.classList.toggle("differs", value !== inA);
    const text = stage.acts(lever, this.lane, stage.week);
    if (acts.textContent !== text) acts.textContent = text;
  }
}

/** The story of what was clicked. */
export class Card {
  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "card", hidden: true, "aria-live": "polite" });
  }

  hide() {
    this.element.hidden = true;
    this.stage.choose(null);
  }

  /** @param {CardNews | null} card nothing when it is not there any more */
  show(card) {
    const { stage } = this;
    if (!card) {
      if (this.element.hidden) return;
      this.element.querySelector(".reasons")?.replaceChildren(h("li", {}, stage.text("gone")));
      return;
    }
    const label = stage.text("over_time");
    const curve = card.over_time.length > 1 && h("canvas", { class: "curve", role: "img", "aria-label": label });
    const close = button("close", stage.text("close"), () => this.hide(), { bare: true, class: "quiet" });
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, card.title), close),
      h("dl", {}, card.lines.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      h("ul", { class: "reasons" }, card.reasons.map((reason) => h("li", {}, reason))),
      ...(curve ? [h("p", { class: "small" }, label), curve] : []),
      h("p", { class: "made-up" }, stage.madeUp(stage.chosen?.lane ?? 0)));
    this.element.hidden = false;
    if (curve) this.drawCurve(curve, card);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {CardNews} card
   */
  drawCurve(canvas, { over_time: weeks, floor = NaN }) {
    const { theme, numbers } = this.stage;
    const [width, height] = [canvas.clientWidth || 260, 70];
    const c = sharp(canvas, width, height);
    const [first, last] = [weeks[0][0], weeks[weeks.length - 1][0]];
    const y = (/** @type {number} */ value) => height - 6 - (height - 12) * value;
    /** @type {(place: Point) => Point} */
    const at = ([week, value]) => [28 + ((width - 34) * (week - first)) / Math.max(1, last - first), y(value)];
    c.font = `${10.5 * theme.scale}px ${theme.font}`;
    c.fillStyle = theme.muted;
    c.textBaseline = "middle";
    c.fillText(numbers.plain(1, 1), 2, y(1) + 3);
    c.fillText(numbers.plain(0, 1), 2, y(0) - 3);
    c.strokeStyle = theme.muted;
    c.setLineDash([2, 3]);
    c.beginPath();
    along(c, [[28, y(floor)], [width - 6, y(floor)]]);
    c.stroke();
    c.setLineDash([]);
    c.strokeStyle = theme.accent;
    c.lineWidth = 2;
    c.beginPath();
    along(c, weeks.map(at));
    c.stroke();
  }
}
