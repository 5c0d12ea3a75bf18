// The levers that a workshop turns.
import { button, h } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Lever, Value } from "../types.js"
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
  }

  words() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    this.lane = Math.min(this.lane, stage.lanes - 1);
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
    const send = (/** @type {Value} */ value) => stage.ask("change", { lane: this.lane, name: lever.name, value });
    if (lever.kind === "choice") {
      const options = lever.choices.map((choice) => h("option", { value: choice.value }, choice[stage.lang]));
      return h("select", { id, onchange: (e) => send(e.currentTarget.value) }, options);
    }
    if (lever.kind === "switch") {
      return h("input", { id, type: "checkbox", role: "switch", onchange: (e) => send(e.currentTarget.checked) });
    }
    return h("input", {
      id, type: "range", min: String(lever.low), max: String(lever.high), step: String(lever.step),
      oninput: (e) => { shown.textContent = this.stage.amount(lever, Number(e.currentTarget.value)); },
      onchange: (e) => send(Number(e.currentTarget.value)),
    });
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
    if (lever.kind === "switch" && input instanceof HTMLInputElement) input.checked = value === true;
    else if (!input.matches(":active")) input.value = String(value);
    shown.textContent = this.stage.amount(lever, value);
    element.classList.toggle("differs", value !== inA);
    const text = stage.acts(lever, this.lane, stage.week);
    if (acts.textContent !== text) acts.textContent = text;
  }
}
