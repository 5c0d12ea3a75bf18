// The map: students who move between workplace and meeting, on the ground of a week.
import { BUCKETS, sharp } from "./basics.js";
import { drawGround } from "./ground.js";
import { Layout } from "./layout.js";
import { AWAY, MBO, MEETS, SHORT, UNGUIDED } from "./reading.js";
import { drawCross, makeSprites } from "./signs.js";

/** @import { Chosen, Found, Frame, Land, Move, Point, Theme, View } from "./types.js" */

const SLOWEST = 1100; // milliseconds a move takes at most
const STAYS = 0.5; // pixels that nobody sees
const HIGH_BARRIER = 255 * 0.4;
/** @type {Point} */
const OUTSIDE = [-99, -99];

export class MapView {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.ground = document.createElement("canvas"); // everything that does not move within a week
    /** @type {Map<number, Point>} */
    this.now = new Map(); // student -> place drawn last
    /** @type {Move[]} */
    this.moves = [];
    this.started = 0;
    this.lasts = 400;
    this.arrived = 0;
    this.draws = 0;
    this.width = 0;
    this.height = 0;
    this.crowd = 0;
    this.settled = true;
    this.stale = true;
    /** @type {Chosen | null} */
    this.chosen = null;
    /** @type {Land | null} */
    this.land = null;
    /** @type {Layout | null} */
    this.layout = null;
    /** @type {Theme | null} */
    this.theme = null;
    /** @type {Frame | null} */
    this.frame = null;
    /** @type {Map<number, number> | null} */
    this.marks = null;
    /** @type {ReturnType<typeof makeSprites> | null} */
    this.sprites = null;
  }

  /** @returns {View | null} nothing as long as a part of it is missing */
  get view() {
    const { frame, land, layout, theme } = this;
    return frame && land && layout && theme ? { frame, land, layout, theme } : null;
  }

  /** @param {Land} land */
  setLand(land) {
    this.land = land;
    this.layout = null;
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    this.sprites = null;
    this.stale = true;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.layout = null;
  }

  /**
   * A new week: everyone sets out for the place that it asks.
   *
   * @param {Frame} frame
   * @param {boolean} still whether nothing moves
   * @param {Map<number, number> | null} marks of clusters: by how much they differ from those of A
   */
  setFrame(frame, still, marks) {
    this.frame = frame;
    this.marks = marks;
    if (!this.land || !this.width || !this.theme) return;
    const clock = performance.now();
    const crowd = frame.student.length;
    if (!this.layout || Math.abs(this.crowd - crowd) > 0.25 * this.crowd) {
      this.layout = new Layout(this.land, this.width, this.height, crowd);
      this.crowd = crowd;
      this.sprites = null;
    }
    const from = this.moves.length ? this.places(clock) : this.now;
    this.lasts = still ? 0 : Math.min(SLOWEST, Math.max(60, 0.9 * (clock - this.arrived)));
    this.arrived = this.started = clock;
    this.moves = this.destinations(frame, this.land, this.layout).map((move) => {
      const start = from.get(move.id);
      [move.fx, move.fy] = start && !still ? start : [move.x, move.y];
      return move;
    });
    // Where nobody moves nothing is drawn on and on: what is being lived in the background needs that time.
    if (this.moves.every(({ x, y, fx, fy }) => Math.hypot(x - fx, y - fy) < STAYS)) this.lasts = 0;
    this.settled = false;
    this.stale = true;
  }

  /**
   * Where every student should be this week.
   *
   * @param {Frame} frame
   * @param {Land} land
   * @param {Layout} layout
   * @returns {Move[]}
   */
  destinations(frame, land, layout) {
    const seats = new Map();
    const mixed = frame.contact.some((share) => share > 0);
    const order = Array.from(frame.student.keys());
    if (!mixed) order.sort((i, j) => (frame.flags[i] & MBO) - (frame.flags[j] & MBO) || i - j);
    return order.map((i) => {
      const site = frame.site[i];
      const cluster = land.sites[site] ? land.sites[site][4] : -1;
      const meets = (frame.flags[i] & MEETS) !== 0 && cluster >= 0;
      const key = meets ? -1 - cluster : site;
      const seat = seats.get(key) ?? 0;
      seats.set(key, seat + 1);
      const centre = meets ? layout.clusters[cluster] : (layout.sites[site] ?? OUTSIDE);
      const [x, y] = layout.around(centre, seat, meets ? 0.72 * layout.unit : 0.62 * layout.unit);
      return { id: frame.student[i], i, x, y, fx: x, fy: y, meets, cluster };
    });
  }

  /** @param {number} clock */
  places(clock) {
    const part = this.lasts > 0 ? Math.min(1, (clock - this.started) / this.lasts) : 1;
    const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) * (1 - part);
    /** @type {Map<number, Point>} */
    const found = new Map();
    for (const m of this.moves) found.set(m.id, [m.fx + eased * (m.x - m.fx), m.fy + eased * (m.y - m.fy)]);
    this.settled = part >= 1;
    return found;
  }

  /**
   * Draw, if anything moves or changed; says whether it drew.
   *
   * @param {number} clock
   */
  draw(clock) {
    const { view } = this;
    if (!view || (this.settled && !this.stale)) return false;
    if (this.stale) drawGround(sharp(this.ground, this.width, this.height), view, this.marks);
    this.stale = false;
    const c = sharp(this.canvas, this.width, this.height);
    c.clearRect(0, 0, this.width, this.height);
    c.drawImage(this.ground, 0, 0, this.width, this.height);
    this.now = this.places(clock);
    this.drawContacts(c, view);
    this.drawStudents(c, view);
    this.drawChosen(c, view);
    this.draws += 1;
    return true;
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {View} view
   */
  drawContacts(c, { frame, theme }) {
    c.strokeStyle = theme.ink;
    c.lineWidth = 0.9;
    for (const [hbo, mbo] of this.groups(frame)) {
      mbo.forEach((one, at) => {
        for (let step = 0; step < Math.min(3, hbo.length); step++) {
          const other = hbo[(at * 3 + step) % hbo.length];
          const high = (frame.barrier[one.i] + frame.barrier[other.i]) / 2 > HIGH_BARRIER;
          c.setLineDash(high ? [2, 3] : []);
          c.globalAlpha = high ? 0.35 : 0.6;
          c.beginPath();
          c.moveTo(...this.placeOf(one));
          c.lineTo(...this.placeOf(other));
          c.stroke();
        }
      });
    }
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  /**
   * Who meets across the border of hbo and mbo, by cluster.
   *
   * @param {Frame} frame
   * @returns {[hbo: Move[], mbo: Move[]][]}
   */
  groups(frame) {
    /** @type {Map<number, [Move[], Move[]]>} */
    const groups = new Map();
    for (const move of this.moves) {
      if (!move.meets || frame.contact[move.i] === 0) continue;
      const group = groups.get(move.cluster) ?? [[], []];
      group[frame.flags[move.i] & MBO ? 1 : 0].push(move);
      groups.set(move.cluster, group);
    }
    return [...groups.values()];
  }

  /**
   * Where a student is drawn now.
   *
   * @param {Move} move
   */
  placeOf(move) {
    return this.now.get(move.id) ?? OUTSIDE;
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {View} view
   */
  drawStudents(c, { frame, layout, theme }) {
    const sprites = (this.sprites ??= makeSprites(layout.dot, theme));
    const half = sprites.size / 2;
    for (const move of this.moves) {
      const [x, y] = this.placeOf(move);
      const quality = frame.quality[move.i];
      const supervised = frame.week > 0 && (frame.flags[move.i] & AWAY) === 0;
      const kind = (frame.flags[move.i] & MBO ? 1 : 0) + (frame.flags[move.i] & SHORT && supervised ? 2 : 0);
      const bucket = Math.min(BUCKETS - 1, Math.floor((quality * BUCKETS) / 256));
      const sprite = sprites.of(kind, supervised ? bucket : BUCKETS);
      c.drawImage(sprite, x - half, y - half, sprites.size, sprites.size);
      if (frame.flags[move.i] & UNGUIDED) drawCross(c, x, y, layout.dot * 0.9, theme.over);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {View} view
   */
  drawChosen(c, { layout, theme }) {
    if (!this.chosen) return;
    const { kind, which } = this.chosen;
    const places = kind === "site" ? layout.sites : layout.clusters;
    const place = kind === "student" ? this.now.get(which) : places[which];
    if (!place) return;
    c.beginPath();
    c.arc(...place, (kind === "student" ? layout.dot : 0.75 * layout.unit) + 4, 0, 2 * Math.PI);
    c.strokeStyle = theme.ink;
    c.lineWidth = 2.5;
    c.stroke();
  }

  /**
   * What is under a point: a student, a site or a cluster.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Found | null}
   */
  find(x, y) {
    const { layout, land } = this;
    if (!layout || !land) return null;
    const at = (/** @type {Found["kind"]} */ kind, /** @type {number} */ which, /** @type {Point} */ place,
      /** @type {number} */ reach) => ({ kind, which, score: Math.hypot(place[0] - x, place[1] - y) / reach });
    const near = [
      ...[...this.now].map(([id, place]) => at("student", id, place, layout.dot + 4)),
      ...layout.clusters.map((place, k) => at("cluster", k, place, 0.7 * layout.unit)),
      ...layout.sites.map((place, i) => at("site", i, place, land.sites[i][4] >= 0 ? 0.62 * layout.unit : 4)),
    ].filter(({ score }) => score <= 1);
    return near.length ? near.reduce((best, other) => (other.score < best.score ? other : best)) : null;
  }

  /** @param {Chosen | null} chosen */
  choose(chosen) {
    this.chosen = chosen;
    this.stale = true;
  }
}
