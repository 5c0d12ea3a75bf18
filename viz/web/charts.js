// The charts: what was lived as lines, what luck does as bands, and the paired difference below.
import { fill, h, sharp } from "./basics.js";

const YEAR = 40;
export const CHARTS = [
  { id: "supervision_adequate_share", unit: "share", floor: "safe", series: ["supervision_adequate_share"] },
  { id: "quality", unit: "quality", floor: "floor", series: ["supervision_mean_hbo", "supervision_mean_mbo", "supervision_p10"] },
  { id: "mentor_overload_share", unit: "share", series: ["mentor_overload_share"] },
  { id: "status_barrier", unit: "quality", series: ["status_barrier"] },
  { id: "coverage", unit: "share", series: ["coverage_fulltime", "coverage_parttime"] },
  { id: "own_contribution", unit: "euro", yearly: true, series: ["own_contribution"] },
];
const DASHES = [[], [6, 3], [1.5, 3]];

/** One chart: a heading with the present numbers as text, and a canvas. */
export class Chart {
  constructor(about, stage) {
    this.about = about;
    this.stage = stage;
    this.indices = about.series.map((name) => stage.setup.series.indexOf(name));
    this.numbers = h("div", { class: "numbers" });
    this.title = h("h3", {});
    this.canvas = h("canvas", { role: "img" });
    this.element = h("section", { class: "chart", dataset: { chart: about.id } }, this.title, this.numbers, this.canvas);
  }

  words() {
    this.title.textContent = this.stage.text(this.about.id);
    this.stale = true;
  }

  /** The newest value of a series: of a yearly one the last that there was. */
  last(lane, index) {
    const rows = this.stage.rows[lane] ?? [];
    for (let week = rows.length - 1; week >= 0; week--) {
      if (Number.isFinite(rows[week][index]) || !this.about.yearly) return rows[week][index];
    }
    return NaN;
  }

  update() {
    const { stage, about } = this;
    const parts = [];
    for (let lane = 0; lane < stage.lanes; lane++) {
      this.indices.forEach((index, i) => {
        const value = this.last(lane, index);
        if (i > 0 && (!Number.isFinite(value) || (i > 1 && stage.lanes > 1))) return;
        const name = about.series.length > 1 ? stage.text(about.series[i]) : "";
        const raw = Number.isFinite(value) ? String(value) : "";
        parts.push(h("span", { class: `number lane-${"ab"[lane]} dash-${i}` },
          h("i", {}), `${stage.lanes > 1 && i === 0 ? `${"AB"[lane]} ` : ""}${name} `,
          h("output", { dataset: { series: about.series[i], lane: "AB"[lane], value: raw } }, stage.numbers.of(value, about.unit))));
      });
    }
    const gap = stage.lanes > 1 && stage.bands?.gap ? this.gapText() : null;
    if (gap) parts.push(gap);
    this.numbers.replaceChildren(...parts);
    this.canvas.setAttribute("aria-label", `${this.title.textContent}: ${this.numbers.textContent}`);
    this.draw();
  }

  gapText() {
    const { stage, about } = this;
    const week = this.gapWeek();
    const [mean, low, high] = [0, 1, 2].map((which) => stage.bands.at("gap", which, week, this.indices[0]));
    if (week < 0 || !Number.isFinite(mean)) return null;
    const range = fill(stage.text("between"), { low: stage.numbers.gap(low, about.unit), high: stage.numbers.gap(high, about.unit) });
    return h("span", { class: "number gap", title: stage.text("interval") },
      `${stage.text("difference")} `, h("output", { dataset: { gap: about.series[0] } }, stage.numbers.gap(mean, about.unit)), ` (${range})`);
  }

  gapWeek() {
    const lived = Math.min(this.stage.week, this.stage.bands?.weeks ?? 0) - 1;
    return this.about.yearly ? Math.floor((lived + 1) / YEAR) * YEAR - 1 : lived;
  }

