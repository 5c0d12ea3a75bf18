// Where things stand on the map: towns and sites at their places, pushed apart just enough to be seen.

/** @import { Land, Point } from "./types.js" */

// The coast and borders, drawn by hand from a few known points (degrees east and north).
/** @type {Point[]} */
const GRONINGEN = [
  [6.19, 53.405], [6.3, 53.402], [6.45, 53.425], [6.6, 53.44], [6.75, 53.46], [6.84, 53.455], [6.9, 53.37],
  [6.95, 53.325], [7.04, 53.305], [7.07, 53.26], [7.14, 53.235], [7.21, 53.245], [7.21, 53.17], [7.18, 53.12],
  [7.2, 53.03], [7.21, 52.99], [7.13, 52.91], [7.09, 52.86], [7.05, 52.84], [6.99, 52.87], [6.94, 52.95],
  [6.91, 53.0], [6.83, 53.04], [6.75, 53.11], [6.69, 53.125], [6.6, 53.16], [6.55, 53.165], [6.47, 53.175],
  [6.41, 53.175], [6.36, 53.13], [6.29, 53.1], [6.19, 53.12], [6.17, 53.2], [6.21, 53.27], [6.2, 53.34],
];
/** @type {Point[]} */
const DRENTHE = [
  [6.29, 53.1], [6.36, 53.13], [6.41, 53.175], [6.47, 53.175], [6.55, 53.165], [6.6, 53.16], [6.69, 53.125],
  [6.75, 53.11], [6.83, 53.04], [6.91, 53.0], [6.94, 52.95], [6.99, 52.87], [7.05, 52.84], [7.06, 52.7], [7.05, 52.64],
  [6.75, 52.64], [6.5, 52.65], [6.37, 52.63], [6.14, 52.68], [6.16, 52.85], [6.34, 52.92], [6.42, 52.96], [6.36, 53.04],
];
/** @type {[name: string, east: number, north: number][]} */
const WATERS = [["Waddenzee", 6.52, 53.485], ["Eems", 7.06, 53.4], ["Dollard", 7.15, 53.275]];
export const PROVINCES = { GRONINGEN, DRENTHE };

/**
 * From degrees to km.
 *
 * @param {Point} place
 * @returns {Point}
 */
export const kilometres = ([east, north]) => [67.0 * (east - 6.5), 111.2 * (north - 53.0)];
/** @returns {[name: string, x: number, y: number][]} */
export const waters = () => WATERS.map(([name, east, north]) => [name, ...kilometres([east, north])]);

/** Places in pixels for a map of this size. */
export class Layout {
  /**
   * @param {Land} land
   * @param {number} width
   * @param {number} height
   * @param {number} crowd how many students
   */
  constructor(land, width, height, crowd) {
    this.width = width;
    this.height = height;
    const shown = land.sites.filter((site) => site[4] >= 0);
    const xs = [...land.sites.map((s) => s[1]), ...land.towns.map((t) => t[1])];
    const ys = [...land.sites.map((s) => s[2]), ...land.towns.map((t) => t[2])];
    const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const pad = 34;
    this.scale = Math.min((width - 2 * pad) / (east - west || 1), (height - 2 * pad) / (north - south || 1));
    // A schematic map may be a little taller than the land, where the room for it is.
    this.tall = Math.min(1.22, Math.max(1, (height - 2 * pad) / (this.scale * (north - south) || 1)));
    this.left = (width - this.scale * (east - west)) / 2 - this.scale * west;
    this.top = (height + this.tall * this.scale * (north - south)) / 2 + this.tall * this.scale * south;
    const nodes = shown.length + 1.6 * land.clusters.length;
    const room = this.scale * this.scale * this.tall * (east - west) * (north - south);
    this.unit = Math.max(5, Math.min(24, 0.3 * Math.sqrt(room / Math.max(nodes, 1))));
    const crowding = Math.max(1, crowd / Math.max(shown.length, 1) / 4);
    this.dot = Math.max(1.7, Math.min(6.5, (0.3 * this.unit) / Math.sqrt(crowding)));
    this.sites = land.sites.map((site) => this.at(site[1], site[2]));
    this.clusters = land.clusters.map((_, c) => {
      const own = this.sites.filter((__, i) => land.sites[i][4] === c);
      const mean = (/** @type {0 | 1} */ axis) => own.reduce((sum, p) => sum + p[axis], 0) / (own.length || 1);
      return /** @type {Point} */ (own.length ? [mean(0), mean(1)] : [-99, -99]);
    });
    this.spread(land);
  }

  /**
   * The place in pixels of a place in km.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  at(x, y) {
    return [this.left + this.scale * x, this.top - this.tall * this.scale * y];
  }

  /**
   * Push sites and meeting places apart until they have room, while springs hold them near their place.
   *
   * @param {Land} land
   */
  spread(land) {
    const nodes = this.nodes(land);
    for (let round = 0; round < 160; round++) {
      for (let i = 0; i < nodes.length; i++) {
        for (let j = i + 1; j < nodes.length; j++) {
          const [p, q] = [nodes[i].place, nodes[j].place];
          let [dx, dy] = [q[0] - p[0], q[1] - p[1]];
          const room = nodes[i].room + nodes[j].room;
          let apart = Math.hypot(dx, dy);
          if (apart >= room) continue;
          if (apart < 0.01) [dx, dy, apart] = [Math.cos(i), Math.sin(i), 1];
          const push = (0.5 * (room - apart)) / apart;
          p[0] -= push * dx; p[1] -= push * dy; q[0] += push * dx; q[1] += push * dy;
        }
      }
      const slack = round < 130 ? 0.03 : 0;
      for (const { place, home, hub } of nodes) {
        place[0] += slack * (home[0] - place[0]) + (hub ? 0.6 * slack * (hub[0] - place[0]) : 0);
        place[1] += slack * (home[1] - place[1]) + (hub ? 0.6 * slack * (hub[1] - place[1]) : 0);
        const margin = 1.6 * this.unit;
        place[0] = Math.min(this.width - margin, Math.max(margin, place[0]));
        place[1] = Math.min(this.height - margin - 6, Math.max(margin + 18, place[1]));
      }
    }
  }

  /**
   * What is pushed apart, each with its own place, the room that it needs, and the meeting place that draws it.
   *
   * @param {Land} land
   */
  nodes(land) {
    const node = (/** @type {Point} */ place, /** @type {number} */ room, /** @type {Point | null} */ hub) =>
      ({ place, home: [...place], room: room * this.unit, hub });
    const clusterOf = (/** @type {number} */ i) => land.sites[i][4];
    return [
      ...this.sites.flatMap((place, i) => (clusterOf(i) >= 0 ? [node(place, 1.3, this.clusters[clusterOf(i)])] : [])),
      ...this.clusters.flatMap((place) => (place[0] > -99 ? [node(place, 1.7, null)] : [])),
    ];
  }

  /**
   * The place of the i-th around a centre, in rings outside a core.
   *
   * @param {Point} centre
   * @param {number} i
   * @param {number} core
   * @returns {Point}
   */
  around(centre, i, core) {
    const step = 2.35 * this.dot;
    let [ring, left] = [0, i];
    for (;;) {
      const radius = core + this.dot + 1.5 + ring * step;
      const room = Math.max(1, Math.floor((2 * Math.PI * radius) / step));
      if (left < room) {
        const angle = (2 * Math.PI * left) / room - Math.PI / 2 + 0.5 * ring;
        return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
      }
      left -= room;
      ring += 1;
    }
  }
}
