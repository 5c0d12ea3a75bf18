// The pane of assumptions: what the model assumes, what that moves, and another value for who disagrees.
import { button, fill, h, wideButton } from "../basics.js";
import { control, laneTabs, place } from "./levers.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Influence, Parameter } from "../types.js"
 */

export class Assumptions {
  lane = 0;
  every = false; // parameter, not only what is assumed
  order = "influence";
  sought = "";
  stale = true; // words
  held = ""; // what somebody has in the hand: it stays where the hand is

  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "side assumptions" });
    this.list = h("div", { class: "rows" });
    this.back = h("button");
    this.nothing = h("p", { class: "note", role: "status" });
    /** @type {ReturnType<Assumptions["row"]>[]} */
    this.rows = [];
  }

  /** There are many: they are made when they are looked at. */
  words() {
    this.stale = true;
  }

  update() {
    if (this.stale) this.build();
    const turned = this.turned();
    this.back.textContent = fill(this.stage.text("turn_all_back"), { n: turned.length });
    this.back.disabled = !turned.length;
    this.rows.forEach((row) => this.updateRow(row));
  }

  build() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    this.stale = false;
    this.held = "";
    this.lane = Math.min(this.lane, stage.lanes - 1);
    this.rows = stage.setup.parameters.map((parameter) => this.row(parameter));
    this.back = wideButton("", () => stage.ask("turn_back", { lane: this.lane }), { dataset: { act: "turn-back" } });
    this.nothing.textContent = t("nothing_found");
    const close = button("close", t("close"), () => stage.toggle("assumptions"), { bare: true, class: "quiet" });
    this.element.setAttribute("aria-label", t("assumptions"));
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, t("assumptions")), close),
      ...(stage.lanes > 1 ? [laneTabs(this)] : []),
      h("p", { class: "line" }, t("assumptions_line")),
      h("details", { class: "line" },
        h("summary", {}, t("influence_how")), h("p", {}, fill(t("influence_line"), stage.setup.measured))),
      ...this.filters(), this.back, this.nothing, this.list);
    this.arrange();
  }

  filters() {
    const t = (/** @type {string} */ key) => this.stage.text(key);
    const arrange = (/** @type {Partial<Assumptions>} */ change) => {
      Object.assign(this, change);
      this.arrange();
    };
    const orders = [["influence", t("by_influence")], ["subject", t("by_subject")]].map(
      ([value, text]) => h("option", { value }, text));
    const order = h("select", { id: "order", onchange: (e) => arrange({ order: e.currentTarget.value }) }, orders);
    order.value = this.order;
    const search = h("input", {
      id: "search", type: "search", value: this.sought, oninput: (e) => arrange({ sought: e.currentTarget.value }),
    });
    return [
      h("div", { class: "filters" },
        h("label", { for: "search" }, t("search")), search, h("label", { for: "order" }, t("order")), order),
      h("label", { class: "check" },
        h("input", {
          type: "checkbox", checked: this.every, dataset: { filter: "every" },
          onchange: (e) => arrange({ every: e.currentTarget.checked }),
        }), t("every_parameter")),
    ];
  }

  /** Show what is asked for, in the order that is asked for. */
  arrange() {
    const { stage } = this;
    const words = this.sought.toLowerCase().split(/\s+/);
    const found = this.rows.filter(({ parameter, text }) =>
      (this.every || parameter.assumed) && words.every((word) => text.includes(word)));
    found.sort(({ parameter: one }, { parameter: other }) =>
      rankOf(other) - rankOf(one) || sureOf(other) - sureOf(one));
    this.nothing.hidden = found.length > 0;
    if (this.order === "influence") return this.list.replaceChildren(...found.map(({ element }) => element));
    const subjects = new Set(stage.setup.parameters.map(({ group }) => group[stage.lang]));
    return this.list.replaceChildren(...[...subjects].flatMap((subject) => {
      const rows = found.filter(({ parameter }) => parameter.group[stage.lang] === subject);
      return rows.length ? [h("h3", {}, subject), ...rows.map(({ element }) => element)] : [];
    }));
  }

  /**
   * A parameter with what it is called, means, is and moves.
   *
   * @param {Parameter} parameter
   */
  row(parameter) {
    const { stage } = this;
    const id = `assumption-${parameter.name}`;
    const exact = this.exact(parameter);
    const input = control(this, parameter, id, (value) => exact && (exact.value = String(value)));
    const name = stage.nameOf(parameter);
    const line = parameter.line[stage.lang];
    const present = h("span", { class: "present" });
    const back = h("button", {
      type: "button", class: "back", onclick: () => stage.ask("turn_back", { lane: this.lane, name: parameter.name }),
    });
    input.disabled = parameter.at_start;
    if (exact) exact.disabled = parameter.at_start;
    const about = [
      parameter.assumed && h("span", { class: "assumed", title: stage.text("assumed_why") },
        `⚠ ${stage.text("assumed")}`),
      h("span", {}, `${stage.text("source")}: ${parameter.source[stage.lang]}`),
      parameter.at_start && h("span", {}, stage.text("shapes_start")),
      h("span", {}, this.influence(parameter.influence)),
    ];
    const element = h("div", { class: `lever ${parameter.kind}`, dataset: { parameter: parameter.name } },
      h("div", { class: "lever-head" }, h("label", { for: id }, name), exact),
      line !== name && h("p", { class: "small" }, line),
      input, this.ends(parameter, present), h("p", { class: "about" }, about), back);
    const text = `${parameter.name} ${name} ${line} ${parameter.group[stage.lang]}`.toLowerCase();
    return { parameter, element, input, exact, present, back, text };
  }

  /**
   * A number to be typed, beside its range.
   *
   * @param {Parameter} parameter
   */
  exact(parameter) {
    if (parameter.kind === "choice" || parameter.kind === "switch") return null;
    const { stage } = this;
    const turn = (/** @type {string} */ text) =>
      text && stage.ask("change", { lane: this.lane, name: parameter.name, value: Number(text) });
    return h("input", {
      type: "number", step: parameter.kind === "whole" ? "1" : "any", "aria-label": stage.nameOf(parameter),
      onchange: (e) => turn(e.currentTarget.value),
    });
  }

  /**
   * The ends of a range, and between them what it is now.
   *
   * @param {Parameter} parameter
   * @param {HTMLElement} present
   */
  ends(parameter, present) {
    const ranges = parameter.kind === "real" || parameter.kind === "whole";
    const end = (/** @type {number} */ value) =>
      ranges && h("span", {}, this.stage.amount(parameter, value, true));
    return h("div", { class: "ends" }, end(parameter.low), present, end(parameter.high));
  }

  /** @param {Influence | null | undefined} influence */
  influence(influence) {
    const { stage } = this;
    if (!influence) return stage.text("not_measured");
    const { amount, error, unit, indicator, scenario, at } = influence;
    if (!amount) return stage.text("influence_none");
    const preset = stage.setup.presets.find((one) => one.name === scenario);
    const number = (/** @type {number} */ value) => stage.numbers.plain(value, value < 10 ? 1 : 0);
    return fill(stage.text(unit === "points" ? "influence_points" : "influence_percent"), {
      amount: number(amount), error: number(error), indicator: indicator[stage.lang],
      scenario: preset?.title[stage.lang] ?? scenario, at: stage.numbers.given(at),
    });
  }

  /** What of this lane can be turned back to its scenario. */
  turned() {
    const { stage, lane } = this;
    return stage.setup.parameters.filter(
      (one) => !one.at_start && stage.valueOf(one, lane) !== stage.given(one, lane));
  }

  /** @param {Assumptions["rows"][number]} row */
  updateRow({ parameter, element, input, exact, present, back }) {
    const { stage, lane } = this;
    const [value, given] = [stage.valueOf(parameter, lane), stage.given(parameter, lane)];
    if (parameter.name !== this.held) {
      place(input, value);
      if (exact && document.activeElement !== exact) exact.value = String(value);
    }
    const lanes = Array.from({ length: stage.lanes }, (_, at) =>
      `${stage.lanes > 1 ? `${"AB"[at]}: ` : ""}${stage.spoken(parameter, stage.valueOf(parameter, at))}`);
    if (present.textContent !== lanes.join(" · ")) present.textContent = lanes.join(" · ");
    element.classList.toggle("differs", value !== given);
    back.hidden = value === given || parameter.at_start;
    if (!back.hidden) back.textContent = fill(stage.text("turn_back"), { value: stage.spoken(parameter, given) });
  }

  /** What was asked was not done: what was typed goes. */
  restore() {
    for (const { parameter, exact } of this.rows) {
      if (exact) exact.value = String(this.stage.valueOf(parameter, this.lane));
    }
    this.update();
  }
}

/** @param {Parameter} parameter */
function sureOf({ influence }) {
  return influence ? influence.sure : -1;
}

/**
 * What surely moves a share of people comes first: percents of a small number are soon large.
 *
 * @param {Parameter} parameter
 */
function rankOf(parameter) {
  if (sureOf(parameter) <= 0) return 0;
  return parameter.influence?.unit === "points" ? 2 : 1;
}