  draw() {
    const box = this.canvas.getBoundingClientRect();
    if (box.width < 40 || box.height < 30) return;
    const c = sharp(this.canvas, box.width, box.height);
    const { stage } = this;
    c.clearRect(0, 0, box.width, box.height);
    const size = 10.5 * stage.theme.scale;
    const gap = stage.lanes > 1 && stage.bands?.gap;
    const foot = size + 5;
    const strip = gap ? Math.max(22, 0.26 * (box.height - foot)) : 0;
    const area = { left: 34 * stage.theme.scale, right: box.width - 6, top: 5, bottom: box.height - foot - strip - (gap ? 5 : 0) };
    const weeks = Math.max(stage.state.horizon ?? 200, stage.week, 1);
    area.x = (week) => area.left + ((area.right - area.left) * week) / weeks;
    const [low, high] = this.range();
    area.y = (value) => area.bottom - ((area.bottom - area.top) * (value - low)) / (high - low || 1);
    c.font = `${size}px ${stage.theme.font}`;
    this.drawFrame(c, area, weeks, low, high, box.height, size);
    for (let lane = 0; lane < stage.lanes; lane++) this.drawBand(c, area, lane);
    this.drawChanges(c, area);
    for (let lane = 0; lane < stage.lanes; lane++) this.indices.slice(0, stage.lanes > 1 ? 2 : 3).forEach((index, i) => this.drawLine(c, area, lane, index, i));
    this.drawFloor(c, area);
    if (gap) this.drawGap(c, area, { top: area.bottom + 5, bottom: box.height - foot, size });
  }

  range() {
    if (this.about.unit !== "euro") return [0, 1];
    const values = [];
    for (let lane = 0; lane < this.stage.lanes; lane++) {
      for (const row of this.stage.rows[lane] ?? []) if (Number.isFinite(row[this.indices[0]])) values.push(row[this.indices[0]]);
      const bands = this.stage.bands;
      if (bands && lane < bands.lanes) {
        for (let week = YEAR - 1; week < Math.min(this.stage.week, bands.weeks); week += YEAR) {
          for (const which of [1, 2]) {
            const value = bands.at(lane, which, week, this.indices[0]);
            if (Number.isFinite(value)) values.push(value);
          }
        }
      }
    }
    if (!values.length) return [0, 1e6];
    const step = 2e5;
    return [Math.min(0, Math.floor(Math.min(...values) / step) * step), Math.ceil((Math.max(...values) + 1) / step) * step];
  }

