// What the map shows of a week, from the columns of a life; as viz/room/frames.py reads it.

/**
 * @import { Picture } from "./types.js"
 * @import { Life } from "./life.js"
 */

const INSIDE = 1, FIRST_MBO = 4, PART_TIME = 1, SEATS_EACH = 4, NEVER_LATER = 3;
const OF_STUDENT = { mbo: 1, meets: 2, unguided: 4, parttime: 8, away: 64, short: 128 };

/** @param {Life} life @returns {Picture} */
export function pictureOf(life) {
  const column = (/** @type {string} */ name) => Array.from(life.page.column(`here.${name}`), Number);
  const [status, sites] = [column("s.status"), column("s.site")];
  const rows = status.flatMap((one, row) => (one === INSIDE && sites[row] >= 0 ? [row] : []));
  const of = (/** @type {string} */ name) => {
    const all = column(`s.${name}`);
    return rows.map((row) => all[row]);
  };
  const [programme, attended, mentor, year] = ["programme", "attended", "mentor", "year"].map(of);
  const [shortfalls, placed, cluster] = ["shortfalls", "placed", "cluster"].map(of);
  const flags = rows.map((_, i) => OF_STUDENT.mbo * Number(programme[i] >= FIRST_MBO)
    + OF_STUDENT.meets * attended[i] + OF_STUDENT.unguided * Number(mentor[i] < 0)
    + OF_STUDENT.parttime * Number(programme[i] === PART_TIME)
    + 16 * Math.max(0, Math.min(NEVER_LATER, year[i] - 1)) + OF_STUDENT.short * Number(shortfalls[i] > 0)
    + OF_STUDENT.away * Number(!placed[i] && life.lived > 0));
  const keys = life.page.column("here.s.key");
  return {
    key: BigInt64Array.from(rows, (row) => BigInt(keys[row])),
    site: Uint16Array.from(of("site")), quality: shares(of("supervision")), flags: Uint8Array.from(flags),
    contact: shares(of("contact_share")), barrier: shares(of("barrier")),
    load: loads(column), trainers: atWork(column, cluster.filter((_, i) => attended[i])),
  };
}

/** @param {(name: string) => number[]} column */
function loads(column) {
  const [asked, there] = [0, 1].map(() => new Float64Array(column("o.board").length));
  const [students, site] = [column("m.students"), column("m.site")];
  const [needed, available] = [column("m.hours_asked"), column("m.hours_available")];
  students.forEach((count, row) => {
    if (!count) return;
    asked[site[row]] += needed[row];
    there[site[row]] += available[row];
  });
  return Uint8Array.from(asked, (hours, row) => Math.min(255, there[row] > 0 ? even((100 * hours) / there[row]) : 0));
}

/**
 * @param {(name: string) => number[]} column
 * @param {number[]} came
 */
function atWork(column, came) {
  const [present, vacant] = [column("t.present"), column("t.vacant_weeks")];
  const met = new Set(came);
  return Uint8Array.from({ length: present.length / SEATS_EACH }, (_, row) => {
    let sum = 0;
    for (let kind = 0; kind < SEATS_EACH; kind++) {
      const seat = SEATS_EACH * row + kind;
      if (present[seat] && vacant[seat] <= 0) sum |= 1 << kind;
      if (kind < 2 && present[seat] && vacant[seat] > 0) sum |= 16;
    }
    return sum | (met.has(row) ? 32 : 0);
  });
}

/** @param {number[]} values */
function shares(values) {
  return Uint8Array.from(values, (value) => even(255 * Math.max(0, Math.min(1, value))));
}

/** The nearest whole number, of two the even one. @param {number} value */
function even(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}
