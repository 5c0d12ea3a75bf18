// How far a partnership can grow: experiments/degradation/growth.py, run by run, and then the curve.
import { findBreak } from "../../statistics/breaks.js";
import { crossingOf, curveBand } from "../../statistics/curves.js";
import { meanOfKnown } from "../../statistics/numbers.js";
import { codedValues, rowsOf } from "../lives.js";

/**
 * @import { Growth, Nobody, Value } from "../../types.js"
 * @import { GrowthFacts } from "../document.js"
 * @import { Lives } from "../lives.js"
 */

const RUN_YEAR = 40;

/**
 * The share of one run in its last school year; NaN where nobody is to be supervised.
 *
 * @param {Lives} lives
 * @param {{ scenario: string, values: Record<string, Value>, seed: bigint }} run
 * @returns {Generator<undefined, number>}
 */
export function* shareOf(lives, { scenario, values, seed }) {
  const { share, years } = lives.lands.asks.growth;
  const life = lives.always(scenario);
  life.begin(seed, codedValues(lives.parameters, values));
  yield;
  for (let year = 0; year < years; year += 1) {
    life.live(RUN_YEAR);
    yield;
  }
  return meanOfKnown(rowsOf(life, [share], life.lived - RUN_YEAR, life.lived));
}

/**
 * The sizes that a partnership is tried at, ascending; its own is among them.
 *
 * @param {GrowthFacts} asked
 * @param {number} own
 */
export function sizesWith({ sizes }, own) {
  return [...new Set([...sizes, own])].sort((a, b) => a - b);
}

/**
 * The curve through all shares of a partnership.
 *
 * @param {Lives} lives
 * @param {{ shares: number[], sizes: number[], own: number, floor: number }} found sizes fastest
 * @returns {Generator<undefined, Growth | Nobody>}
 */
export function* curveOf(lives, { shares, sizes, own, floor }) {
  const { judging } = lives.lands.asks.growth;
  const resamples = judging.resamples.map((rows) => Array.from(rows, Number));
  const curves = Array.from({ length: shares.length / sizes.length }, (_, replication) =>
    shares.slice(replication * sizes.length, (replication + 1) * sizes.length));
  yield;
  return grown({ sizes, curves, own, floor }, { ...judging, resamples });
}

/**
 * What curves come to, or that nobody is to be supervised.
 *
 * @param {{ sizes: number[], curves: number[][], own: number, floor: number }} found
 * @param {import("../../statistics/types.js").Judging} judging
 * @returns {Growth | Nobody}
 */
export function grown({ sizes, curves, own, floor }, judging) {
  const known = curves.flat().filter(Number.isFinite).length;
  if (known < curves.length * sizes.length) return { sizes: [], always: known === 0 };
  const band = curveBand(curves, judging);
  const bend = findBreak(sizes, curves, judging);
  const safe = crossingOf(sizes, curves, floor, judging);
  const shares = (/** @type {number[]} */ part) => part.map((share) => Math.min(1, Math.max(0, share)));
  const inside = (/** @type {number} */ size) => (Number.isFinite(size) ? size : null);
  const stays = safe.value === Infinity ? "everywhere" : safe.value === -Infinity ? "nowhere" : "partly";
  return {
    sizes, mean: shares(band.mean), low: shares(band.low), high: shares(band.high), own, floor, shape: bend.shape,
    turn: bend.shape === "break" ? turnOf(bend) : null,
    stays, safe: { value: inside(safe.value), low: inside(safe.low), high: inside(safe.high) },
  };
}

/** @param {Extract<import("../../statistics/types.js").Break, { shape: "break" }>} bend */
function turnOf({ point, low, high, worsens }) {
  return { point, low, high, worsens };
}
