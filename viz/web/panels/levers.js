// The levers that a workshop turns.
import { button, h } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Lever, Parameter, Value } from "../types.js"
 */

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
      ...(stage.lanes > 1 ? [laneTabs(this)] : []),
      h("label", { class: "small", for: "preset" }, t("scenario")), this.preset, this.line,
      h("p", { class: "when" }, t("acts")), ...this.rows.map(({ element }) => element));
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
    const input = control(this, lever, id, (value) => { shown.textContent = stage.amount(lever, value); });
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

  update() {
    const { stage } = this;
    const lane = stage.state.lanes?.[this.lane];
    if (!lane) return;
    this.preset.value = lane.scenario;
    this.line.textContent = stage.preset(this.lane)?.line[stage.lang] ?? "";
    for (const row of this.rows) this.updateRow(row);
  }

  /** @param {Levers["rows"][number]} row */
  updateRow({ lever, element, input, shown, acts }) {
    const { stage } = this;
    const value = stage.valueOf(lever, this.lane);
    if (lever.name !== this.held) {
      place(input, value);
      shown.textContent = stage.amount(lever, value);
    }
    element.classList.toggle("differs", value !== stage.valueOf(lever, 0));
    const text = stage.acts(lever, this.lane, stage.week);
    if (acts.textContent !== text) acts.textContent = text;
  }
}

/**
 * The choice between A and B of a panel that shows one of them.
 *
 * @param {{ stage: StageView, lane: number, words(): void, update(): void }} panel
 */
export function laneTabs(panel) {
  const choose = (/** @type {number} */ lane) => {
    Object.assign(panel, { lane });
    panel.words();
    panel.update();
  };
  return h("div", { class: "tabs", role: "group", "aria-label": panel.stage.text("lane") }, [0, 1].map((lane) => h(
    "button", {
      type: "button", class: `tab lane-${"ab"[lane]}`, "aria-pressed": String(lane === panel.lane),
      onclick: () => choose(lane),
    }, "AB"[lane])));
}

/**
 * What a parameter is turned with. While a range is dragged, its value is shown, and in a page what would come of it.
 *
 * @param {{ stage: StageView, lane: number, held: string }} panel
 * @param {Parameter} parameter
 * @param {string} id
 * @param {(value: number) => void} show
 */
export function control(panel, parameter, id, show) {
  const { stage } = panel;
  const { name, low, high, step } = parameter;
  const hold = (/** @type {string} */ held) => { Object.assign(panel, { held }); };
  const turn = (/** @type {Value} */ value) => {
    hold("");
    stage.ask("change", { lane: panel.lane, name, value });
  };
  const drag = (/** @type {number} */ value) => {
    hold(name);
    show(value);
    if (stage.foresees && !stage.state.playing) stage.ask("try", { lane: panel.lane, name, value });
  };
  if (parameter.kind === "choice") {
    const options = parameter.choices.map((choice) => h("option", { value: choice.value }, choice[stage.lang]));
    return h("select", { id, onchange: (e) => turn(e.currentTarget.value) }, options);
  }
  if (parameter.kind === "switch") {
    return h("input", { id, type: "checkbox", role: "switch", onchange: (e) => turn(e.currentTarget.checked) });
  }
  return h("input", {
    id, type: "range", min: String(low), max: String(high), step: String(step),
    oninput: (e) => drag(Number(e.currentTarget.value)), onchange: (e) => turn(Number(e.currentTarget.value)),
    onpointerup: () => hold(""), onblur: () => hold(""),
  });
}

/**
 * Put a control where the value is, unless somebody drags it.
 *
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {Value} value
 */
export function place(input, value) {
  if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = value === true;
  else if (!input.matches(":active")) input.value = String(value);
}
