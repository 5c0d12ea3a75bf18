// The lowest place of a function, by the simplex of Nelder and Mead (1965), within bounds; as SciPy has it.

const CLOSE = 1e-4; // of corners, and of what they are worth
const STEP = 0.05; // of the first corners, as a part of where they start
const STEP_FROM_NOUGHT = 0.00025;

/** @typedef {{ at: number[], worth: number }} Corner */

/**
 * How low a function gets.
 *
 * @param {(at: number[]) => number} worthOf
 * @param {number[]} start within the bounds
 * @param {[low: number, high: number][]} bounds
 * @param {number} calls at most
 */
export function lowest(worthOf, start, bounds, calls) {
  let left = calls;
  const corner = (/** @type {number[]} */ at) => {
    const inside = at.map((value, i) => Math.min(bounds[i][1], Math.max(bounds[i][0], value)));
    left -= 1;
    return { at: inside, worth: left < 0 ? Infinity : worthOf(inside) }; // what nobody may ask any more is no good
  };
  let corners = ordered([start, ...start.map((_, i) => stepped(start, i, bounds[i][1]))].map(corner));
  while (left > 0 && !together(corners)) corners = ordered(moved(corners, corner));
  return corners[0].worth;
}

/**
 * Another first corner; where a step would lead beyond what is allowed, it leads back from there.
 *
 * @param {number[]} start
 * @param {number} which
 * @param {number} most
 */
function stepped(start, which, most) {
  const further = start[which] === 0 ? STEP_FROM_NOUGHT : (1 + STEP) * start[which];
  return start.map((value, i) => (i === which ? (further > most ? 2 * most - further : further) : value));
}

/** @param {Corner[]} corners */
function ordered(corners) {
  return [...corners].sort((a, b) => a.worth - b.worth || 0);
}

/** @param {Corner[]} corners */
function together([best, ...others]) {
  return others.every(({ at, worth }) => Math.abs(worth - best.worth) <= CLOSE
    && at.every((value, i) => Math.abs(value - best.at[i]) <= CLOSE));
}

/**
 * The worst corner is reflected in the others; or it goes twice as far, or half as far, or all come nearer the best.
 *
 * @param {Corner[]} corners from best to worst
 * @param {(at: number[]) => Corner} corner
 */
function moved(corners, corner) {
  const others = corners.slice(0, -1);
  const [best, worst] = [corners[0], corners[corners.length - 1]];
  const middle = worst.at.map((_, i) => others.reduce((sum, { at }) => sum + at[i], 0) / others.length);
  const along = (/** @type {number} */ far) => corner(middle.map((value, i) => (1 + far) * value - far * worst.at[i]));
  const reflected = along(1);
  if (reflected.worth < best.worth) {
    const further = along(2);
    return [...others, further.worth < reflected.worth ? further : reflected];
  }
  if (reflected.worth < others[others.length - 1].worth) return [...others, reflected];
  const outside = reflected.worth < worst.worth;
  const nearer = along(outside ? 0.5 : -0.5);
  if (outside ? nearer.worth <= reflected.worth : nearer.worth < worst.worth) return [...others, nearer];
  const halved = (/** @type {Corner} */ { at }) => at.map((value, i) => best.at[i] + (value - best.at[i]) / 2);
  return [best, ...corners.slice(1).map((one) => corner(halved(one)))];
}
