// The map: land, clusters, sites, and students who move between workplace and meeting.
import { BUCKETS, penOf, qualityColour, sharp } from "./basics.js";
import { Layout, PROVINCES, kilometres, waters } from "./layout.js";
import { INSTITUTE_TRAINER, MBO, MEETING, MEETS, SCHOOL_TRAINER, UNGUIDED, VACANT, MBO_TRAINER } from "./reading.js";

/** @import { Chosen, Found, Frame, Land, Move, Point, Site, Theme } from "./types.js" */

/**
 * All that is drawn: a week of a lane, its land, and where everything stands.
 *
 * @typedef {{ frame: Frame, land: Land, layout: Layout, theme: Theme }} View
 */

const SLOWEST = 1100; // milliseconds a move takes at most
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
    this.floor = 0;
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
   * @param {number} floor the quality from which supervision is adequate
   * @param {Map<number, number> | null} marks of clusters: by how much they differ from those of A
   */
  setFrame(frame, still, floor, marks) {
    this.frame = frame;
    this.floor = floor;
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
    if (this.stale) this.drawGround(view);
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

  /** @param {View} view */
  drawGround(view) {
    const { theme, layout, land, frame } = view;
    const c = sharp(this.ground, this.width, this.height);
    c.fillStyle = theme.water;
    c.fillRect(0, 0, this.width, this.height);
    drawProvince(c, layout, PROVINCES.DRENTHE, theme.land2);
    drawProvince(c, layout, PROVINCES.GRONINGEN, theme.land);
    land.sites.forEach(([, , , , cluster], i) => {
      if (cluster < 0) return;
      drawSpoke(c, view, layout.sites[i], layout.clusters[cluster], (frame.trainers[cluster] & MEETING) !== 0);
    });
    land.sites.forEach((site, i) => drawSite(c, view, layout.sites[i], site, frame.load[i] / 100));
    layout.clusters.forEach((place, k) => this.drawCluster(c, view, place, frame.trainers[k] ?? 0, k));
    drawWaters(c, view, this.width);
    drawTowns(c, view, this.width);
  }

  /**
   * The meeting place: two halves for the pair of trainers, hollow where one is missing.
   *
   * @param {CanvasRenderingContext2D} c
   * @param {View} view
   * @param {Point} place
   * @param {number} trainers
   * @param {number} k
   */
  drawCluster(c, view, [x, y], trainers, k) {
    if (x < -50) return;
    const { theme, layout } = view;
    const radius = 0.5 * layout.unit;
    c.beginPath();
    c.arc(x, y, radius + 0.16 * layout.unit, 0, 2 * Math.PI);
    c.fillStyle = theme.spoke;
    c.fill();
    const halves = [[SCHOOL_TRAINER, Math.PI / 2, 1.5 * Math.PI], [INSTITUTE_TRAINER, -Math.PI / 2, Math.PI / 2]];
    for (const [bit, from, to] of halves) {
      c.beginPath();
      c.arc(x, y, radius, from, to);
      c.closePath();
      c.fillStyle = trainers & bit ? theme.accent : theme.card;
      c.fill();
      c.strokeStyle = trainers & bit ? theme.card : theme.over;
      c.lineWidth = 1.2;
      c.stroke();
    }
    if (trainers & MBO_TRAINER) {
      c.fillStyle = theme.b;
      const s = 0.24 * layout.unit;
      c.fillRect(x - s / 2, y - s / 2, s, s);
    }
    if (trainers & VACANT) drawLabel(c, view, "!", x, y - radius - 0.35 * layout.unit, theme.over);
    const mark = this.marks?.get(k);
    if (!mark) return;
    drawLabel(c, view, mark > 0 ? "▲" : "▼", x + 1.05 * layout.unit, y - 0.75 * layout.unit, theme.ink);
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
    const floor = 255 * this.floor;
    const half = sprites.size / 2;
    for (const move of this.moves) {
      const [x, y] = this.placeOf(move);
      const quality = frame.quality[move.i];
      const kind = (frame.flags[move.i] & MBO ? 1 : 0) + (quality < floor && frame.week > 0 ? 2 : 0);
      const bucket = Math.min(BUCKETS - 1, Math.floor((quality * BUCKETS) / 256));
      const sprite = sprites.of(kind, frame.week > 0 ? bucket : BUCKETS);
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

/**
 * @param {CanvasRenderingContext2D} c
 * @param {Layout} layout
 * @param {Point[]} corners
 * @param {string} colour
 */
function drawProvince(c, layout, corners, colour) {
  const points = corners.map((corner) => layout.at(...kilometres(corner)));
  /** @type {(p: Point, q: Point) => Point} */
  const middle = (p, q) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  c.beginPath();
  c.moveTo(...middle(points[points.length - 1], points[0]));
  points.forEach((p, i) => c.quadraticCurveTo(...p, ...middle(p, points[(i + 1) % points.length])));
  c.closePath();
  c.fillStyle = c.strokeStyle = colour;
  c.lineWidth = 2;
  c.stroke();
  c.fill();
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {number} width
 */
function drawWaters(c, { layout, theme }, width) {
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.font = `italic ${11 * theme.scale}px ${theme.font}`;
  c.fillStyle = theme.muted;
  c.globalAlpha = 0.8;
  for (const [name, x, y] of waters()) {
    const [px, py] = layout.at(x, y);
    if (py > 8 && px < width - 30) c.fillText(name, px, py);
  }
  c.globalAlpha = 1;
}

/**
 * Names of towns, largest first, where there is room for them.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {number} width
 */
function drawTowns(c, { layout, land, theme }, width) {
  const size = 11 * theme.scale;
  /** @type {[left: number, top: number, right: number, bottom: number][]} */
  const taken = [];
  const nodes = [...layout.sites.filter((_, i) => land.sites[i][4] >= 0), ...layout.clusters];
  const near = (/** @type {number} */ left, /** @type {number} */ right, /** @type {number} */ y) =>
    nodes.some(([sx, sy]) =>
      sx > left - layout.unit && sx < right + layout.unit && Math.abs(sy - y) < 1.1 * layout.unit);
  [c.lineJoin, c.lineWidth, c.fillStyle, c.strokeStyle] = ["round", 3, theme.muted, theme.land];
  for (const [name, x, y, people] of [...land.towns].sort((p, q) => q[3] - p[3])) {
    const [px, place] = layout.at(x, y);
    const py = place - 0.9 * size;
    const bold = people > 40000;
    c.font = `${bold ? 600 : 400} ${bold ? size * 1.2 : size * 0.92}px ${theme.font}`;
    const half = c.measureText(name).width / 2 + 4;
    const [left, top, right, bottom] = [px - half, py - size * 0.7, px + half, py + size * 0.7];
    if (left < 0 || right > width || top < 4) continue;
    if (taken.some((o) => left < o[2] && right > o[0] && top < o[3] && bottom > o[1])) continue;
    if (!bold && near(left, right, py)) continue;
    taken.push([left, top, right, bottom]);
    c.globalAlpha = 0.85;
    c.strokeText(name, px, py);
    c.globalAlpha = 1;
    c.fillText(name, px, py);
  }
}

/**
 * From a site to the meeting place of its cluster.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {Point} from
 * @param {Point} to
 * @param {boolean} meeting whether the cluster meets this week
 */
function drawSpoke(c, { layout, theme }, from, to, meeting) {
  c.strokeStyle = theme.spoke;
  c.globalAlpha = meeting ? 0.9 : 0.55;
  c.lineWidth = Math.max(3, layout.unit * (meeting ? 0.6 : 0.4));
  c.lineCap = "round";
  c.beginPath();
  c.moveTo(...from);
  c.lineTo(...to);
  c.stroke();
  c.globalAlpha = 1;
}

/**
 * A school is a house, an IKC a house with a smaller one against it; the ring is what is asked of its mentors.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {Point} place
 * @param {Site} site
 * @param {number} load
 */
function drawSite(c, { layout, theme }, [x, y], [, , , ikc, cluster], load) {
  if (cluster < 0) {
    c.fillStyle = theme.muted;
    c.globalAlpha = 0.45;
    c.fillRect(x - 1.5, y - 1.5, 3, 3);
    c.globalAlpha = 1;
    return;
  }
  const radius = 0.56 * layout.unit;
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fillStyle = theme.card;
  c.fill();
  c.lineWidth = Math.max(1, 0.1 * layout.unit);
  c.strokeStyle = theme.line;
  c.stroke();
  if (load > 0) {
    const over = load > 1;
    c.beginPath();
    c.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.min(1, load));
    c.strokeStyle = over ? theme.over : theme.accent;
    c.lineWidth = (over ? 0.26 : 0.15) * layout.unit;
    c.lineCap = "butt";
    c.stroke();
  }
  drawHouse(c, x, y, 0.3 * layout.unit, ikc === 1, theme.ink);
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
function drawLabel(c, { layout, theme }, text, x, y, colour) {
  c.font = `700 ${Math.max(11, 0.85 * layout.unit)}px ${theme.font}`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillStyle = colour;
  c.fillText(text, x, y);
}

/**
 * Over a student whom nobody guides.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {number} x
 * @param {number} y
 * @param {number} s half its size
 * @param {string} colour
 */
function drawCross(c, x, y, s, colour) {
  c.strokeStyle = colour;
  c.lineWidth = 1.3;
  c.beginPath();
  c.moveTo(x - s, y - s);
  c.lineTo(x + s, y + s);
  c.moveTo(x + s, y - s);
  c.lineTo(x - s, y + s);
  c.stroke();
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {number} x
 * @param {number} y
 * @param {number} s half its size
 * @param {boolean} ikc
 * @param {string} colour
 */
export function drawHouse(c, x, y, s, ikc, colour) {
  c.fillStyle = colour;
  c.beginPath();
  c.moveTo(x - s, y - 0.1 * s);
  c.lineTo(x, y - s);
  c.lineTo(x + s, y - 0.1 * s);
  c.lineTo(x + 0.75 * s, y - 0.1 * s);
  c.lineTo(x + 0.75 * s, y + 0.9 * s);
  c.lineTo(x - 0.75 * s, y + 0.9 * s);
  c.lineTo(x - 0.75 * s, y - 0.1 * s);
  c.closePath();
  if (!ikc) {
    c.fill();
    return;
  }
  c.lineWidth = Math.max(1, 0.28 * s);
  c.strokeStyle = colour;
  c.stroke();
  c.beginPath();
  c.arc(x, y + 0.35 * s, 0.38 * s, 0, 2 * Math.PI);
  c.fill();
}

/**
 * Dots drawn once: circle or square, full or hollow, in every colour, and grey for before the first week.
 *
 * @param {number} dot the radius
 * @param {Theme} theme
 */
export function makeSprites(dot, theme) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const size = 2 * dot + 3;
  /** @type {Map<number, HTMLCanvasElement>} */
  const drawn = new Map();
  const of = (/** @type {number} */ kind, /** @type {number} */ bucket) => {
    const key = kind * (BUCKETS + 1) + bucket;
    const sprite = drawn.get(key) ?? draw(kind, bucket);
    drawn.set(key, sprite);
    return sprite;
  };
  const draw = (/** @type {number} */ kind, /** @type {number} */ bucket) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * ratio);
    const c = penOf(canvas);
    c.scale(ratio, ratio);
    const colour = bucket === BUCKETS ? theme.muted : qualityColour((bucket + 0.5) / BUCKETS);
    const hollow = kind >= 2;
    const r = hollow ? dot - 0.5 : dot;
    c.beginPath();
    if (kind % 2) c.rect(size / 2 - 0.88 * r, size / 2 - 0.88 * r, 1.76 * r, 1.76 * r);
    else c.arc(size / 2, size / 2, r, 0, 2 * Math.PI);
    c.fillStyle = hollow ? theme.card : colour;
    c.fill();
    c.strokeStyle = hollow ? colour : theme["dot-edge"];
    c.lineWidth = hollow ? Math.max(1.5, 0.5 * dot) : 0.8;
    c.stroke();
    return canvas;
  };
  return { of, size };
}
