// What the stage is told of a life: frames as viz/room/frames.py writes them, and the land of viz/room/lane.py.

/**
 * @import { Land as LandNews, Site } from "../types.js"
 * @import { MapFacts } from "./document.js"
 * @import { Life } from "./life.js"
 * @import { Column } from "./types.js"
 */

const HEADER_WORDS = 6;
const METRES = 3; // digits of a kilometre
const YEAR_OF_WEEKS = 40;

/** Small numbers for students' keys, given out in order of appearance. */
export class Identities {
  /** @type {Map<bigint, number>} */
  numbers = new Map();

  /** @param {Column} keys */
  of(keys) {
    return Uint32Array.from(/** @type {BigInt64Array} */ (keys), (key) => {
      const number = this.numbers.get(key) ?? this.numbers.size;
      this.numbers.set(key, number);
      return number;
    });
  }
}

/**
 * A week as bytes.
 *
 * @param {number} week
 * @param {number} structure
 * @param {Float32Array} series
 * @param {Uint32Array} students by their identities
 * @param {Record<string, Column>} seen
 */
export function frameBytes(week, structure, series, students, seen) {
  const { site, quality, flags, contact, barrier, load, trainers } = seen;
  const header = Uint32Array.of(week, students.length, load.length, trainers.length, series.length, structure);
  const parts = [header, series, students, site, quality, flags, contact, barrier, load, trainers];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return whole;
}

/**
 * The rows of all lanes, one lane after another.
 *
 * @param {Float32Array[]} lanes
 */
export function joinedSeries(lanes) {
  const whole = new Float32Array(lanes.reduce((sum, one) => sum + one.length, 0));
  lanes.reduce((at, one) => {
    whole.set(one, at);
    return at + one.length;
  }, 0);
  return whole.buffer;
}

/**
 * The frames of all lanes as the stage takes them: the length of each, and the frame, filled up to four bytes.
 *
 * @param {Uint8Array[]} frames
 */
export function joinedFrames(frames) {
  const sizes = frames.map(({ length }) => HEADER_WORDS - 2 + Math.ceil(length / 4) * 4);
  const whole = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  frames.forEach((frame, lane) => {
    new DataView(whole.buffer).setUint32(at, frame.length, true);
    whole.set(frame, at + 4);
    at += sizes[lane];
  });
  return whole.buffer;
}

/**
 * Names and places for the map, in km; sites in row order.
 *
 * @param {Life} life
 * @param {MapFacts} facts
 * @param {number} structure
 * @returns {LandNews}
 */
export function landNews(life, facts, structure) {
  const column = (/** @type {string} */ name) => [...life.page.column(`here.${name}`)].map(Number);
  const [x, y, ikc, cluster, board, open] = ["x", "y", "ikc", "cluster", "board", "public"].map(
    (name) => column(`o.${name}`));
  const [owners, opened, founders] = ["board", "opened", "opened_by"].map((name) => column(`c.${name}`));
  const names = clusterNames(facts, opened, founders);
  return {
    structure,
    towns: facts.towns,
    sites: facts.sites.map((name, row) => /** @type {Site} */ (
      [name, rounded(x[row]), rounded(y[row]), ikc[row], cluster[row], board[row], open[row]])),
    clusters: names.map((name, row) => [name, owners[row], opened[row]]),
    boards: boardNames(facts, Math.floor(Math.max(0, life.lived - 1) / YEAR_OF_WEEKS) + 1),
  };
}

/**
 * Those that were there have names; others are called by the board that opened them, and counted.
 *
 * @param {MapFacts} facts
 * @param {number[]} opened in which school year
 * @param {number[]} founders by row
 */
function clusterNames(facts, opened, founders) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return opened.map((year, row) => {
    if (!year) return facts.clusters[row];
    const name = boardNames(facts, year)[founders[row]];
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name} +${seen.get(name)}`;
  });
}

/**
 * Names of all boards in a school year.
 *
 * @param {MapFacts} facts
 * @param {number} year
 */
function boardNames({ boards }, year) {
  const [, names] = boards.findLast(([from]) => from <= year) ?? boards[0];
  return names;
}

/** @param {number} kilometres */
function rounded(kilometres) {
  return Number(kilometres.toFixed(METRES));
}
