// The charts: what was lived as lines, what luck does as bands, and the paired difference below.
import { along, fill, h, sharp } from "./basics.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Area, Bands, ChartAbout, Point } from "./types.js"
 */

const YEAR = 40;
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
const DASHES = [[], [6, 3], [1.5, 3]];

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
    this.draw();
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
    return h("span", { class: "number gap", title: stage.text("interval") },
      `${stage.text("difference")} `, h("output", { dataset: { gap: about.series[0] } }, gap(mean)), ` (${range})`);
  }

  /** @param {Bands} bands */
  gapWeek(bands) {
    const lived = Math.min(this.stage.week, bands.weeks) - 1;
    return this.about.yearly ? Math.floor((lived + 1) / YEAR) * YEAR - 1 : lived;
  }

  draw() {
    const box = this.canvas.getBoundingClientRect();
    if (box.width < 40 || box.height < 30) return;
    const c = sharp(this.canvas, box.width, box.height);
    const { stage } = this;
    c.clearRect(0, 0, box.width, box.height);
    const size = 10.5 * stage.theme.scale;
    const gap = this.gapBands;
    const foot = size + 5;
    const strip = gap ? Math.max(22, 0.26 * (box.height - foot)) : 0;
    const weeks = Math.max(stage.state.horizon ?? 200, stage.week, 1);
    const [low, high] = this.range();
    const [left, right, top, bottom] = [
      34 * stage.theme.scale, box.width - 6, 5, box.height - foot - strip - (gap ? 5 : 0),
    ];
    /** @type {Area} */
    const area = {
      left, right, top, bottom,
      x: (week) => left + ((right - left) * week) / weeks,
      y: (value) => bottom - ((bottom - top) * (value - low)) / (high - low || 1),
    };
    c.font = `${size}px ${stage.theme.font}`;
    this.drawValues(c, area, low, high, size);
    this.drawYears(c, area, weeks, box.height, size);
    for (let lane = 0; lane < stage.lanes; lane++) this.drawBand(c, area, lane);
    this.drawChanges(c, area);
    const shown = this.indices.slice(0, stage.lanes > 1 ? 2 : 3);
    for (let lane = 0; lane < stage.lanes; lane++) shown.forEach((index, i) => this.drawLine(c, area, lane, index, i));
    this.drawFloor(c, area);
    if (gap) this.drawGap(c, { ...area, top: bottom + 5, bottom: box.height - foot }, gap);
  }

  range() {
    if (this.about.unit !== "euro") return [0, 1];
    const values = Array.from({ length: this.stage.lanes }, (_, lane) => this.seen(lane)).flat();
    if (!values.length) return [0, 1e6];
    const step = 2e5;
    const top = Math.ceil((Math.max(...values) + 1) / step) * step;
    return [Math.min(0, Math.floor(Math.min(...values) / step) * step), top];
  }

  /**
   * All values of a yearly series that were lived in a lane, with the bands around them.
   *
   * @param {number} lane
   */
  seen(lane) {
    const { bands, week: lived, rows } = this.stage;
    const index = this.indices[0];
    const values = (rows[lane] ?? []).map((row) => row[index]);
    if (bands && lane < bands.lanes) {
      for (let week = YEAR - 1; week < Math.min(lived, bands.weeks); week += YEAR) {
        values.push(...[1, 2].map((which) => bands.at(lane, which, week, index)));
      }
    }
    return values.filter(Number.isFinite);
  }

  /**
   * A value as it stands beside an axis.
   *
   * @param {number} value
   * @param {number} digits of what has no unit
   * @param {string} percent
   */
  onAxis(value, digits, percent = "%") {
    const { numbers } = this.stage;
    if (this.about.unit === "euro") return `${numbers.plain(value / 1000)}k`;
    return this.about.unit === "share" ? `${numbers.plain(100 * value)}${percent}` : numbers.plain(value, digits);
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   * @param {number} low
   * @param {number} high
   * @param {number} size of the letters
   */
  drawValues(c, area, low, high, size) {
    const { theme } = this.stage;
    c.fillStyle = theme.muted;
    c.strokeStyle = theme.line;
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const part of [0, 0.5, 1]) {
      const value = low + part * (high - low);
      const y = area.y(value);
      c.beginPath();
      along(c, [[area.left, y], [area.right, y]]);
      c.stroke();
      c.fillText(this.onAxis(value, 1), area.left - 5, Math.max(size / 2 + 1, y));
    }
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   * @param {number} weeks
   * @param {number} height
   * @param {number} size of the letters
   */
  drawYears(c, area, weeks, height, size) {
    c.textAlign = "center";
    c.textBaseline = "bottom";
    const each = weeks > 10 * YEAR ? 5 : 1;
    for (let year = 0; year * YEAR < weeks; year++) {
      const x = area.x(year * YEAR);
      if (year > 0) {
        c.globalAlpha = 0.7;
        c.beginPath();
        along(c, [[x, area.top], [x, height - size - 4]]);
        c.stroke();
        c.globalAlpha = 1;
      }
      if ((year + 1) % each === 0) c.fillText(String(year + 1), area.x((year + 0.5) * YEAR), height - 1);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   * @param {number} lane
   */
  drawBand(c, area, lane) {
    const { bands, theme } = this.stage;
    if (!bands || lane >= bands.lanes) return;
    const index = this.indices[0];
    const until = Math.min(this.stage.week, bands.weeks);
    /** @type {[upper: Point[], lower: Point[]]} */
    const [upper, lower] = [[], []];
    for (let week = 0; week < until; week++) {
      const [low, high] = [bands.at(lane, 1, week, index), bands.at(lane, 2, week, index)];
      if (!Number.isFinite(low)) continue;
      if (this.about.yearly) {
        upper.push([area.x(week + 1 - YEAR), area.y(high)]);
        lower.unshift([area.x(week + 1 - YEAR), area.y(low)]);
      }
      upper.push([area.x(week + 1), area.y(high)]);
      lower.unshift([area.x(week + 1), area.y(low)]);
    }
    if (upper.length < 2) return;
    fillBand(c, [...upper, ...lower], lane ? theme.b : theme.a, 0.2);
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   */
  drawFloor(c, area) {
    const { stage, about } = this;
    const value = about.floor && stage.state.lanes?.[0]?.[about.floor];
    if (value === undefined) return;
    const y = area.y(value);
    c.strokeStyle = c.fillStyle = stage.theme.ink;
    c.setLineDash([2, 3]);
    c.lineWidth = 1.2;
    c.beginPath();
    along(c, [[area.left, y], [area.right, y]]);
    c.stroke();
    c.setLineDash([]);
    c.textAlign = "right";
    c.textBaseline = "bottom";
    c.strokeStyle = stage.theme.card;
    c.lineWidth = 3;
    c.strokeText(stage.text("floor"), area.right, y - 1);
    c.fillText(stage.text("floor"), area.right, y - 1);
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   */
  drawChanges(c, area) {
    const { stage } = this;
    (stage.state.lanes ?? []).forEach((lane, at) => {
      for (const { week } of lane.changes.filter((change) => change.week > 0 && change.week <= stage.week)) {
        const x = area.x(week);
        c.strokeStyle = c.fillStyle = at ? stage.theme.b : stage.theme.a;
        c.lineWidth = 1;
        c.setLineDash([4, 2]);
        c.beginPath();
        along(c, [[x, area.top], [x, area.bottom]]);
        c.stroke();
        c.setLineDash([]);
        c.beginPath();
        along(c, [[x - 4, area.top - 4], [x + 4, area.top - 4], [x, area.top + 3]]);
        c.fill();
      }
    });
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {Area} area
   * @param {number} lane
   * @param {number} index
   * @param {number} i
   */
  drawLine(c, area, lane, index, i) {
    const { theme } = this.stage;
    c.strokeStyle = c.fillStyle = lane ? theme.b : theme.a;
    c.lineWidth = i === 0 ? 2.2 : 1.6;
    c.lineJoin = "round";
    c.setLineDash(DASHES[i]);
    c.beginPath();
    const pieces = this.pieces(area, lane, index);
    pieces.forEach((points) => along(c, points));
    c.stroke();
    c.setLineDash([]);
    const end = pieces.at(-1)?.at(-1);
    if (!end) return;
    c.beginPath();
    if (lane) c.rect(end[0] - 3, end[1] - 3, 6, 6);
    else c.arc(...end, 3.2, 0, 2 * Math.PI);
    c.fill();
  }

  /**
   * A series as lines, broken where there was no value; a yearly one as the steps of a stair.
   *
   * @param {Area} area
   * @param {number} lane
   * @param {number} index
   */
  pieces(area, lane, index) {
    const { yearly } = this.about;
    /** @type {Point[][]} */
    const pieces = [[]];
    (this.stage.rows[lane] ?? []).forEach((row, week) => {
      const value = row[index];
      if (Number.isFinite(value)) {
        if (yearly) pieces[pieces.length - 1].push([area.x(week + 1 - YEAR), area.y(value)]);
        pieces[pieces.length - 1].push([area.x(week + 1), area.y(value)]);
      } else if (!yearly) pieces.push([]);
    });
    return pieces.filter((points) => points.length);
  }

  /**
   * B - A with its interval around zero.
   *
   * @param {CanvasRenderingContext2D} c
   * @param {Area} strip
   * @param {Bands} bands
   */
  drawGap(c, strip, bands) {
    const { theme, week: lived } = this.stage;
    const index = this.indices[0];
    const at = (/** @type {number} */ which, /** @type {number} */ week) => bands.at("gap", which, week, index);
    const past = Array.from({ length: Math.min(lived, bands.weeks) }, (_, week) => week);
    const weeks = past.filter((week) => Number.isFinite(at(0, week)));
    const step = this.about.unit === "euro" ? 5e4 : 0.05;
    const ends = weeks.flatMap((week) => [1, 2].map((which) => Math.abs(at(which, week)))).filter(Number.isFinite);
    // Of what was lived: an axis tells no future.
    const reach = step * Math.max(1, Math.ceil(Math.max(0, ...ends) / step));
    const middle = this.drawZero(c, strip, reach);
    if (!weeks.length) return;
    const half = (strip.bottom - strip.top) / 2;
    const y = (/** @type {number} */ value) => middle - half * Math.max(-1, Math.min(1, value / reach));
    const width = this.about.yearly ? YEAR : 1;
    /** @type {(which: number) => Point[]} */
    const trace = (which) => weeks.flatMap((week) =>
      /** @type {Point[]} */ ([week + 1 - width, week + 1].map((end) => [strip.x(end), y(at(which, week))])));
    fillBand(c, [...trace(2), ...trace(1).reverse()], theme.ink, 0.22);
    c.strokeStyle = theme.ink;
    c.lineWidth = 1.6;
    c.beginPath();
    along(c, trace(0));
    c.stroke();
  }

  /**
   * The ground of a difference, with how far it reaches; gives where zero is.
   *
   * @param {CanvasRenderingContext2D} c
   * @param {Area} strip
   * @param {number} reach
   */
  drawZero(c, strip, reach) {
    const { theme } = this.stage;
    const middle = (strip.top + strip.bottom) / 2;
    c.fillStyle = theme.paper;
    c.fillRect(strip.left, strip.top, strip.right - strip.left, strip.bottom - strip.top);
    c.strokeStyle = theme.muted;
    c.lineWidth = 1;
    c.beginPath();
    along(c, [[strip.left, middle], [strip.right, middle]]);
    c.stroke();
    c.fillStyle = theme.muted;
    c.textAlign = "right";
    c.textBaseline = "middle";
    c.fillText(`±${this.onAxis(reach, 2, "")}`, strip.left - 5, middle);
    return middle;
  }
}

/**
 * What lies between two lines, of which the second runs back.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {Point[]} points
 * @param {string} colour
 * @param {number} alpha
 */
export function fillBand(c, points, colour, alpha) {
  c.beginPath();
  along(c, points);
  c.closePath();
  c.fillStyle = colour;
  c.globalAlpha = alpha;
  c.fill();
  c.globalAlpha = 1;
}
