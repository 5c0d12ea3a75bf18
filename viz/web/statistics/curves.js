// Whole curves, one a replication: their mean with its band, and up to where that stays above a floor.
import { columnsOf, firstAbove, inOrder, meanRow, quantile, spreadOf } from "./numbers.js";
import { deviateOf, studentTail } from "./tails.js";

/** @import { Band, Judging, Scale } from "./types.js" */

/**
 * The mean of curves with a band that holds all of it in 95 % of cases: `band` of experiments/degradation/tables.py.
 *
 * @param {number[][]} curves
 * @param {Judging} judging
 * @returns {Band}
 */
export function curveBand(curves, { resamples, level }) {
  const mean = meanRow(curves);
  const error = columnsOf(curves).map((column) => spreadOf(column) / Math.sqrt(curves.length));
  const strayed = resamples.map((rows) => Math.max(
    ...meanRow(curves, rows).map((value, i) => Math.abs(value - mean[i]) / Math.max(error[i], 1e-12))));
  const usual = deviateOf((t) => studentTail(t, curves.length - 1), level / 2);
  const width = Math.max(quantile(inOrder(strayed), 1 - level), usual);
  return { mean, low: mean.map((value, i) => value - width * error[i]),
    high: mean.map((value, i) => value + width * error[i]) };
}

/**
 * Up to which size the mean of curves stays above the floor, with its 95 % interval: `crossing_with_interval` of
 * experiments/statistics/safe_scale.py.
 *
 * @param {number[]} sizes
 * @param {number[][]} curves
 * @param {number} floor
 * @param {Judging} judging
 * @returns {Scale}
 */
export function crossingOf(sizes, curves, floor, { resamples, level }) {
  const found = inOrder(resamples.map((rows) => safeUpTo(sizes, meanRow(curves, rows), floor)));
  return { value: safeUpTo(sizes, meanRow(curves), floor),
    low: firstAbove(found, level / 2), high: firstAbove(found, 1 - level / 2) };
}

/**
 * Up to which size a curve stays at or above the floor; −∞ where the smallest falls short already, ∞ where none does.
 *
 * @param {number[]} sizes
 * @param {number[]} shares
 * @param {number} floor
 */
function safeUpTo(sizes, shares, floor) {
  const first = shares.findIndex((share) => share < floor);
  if (first <= 0) return first ? Infinity : -Infinity;
  const [above, below] = [shares[first - 1] - floor, shares[first] - floor];
  return sizes[first - 1] + (sizes[first] - sizes[first - 1]) * above / (above - below);
}