  drawFrame(c, area, weeks, low, high, height, size) {
    const { theme, numbers } = this.stage;
    c.fillStyle = theme.muted;
    c.strokeStyle = theme.line;
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const part of [0, 0.5, 1]) {
      const y = area.y(low + part * (high - low));
      c.beginPath();
      c.moveTo(area.left, y);
      c.lineTo(area.right, y);
      c.stroke();
      const value = low + part * (high - low);
      const text = this.about.unit === "euro" ? `${numbers.plain(value / 1000)}k` : this.about.unit === "share" ? `${numbers.plain(100 * value)}%` : numbers.plain(value, 1);
      c.fillText(text, area.left - 5, Math.max(size / 2 + 1, y));
    }
    c.textAlign = "center";
    c.textBaseline = "bottom";
    const each = weeks > 10 * YEAR ? 5 : 1;
    for (let year = 0; year * YEAR < weeks; year++) {
      const x = area.x(year * YEAR);
      if (year > 0) {
        c.globalAlpha = 0.7;
        c.beginPath();
        c.moveTo(x, area.top);
        c.lineTo(x, height - size - 4);
        c.stroke();
        c.globalAlpha = 1;
      }
      if ((year + 1) % each === 0 || each === 1) c.fillText(String(year + 1), area.x((year + 0.5) * YEAR), height - 1);
    }
  }

  drawBand(c, area, lane) {
    const { bands, theme } = this.stage;
    if (!bands || lane >= bands.lanes) return;
    const index = this.indices[0];
    const until = Math.min(this.stage.week, bands.weeks);
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
    c.beginPath();
    [...upper, ...lower].forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.closePath();
    c.fillStyle = lane ? theme.b : theme.a;
    c.globalAlpha = 0.2;
    c.fill();
    c.globalAlpha = 1;
  }

  drawFloor(c, area) {
    const { stage } = this;
    const value = stage.state.lanes?.[0]?.[this.about.floor];
    if (value === undefined) return;
    const y = area.y(value);
    c.strokeStyle = c.fillStyle = stage.theme.ink;
    c.setLineDash([2, 3]);
    c.lineWidth = 1.2;
    c.beginPath();
    c.moveTo(area.left, y);
    c.lineTo(area.right, y);
    c.stroke();
    c.setLineDash([]);
    c.textAlign = "right";
    c.textBaseline = "bottom";
    c.strokeStyle = stage.theme.card;
    c.lineWidth = 3;
    c.strokeText(stage.text("floor"), area.right, y - 1);
    c.fillText(stage.text("floor"), area.right, y - 1);
  }

  drawChanges(c, area) {
    const { stage } = this;
    (stage.state.lanes ?? []).forEach((lane, at) => {
      for (const { week } of lane.changes.filter((change) => change.week > 0 && change.week <= stage.week)) {
        const x = area.x(week);
        c.strokeStyle = c.fillStyle = at ? stage.theme.b : stage.theme.a;
        c.lineWidth = 1;
        c.setLineDash([4, 2]);
        c.beginPath();
        c.moveTo(x, area.top);
        c.lineTo(x, area.bottom);
        c.stroke();
        c.setLineDash([]);
        c.beginPath();
        c.moveTo(x - 4, area.top - 4);
        c.lineTo(x + 4, area.top - 4);
        c.lineTo(x, area.top + 3);
        c.fill();
      }
    });
  }

  drawLine(c, area, lane, index, i) {
    const { stage } = this;
    const rows = stage.rows[lane] ?? [];
    c.strokeStyle = c.fillStyle = lane ? stage.theme.b : stage.theme.a;
    c.lineWidth = i === 0 ? 2.2 : 1.6;
    c.lineJoin = "round";
    c.setLineDash(DASHES[i]);
    c.beginPath();
    let [pen, last] = [false, null];
    for (let week = 0; week < rows.length; week++) {
      const value = rows[week][index];
      if (!Number.isFinite(value)) {
        if (!this.about.yearly) pen = false;
        continue;
      }
      if (this.about.yearly) {
        if (pen) c.lineTo(area.x(week + 1 - YEAR), area.y(value));
        else c.moveTo(area.x(week + 1 - YEAR), area.y(value));
        c.lineTo(area.x(week + 1), area.y(value));
      } else if (pen) c.lineTo(area.x(week + 1), area.y(value));
      else c.moveTo(area.x(week + 1), area.y(value));
      pen = true;
      last = [area.x(week + 1), area.y(value)];
    }
    c.stroke();
    c.setLineDash([]);
    if (last) {
      c.beginPath();
      if (lane) c.rect(last[0] - 3, last[1] - 3, 6, 6);
      else c.arc(...last, 3.2, 0, 2 * Math.PI);
      c.fill();
    }
  }

  /** B - A with its interval around zero. */
  drawGap(c, area, strip) {
    const { bands, theme, week: lived, numbers } = this.stage;
    const index = this.indices[0];
    const weeks = [];
    for (let week = 0; week < Math.min(lived, bands.weeks); week++) if (Number.isFinite(bands.at("gap", 0, week, index))) weeks.push(week);
    const step = this.about.unit === "euro" ? 5e4 : 0.05;
    const ends = weeks.flatMap((week) => [1, 2].map((which) => Math.abs(bands.at("gap", which, week, index)))).filter(Number.isFinite);
    const reach = step * Math.max(1, Math.ceil(Math.max(0, ...ends) / step)); // of what was lived: an axis tells no future
    const middle = (strip.top + strip.bottom) / 2;
    const y = (value) => middle - ((strip.bottom - strip.top) / 2) * Math.max(-1, Math.min(1, value / reach));
    c.fillStyle = theme.paper;
    c.fillRect(area.left, strip.top, area.right - area.left, strip.bottom - strip.top);
    c.strokeStyle = theme.muted;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(area.left, middle);
    c.lineTo(area.right, middle);
    c.stroke();
    c.fillStyle = theme.muted;
    c.textAlign = "right";
    c.textBaseline = "middle";
    c.fillText(this.about.unit === "euro" ? `±${numbers.plain(reach / 1000)}k` : this.about.unit === "share" ? `±${numbers.plain(100 * reach)}` : `±${numbers.plain(reach, 2)}`, area.left - 5, middle);
    if (!weeks.length) return;
    const width = this.about.yearly ? YEAR : 1;
    const trace = (which, list) => list.flatMap((week) => [[area.x(week + 1 - width), y(bands.at("gap", which, week, index))], [area.x(week + 1), y(bands.at("gap", which, week, index))]]);
    const path = (points) => points.forEach(([px, py], i) => (i ? c.lineTo(px, py) : c.moveTo(px, py)));
    c.beginPath();
    path([...trace(2, weeks), ...trace(1, weeks).reverse()]);
    c.closePath();
    c.fillStyle = theme.ink;
    c.globalAlpha = 0.22;
    c.fill();
    c.globalAlpha = 1;
    c.strokeStyle = theme.ink;
    c.lineWidth = 1.6;
    c.beginPath();
    path(trace(0, weeks));
    c.stroke();
  }
}
