// The ground of the map: all that does not move within a week – land, water, towns, sites and meeting places.
import { PROVINCES, kilometres, waters } from "./layout.js";
import { INSTITUTE_TRAINER, MBO_TRAINER, MEETING, SCHOOL_TRAINER, VACANT } from "./reading.js";
import { drawHouse, drawLabel } from "./signs.js";

/**
 * @import { Layout } from "./layout.js"
 * @import { Point, Site, View } from "./types.js"
 */

/**
 * The ground of a week.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {Map<number, number> | null} marks of clusters: by how much they differ from those of A
 */
export function drawGround(c, view, marks) {
  const { theme, layout, land, frame } = view;
  c.fillStyle = theme.water;
  c.fillRect(0, 0, layout.width, layout.height);
  drawProvince(c, layout, PROVINCES.DRENTHE, theme.land2);
  drawProvince(c, layout, PROVINCES.GRONINGEN, theme.land);
  land.sites.forEach(([, , , , cluster], i) => {
    if (cluster < 0) return;
    drawSpoke(c, view, layout.sites[i], layout.clusters[cluster], (frame.trainers[cluster] & MEETING) !== 0);
  });
  land.sites.forEach((site, i) => drawSite(c, view, layout.sites[i], site, frame.load[i] / 100));
  layout.clusters.forEach((place, k) => drawCluster(c, view, place, frame.trainers[k] ?? 0, marks?.get(k)));
  drawWaters(c, view);
  drawTowns(c, view);
}

/**
 * The meeting place: two halves for the pair of trainers, hollow where one is missing.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {Point} place
 * @param {number} trainers
 * @param {number | undefined} mark by how much it differs from that of A
 */
function drawCluster(c, view, [x, y], trainers, mark) {
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
  if (!mark) return;
  drawLabel(c, view, mark > 0 ? "▲" : "▼", x + 1.05 * layout.unit, y - 0.75 * layout.unit, theme.ink);
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
 */
function drawWaters(c, { layout, theme }) {
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.font = `italic ${11 * theme.scale}px ${theme.font}`;
  c.fillStyle = theme.muted;
  c.globalAlpha = 0.8;
  for (const [name, x, y] of waters()) {
    const [px, py] = layout.at(x, y);
    if (py > 8 && px < layout.width - 30) c.fillText(name, px, py);
  }
  c.globalAlpha = 1;
}

/**
 * Names of towns, largest first, where there is room for them.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 */
function drawTowns(c, { layout, land, theme }) {
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
    if (left < 0 || right > layout.width || top < 4) continue;
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
