// What a chart draws: what was lived as lines, what luck does as bands, and the paired difference below.
import { along } from "./basics.js";

/**
 * @import { Chart } from "./charts.js"
 * @import { Area, Bands, Point } from "./types.js"
 */

export const YEAR = 40;
const DASHES = [[], [6, 3], [1.5, 3]];

/** One drawing of a chart. */
export class Plot {
  /**
   * @param {CanvasRenderingContext2D} c
   * @param {{ width: number, height: number }} box
   * @param {Chart} chart
   */
  constructor(c, box, { stage, about, indices, gapBands }) {
    this.c = c;
    this.box = box;
    this.stage = stage;
    this.about = about;
    this.indices = indices;
    this.gap = gapBands;
    this.size = 10.5 * stage.theme.scale; // of the letters
    this.foot = this.size + 5;
    this.weeks = Math.max(stage.state.horizon ?? 200, stage.week, 1);
    const [low, high] = this.range();
    this.low = low;
    this.high = high;
    this.area = this.areaIn(box);
  }

  /**
   * Where weeks and values are; a difference has its strip below.
   *
   * @param {{ width: number, height: number }} box
   * @returns {Area}
   */
  areaIn({ width, height }) {
    const strip = this.gap ? Math.max(22, 0.26 * (height - this.foot)) + 5 : 0;
    const [left, right, top, bottom] = [34 * this.stage.theme.scale, width - 6, 5, height - this.foot - strip];
    return {
      left, right, top, bottom,
      x: (week) => left + ((right - left) * week) / this.weeks,
      y: (value) => bottom - ((bottom - top) * (value - this.low)) / (this.high - this.low || 1),
    };
  }

  draw() {
    const { c, box, stage, gap, area } = this;
    c.clearRect(0, 0, box.width, box.height);
    c.font = `${this.size}px ${stage.theme.font}`;
    this.drawValues();
    this.drawYears();
    const lanes = Array.from({ length: stage.lanes }, (_, lane) => lane);
    lanes.forEach((lane) => this.drawBand(lane));
    lanes.forEach((lane) => this.drawMean(lane));
    this.drawChanges();
    const shown = this.indices.slice(0, stage.lanes > 1 ? 2 : 3);
    lanes.forEach((lane) => shown.forEach((index, i) => this.drawLine(lane, index, i)));
    this.drawFloor();
    if (gap) this.drawGap({ ...area, top: area.bottom + 5, bottom: box.height - this.foot }, gap);
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
   * All values of a yearly series that are shown of a lane, with the bands around them.
   *
   * @param {number} lane
   */
  seen(lane) {
    const { bands, foretold, rows } = this.stage;
    const index = this.indices[0];
    const values = (rows[lane] ?? []).map((row) => row[index]);
    if (bands && lane < bands.lanes) {
      for (let week = YEAR - 1; week < foretold; week += YEAR) {
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

  drawValues() {
    const { c, area, low, high, size } = this;
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

  drawYears() {
    const { c, area, weeks, size } = this;
    const { height } = this.box;
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

  /** @param {number} lane */
  drawBand(lane) {
    const { c, area } = this;
    const { bands, theme } = this.stage;
    if (!bands || lane >= bands.lanes) return;
    const index = this.indices[0];
    /** @type {[upper: Point[], lower: Point[]]} */
    const [upper, lower] = [[], []];
    for (let week = 0; week < this.stage.foretold; week++) {
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

  /** The mean of what is to come, where that is shown. @param {number} lane */
  drawMean(lane) {
    const { c, area, stage: { bands, theme, week: lived, foretold } } = this;
    if (!bands || lane >= bands.lanes) return;
    /** @type {Point[]} */
    const points = [];
    for (let week = lived; week < foretold; week++) {
      const value = bands.at(lane, 0, week, this.indices[0]);
      if (!Number.isFinite(value)) continue;
      if (this.about.yearly) points.push([area.x(Math.max(lived, week + 1 - YEAR)), area.y(value)]);
      points.push([area.x(week + 1), area.y(value)]);
    }
    c.strokeStyle = lane ? theme.b : theme.a;
    c.lineWidth = 1;
    c.beginPath();
    along(c, points);
    c.stroke();
  }

  drawFloor() {
    const { c, area, stage, about } = this;
    if (!about.floor) return;
    const value = stage.state.lanes?.[0]?.[about.floor];
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
    c.strokeText(stage.text(about.floor), area.right, y - 1);
    c.fillText(stage.text(about.floor), area.right, y - 1);
  }

  drawChanges() {
    const { c, area, stage } = this;
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
   * @param {number} lane
   * @param {number} index
   * @param {number} i
   */
  drawLine(lane, index, i) {
    const { c } = this;
    const { theme } = this.stage;
    c.strokeStyle = c.fillStyle = lane ? theme.b : theme.a;
    c.lineWidth = i === 0 ? 2.2 : 1.6;
    c.lineJoin = "round";
    c.setLineDash(DASHES[i]);
    c.beginPath();
    const pieces = this.pieces(lane, index);
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
   * @param {number} lane
   * @param {number} index
   */
  pieces(lane, index) {
    const { area, about: { yearly } } = this;
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
   * @param {Area} strip
   * @param {Bands} bands
   */
  drawGap(strip, bands) {
    const { c, stage: { theme, foretold } } = this;
    const index = this.indices[0];
    const at = (/** @type {number} */ which, /** @type {number} */ week) => bands.at("gap", which, week, index);
    const shown = Array.from({ length: foretold }, (_, week) => week);
    const weeks = shown.filter((week) => Number.isFinite(at(0, week)));
    const step = this.about.unit === "euro" ? 5e4 : 0.05;
    const ends = weeks.flatMap((week) => [1, 2].map((which) => Math.abs(at(which, week)))).filter(Number.isFinite);
    // Of what is shown: an axis tells no more than that.
    const reach = step * Math.max(1, Math.ceil(Math.max(0, ...ends) / step));
    const middle = this.drawZero(strip, reach);
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
   * @param {Area} strip
   * @param {number} reach
   */
  drawZero(strip, reach) {
    const { c, stage: { theme } } = this;
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
