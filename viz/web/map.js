// The map: land, clusters, sites, and students who move between workplace and meeting.
import { BUCKETS, qualityColour, sharp } from "./basics.js";
import { Layout, PROVINCES, kilometres, waters } from "./layout.js";
import { INSTITUTE_TRAINER, MBO, MEETING, MEETS, SCHOOL_TRAINER, UNGUIDED, VACANT, MBO_TRAINER } from "./reading.js";

const SLOWEST = 1100; // milliseconds a move takes at most
const HIGH_BARRIER = 255 * 0.4;

export class MapView {
  constructor(canvas) {
    this.canvas = canvas;
    this.ground = document.createElement("canvas"); // everything that does not move within a week
    this.now = new Map(); // student -> [x, y] drawn last
    this.moves = [];
    this.started = 0;
    this.lasts = 400;
    this.arrived = 0;
    this.draws = 0;
    this.chosen = null;
    this.settled = true;
  }

  setLand(land) {
    this.land = land;
    this.layout = null;
  }

  setTheme(theme) {
    this.theme = theme;
    this.sprites = null;
    this.stale = true;
  }

  resize(width, height) {
    if (width === this.width && height === this.height) return;
    [this.width, this.height] = [width, height];
    this.layout = null;
  }

  /** A new week: everyone sets out for the place that it asks. */
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
    this.moves = this.destinations(frame).map((move) => {
      const start = from.get(move.id);
      [move.fx, move.fy] = start && !still ? start : [move.x, move.y];
      return move;
    });
    this.settled = false;
    this.stale = true;
  }

  /** Where every student should be this week. */
  destinations(frame) {
    const { land, layout } = this;
    const seats = new Map();
    const moves = [];
    const mixed = frame.contact.some((share) => share > 0);
    const order = Array.from(frame.student.keys());
    if (!mixed) order.sort((i, j) => (frame.flags[i] & MBO) - (frame.flags[j] & MBO) || i - j);
    for (const i of order) {
      const site = frame.site[i];
      const cluster = land.sites[site] ? land.sites[site][4] : -1;
      const meets = (frame.flags[i] & MEETS) !== 0 && cluster >= 0;
      const key = meets ? -1 - cluster : site;
      const seat = seats.get(key) ?? 0;
      seats.set(key, seat + 1);
      const centre = meets ? layout.clusters[cluster] : layout.sites[site] ?? [-99, -99];
      const [x, y] = layout.around(centre, seat, meets ? 0.72 * layout.unit : 0.62 * layout.unit);
      moves.push({ id: frame.student[i], i, x, y, fx: x, fy: y, meets, cluster });
    }
    return moves;
  }

  places(clock) {
    const part = this.lasts > 0 ? Math.min(1, (clock - this.started) / this.lasts) : 1;
    const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) * (1 - part);
    const found = new Map();
    for (const m of this.moves) found.set(m.id, [m.fx + eased * (m.x - m.fx), m.fy + eased * (m.y - m.fy)]);
    this.settled = part >= 1;
    return found;
  }

  /** Draw, if anything moves or changed; says whether it drew. */
  draw(clock) {
    if (!this.frame || !this.layout || !this.theme || (this.settled && !this.stale)) return false;
    if (this.stale) this.drawGround();
    this.stale = false;
    const c = sharp(this.canvas, this.width, this.height);
    c.clearRect(0, 0, this.width, this.height);
    c.drawImage(this.ground, 0, 0, this.width, this.height);
    this.now = this.places(clock);
    this.drawContacts(c);
    this.drawStudents(c);
    this.drawChosen(c);
    this.draws += 1;
    return true;
  }

  drawGround() {
    const { theme, layout, land, frame } = this;
    const c = sharp(this.ground, this.width, this.height);
    c.fillStyle = theme.water;
    c.fillRect(0, 0, this.width, this.height);
    for (const [name, colour] of [["DRENTHE", theme.land2], ["GRONINGEN", theme.land]]) this.drawProvince(c, PROVINCES[name], colour);
    land.sites.forEach((site, i) => site[4] >= 0 && this.drawSpoke(c, layout.sites[i], layout.clusters[site[4]], frame.trainers[site[4]] & MEETING));
    land.sites.forEach((site, i) => this.drawSite(c, layout.sites[i], site, frame.load[i] / 100));
    land.clusters.forEach((cluster, k) => this.drawCluster(c, layout.clusters[k], cluster, frame.trainers[k] ?? 0, k));
    this.drawNames(c);
  }

  drawProvince(c, corners, colour) {
    const points = corners.map((corner) => this.layout.at(...kilometres(corner)));
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

  drawNames(c) {
    const { theme, layout, land } = this;
    const size = 11 * theme.scale;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.font = `italic ${size}px ${theme.font}`;
    c.fillStyle = theme.muted;
    c.globalAlpha = 0.8;
    for (const [name, x, y] of waters()) {
      const [px, py] = layout.at(x, y);
      if (py > 8 && px < this.width - 30) c.fillText(name, px, py);
    }
    c.globalAlpha = 1;
    const taken = [];
    const nodes = [...layout.sites.filter((_, i) => land.sites[i][4] >= 0), ...layout.clusters];
    c.lineJoin = "round";
    c.lineWidth = 3;
    const large = [...land.towns].sort((p, q) => q[3] - p[3]);
    for (const [name, x, y, people] of large) {
      const [px, place] = layout.at(x, y);
      const py = place - 0.9 * size;
      const bold = people > 40000;
      c.font = `${bold ? 600 : 400} ${bold ? size * 1.2 : size * 0.92}px ${theme.font}`;
      const half = c.measureText(name).width / 2 + 4;
      const box = [px - half, py - size * 0.7, px + half, py + size * 0.7];
      if (box[0] < 0 || box[2] > this.width || box[1] < 4) continue;
      if (taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) continue;
      if (!bold && nodes.some(([sx, sy]) => sx > box[0] - layout.unit && sx < box[2] + layout.unit && Math.abs(sy - py) < 1.1 * layout.unit)) continue;
      taken.push(box);
      c.fillStyle = theme.muted;
      c.strokeStyle = theme.land;
      c.globalAlpha = 0.85;
      c.strokeText(name, px, py);
      c.globalAlpha = 1;
      c.fillText(name, px, py);
    }
    c.globalAlpha = 1;
  }

  drawSpoke(c, from, to, meeting) {
    c.strokeStyle = this.theme.spoke;
    c.globalAlpha = meeting ? 0.9 : 0.55;
    c.lineWidth = Math.max(3, this.layout.unit * (meeting ? 0.6 : 0.4));
    c.lineCap = "round";
    c.beginPath();
    c.moveTo(...from);
    c.lineTo(...to);
    c.stroke();
    c.globalAlpha = 1;
  }

  /** A school is a house, an IKC a house with a smaller one against it; the ring is what is asked of its mentors. */
  drawSite(c, [x, y], site, load) {
    const { theme, layout } = this;
    if (site[4] < 0) {
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
    drawHouse(c, x, y, 0.3 * layout.unit, site[3] === 1, theme.ink);
  }

  /** The meeting place: two halves for the pair of trainers, hollow where one is missing. */
  drawCluster(c, [x, y], cluster, trainers, k) {
    if (x < -50) return;
    const { theme, layout } = this;
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
    if (trainers & VACANT) this.label(c, "!", x, y - radius - 0.35 * layout.unit, theme.over, 700);
    const mark = this.marks?.get(k);
    if (mark) this.label(c, mark > 0 ? "▲" : "▼", x + 1.05 * layout.unit, y - 0.75 * layout.unit, theme.ink, 700);
  }

  label(c, text, x, y, colour, weight) {
    c.font = `${weight} ${Math.max(11, 0.85 * this.layout.unit)}px ${this.theme.font}`;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillStyle = colour;
    c.fillText(text, x, y);
  }

  drawContacts(c) {
    const groups = new Map();
    for (const move of this.moves) {
      if (!move.meets || this.frame.contact[move.i] === 0) continue;
      if (!groups.has(move.cluster)) groups.set(move.cluster, [[], []]);
      groups.get(move.cluster)[this.frame.flags[move.i] & MBO ? 1 : 0].push(move);
    }
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 0.9;
    for (const [hbo, mbo] of groups.values()) {
      mbo.forEach((one, at) => {
        for (let step = 0; step < Math.min(3, hbo.length); step++) {
          const other = hbo[(at * 3 + step) % hbo.length];
          const high = (this.frame.barrier[one.i] + this.frame.barrier[other.i]) / 2 > HIGH_BARRIER;
          c.setLineDash(high ? [2, 3] : []);
          c.globalAlpha = high ? 0.35 : 0.6;
          c.beginPath();
          c.moveTo(...this.now.get(one.id));
          c.lineTo(...this.now.get(other.id));
          c.stroke();
        }
      });
    }
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  drawStudents(c) {
    if (!this.sprites) this.sprites = makeSprites(this.layout.dot, this.theme);
    const { frame, sprites } = this;
    const floor = 255 * this.floor;
    const half = sprites.size / 2;
    for (const move of this.moves) {
      const [x, y] = this.now.get(move.id);
      const quality = frame.quality[move.i];
      const kind = (frame.flags[move.i] & MBO ? 1 : 0) + (quality < floor && frame.week > 0 ? 2 : 0);
      const bucket = Math.min(BUCKETS - 1, Math.floor((quality * BUCKETS) / 256));
      c.drawImage(sprites.of(kind, frame.week > 0 ? bucket : BUCKETS), x - half, y - half, sprites.size, sprites.size);
      if (frame.flags[move.i] & UNGUIDED) {
        const s = this.layout.dot * 0.9;
        c.strokeStyle = this.theme.over;
        c.lineWidth = 1.3;
        c.beginPath();
        c.moveTo(x - s, y - s);
        c.lineTo(x + s, y + s);
        c.moveTo(x + s, y - s);
        c.lineTo(x - s, y + s);
        c.stroke();
      }
    }
  }

  drawChosen(c) {
    if (!this.chosen) return;
    const { kind, which } = this.chosen;
    const place = kind === "student" ? this.now.get(which) : (kind === "site" ? this.layout.sites : this.layout.clusters)[which];
    if (!place) return;
    c.beginPath();
    c.arc(...place, (kind === "student" ? this.layout.dot : 0.75 * this.layout.unit) + 4, 0, 2 * Math.PI);
    c.strokeStyle = this.theme.ink;
    c.lineWidth = 2.5;
    c.stroke();
  }

  /** What is under a point: a student, a site or a cluster. */
  find(x, y) {
    if (!this.layout) return null;
    let best = null;
    const consider = (kind, which, place, reach) => {
      const apart = place ? Math.hypot(place[0] - x, place[1] - y) : Infinity;
      if (apart <= reach && (!best || apart / reach < best.score)) best = { kind, which, score: apart / reach };
    };
    for (const [id, place] of this.now) consider("student", id, place, this.layout.dot + 4);
    this.layout.clusters.forEach((place, k) => consider("cluster", k, place, 0.7 * this.layout.unit));
    this.layout.sites.forEach((place, i) => consider("site", i, place, this.land.sites[i][4] >= 0 ? 0.62 * this.layout.unit : 4));
    return best;
  }

  choose(chosen) {
    this.chosen = chosen;
    this.stale = true;
  }
}

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

/** Dots drawn once: circle or square, full or hollow, in every colour, and grey for before the first week. */
export function makeSprites(dot, theme) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const size = 2 * dot + 3;
  const drawn = new Map();
  const of = (kind, bucket) => {
    const key = kind * (BUCKETS + 1) + bucket;
    if (!drawn.has(key)) drawn.set(key, draw(kind, bucket));
    return drawn.get(key);
  };
  const draw = (kind, bucket) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * ratio);
    const c = canvas.getContext("2d");
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
