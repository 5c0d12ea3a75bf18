// The charts: which there are, and each with its heading and its present numbers.
import { fill, h, sharp } from "./basics.js";
import { Plot, YEAR } from "./plot.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Bands, ChartAbout } from "./types.js"
 */

/** @type {ChartAbout[]} */
export const CHARTS = [
  { id: "supervision_adequate_share", unit: "share", floor: "safe", series: ["supervision_adequate_share"] },
  {
    id: "quality", unit: "quality", floor: "floor",
    series: ["supervision_mean_hbo", "supervision_mean_mbo", "supervision_p10"],
  },
  { id: "mentor_overload_share", unit: "share", series: ["mentor_overload_share"] },
  { id: "status_barrier", unit: "quality", series: ["status_barrier"] },
  { id: "coverage", unit: "share", series: ["coverage_fulltime", "coverage_parttime"] },
  { id: "own_contribution", unit: "euro", yearly: true, series: ["own_contribution"] },
];

/** One chart: a heading with the present numbers as text, and a canvas. */
export class Chart {
  /**
   * @param {ChartAbout} about
   * @param {StageView} stage
   */
  constructor(about, stage) {
    this.about = about;
    this.stage = stage;
    this.stale = true;
    this.indices = about.series.map((name) => stage.setup.series.indexOf(name));
    this.numbers = h("div", { class: "numbers" });
    this.title = h("h3", {});
    this.canvas = h("canvas", { role: "img" });
    const parts = [this.title, this.numbers, this.canvas];
    this.element = h("section", { class: "chart", dataset: { chart: about.id } }, parts);
  }

  words() {
    this.title.textContent = this.stage.text(this.about.id);
    this.stale = true;
  }

  /**
   * The newest value of a series: of a yearly one the last that there was.
   *
   * @param {number} lane
   * @param {number} index
   */
  last(lane, index) {
    const rows = this.stage.rows[lane] ?? [];
    for (let week = rows.length - 1; week >= 0; week--) {
      if (Number.isFinite(rows[week][index]) || !this.about.yearly) return rows[week][index];
    }
    return NaN;
  }

  update() {
    const { stage } = this;
    const parts = [];
    for (let lane = 0; lane < stage.lanes; lane++) parts.push(...this.indices.map((_, i) => this.number(lane, i)));
    const shown = [...parts, this.gapBands && this.gapText(this.gapBands)].filter((part) => part !== null);
    this.numbers.replaceChildren(...shown);
    this.canvas.setAttribute("aria-label", `${this.title.textContent}: ${this.numbers.textContent}`);
  }

  /**
   * The newest value of the i-th series as text; a second one only when there is a value and room for it.
   *
   * @param {number} lane
   * @param {number} i
   */
  number(lane, i) {
    const { stage, about } = this;
    const value = this.last(lane, this.indices[i]);
    if (i > 0 && (!Number.isFinite(value) || (i > 1 && stage.lanes > 1))) return null;
    const name = about.series.length > 1 ? stage.text(about.series[i]) : "";
    const raw = Number.isFinite(value) ? String(value) : "";
    const data = { series: about.series[i], lane: "AB"[lane], value: raw };
    return h("span", { class: `number lane-${"ab"[lane]} dash-${i}` },
      h("i", {}), `${stage.lanes > 1 && i === 0 ? `${"AB"[lane]} ` : ""}${name} `,
      h("output", { dataset: data }, stage.numbers.of(value, about.unit)));
  }

  /** The bands, when they tell how B differs from A. */
  get gapBands() {
    const { bands, lanes } = this.stage;
    return lanes > 1 && bands?.gap ? bands : null;
  }

  /** @param {Bands} bands */
  gapText(bands) {
    const { stage, about } = this;
    const week = this.gapWeek(bands);
    const [mean, low, high] = [0, 1, 2].map((which) => bands.at("gap", which, week, this.indices[0]));
    if (week < 0 || !Number.isFinite(mean)) return null;
    const gap = (/** @type {number} */ value) => stage.numbers.gap(value, about.unit);
    const range = fill(stage.text("between"), { low: gap(low), high: gap(high) });
    const years = Math.round((week + 1) / YEAR);
    const name = stage.week ? stage.text("difference") : fill(stage.text("difference_after"), { years });
    const title = stage.text(stage.overWorlds ? "interval_worlds" : "interval");
    return h("span", { class: "number gap", title },
      `${name} `, h("output", { dataset: { gap: about.series[0] } }, gap(mean)), ` (${range})`);
  }

  /** @param {Bands} bands */
  gapWeek(bands) {
    const lived = (this.stage.week ? Math.min(this.stage.week, bands.weeks) : this.stage.foretold) - 1;
    return this.about.yearly ? Math.floor((lived + 1) / YEAR) * YEAR - 1 : lived;
  }

  draw() {
    const box = this.canvas.getBoundingClientRect();
    if (box.width < 40 || box.height < 30) return;
    new Plot(sharp(this.canvas, box.width, box.height), box, this).draw();
  }
}
