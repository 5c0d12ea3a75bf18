// Where a curve breaks, and whether it does: experiments/statistics/breaks.py, which says how and why.
import { bicOfForms } from "./forms.js";
import { explained, highestAt, inOrder, meanOf, meanRow, orthonormal } from "./numbers.js";
import { product, quantile, restOf, spreadOf } from "./numbers.js";
import { deviateOf, normalTail, studentTail } from "./tails.js";

/** @import { Break, Judging, Shape } from "./types.js" */

const LEAST = 1e-300; // of a chance, and of what is divided by

/**
 * Where the mean of these curves breaks.
 *
 * @param {number[]} sizes ascending
 * @param {number[][]} curves one a replication; those with NaN are left out
 * @param {Judging} judging
 * @returns {Break}
 */
export function findBreak(sizes, curves, judging) {
  const y = curves.filter((curve) => curve.every(Number.isFinite));
  if (sizes.length < judging.fewest_sizes || y.length < judging.fewest_curves) return { shape: "undecided" };
  const lines = new BrokenLines(sizes, judging.places);
  const mean = meanRow(y);
  const at = lines.placeOf(mean);
  const shape = shapeOf(sizes, y, lines, judging);
  if (shape !== "break") return { shape };
  const points = judging.resamples.map((rows) => lines.places[lines.placeOf(meanRow(y, rows))]);
  const [low, high] = lines.interval(y, at, points, judging);
  return { shape, point: lines.places[at], low, high, worsens: product(lines.bends[at], mean) < 0 };
}

/**
 * Flat, straight, broken or smooth, in that order of simplicity.
 *
 * @param {number[]} x
 * @param {number[][]} y
 * @param {BrokenLines} lines
 * @param {Judging} judging
 * @returns {Shape}
 */
function shapeOf(x, y, lines, { level, negligible, clear }) {
  const [mean, middle] = [meanRow(y), meanOf(x)];
  const slope = chanceOf(tValue(y, x.map((size) => size - middle)), y.length);
  const davies = lines.davies(y);
  const all = Math.max(...mean) - Math.min(...mean);
  if (all < negligible || Math.min(slope, davies) >= level / 2) return "flat";
  const bic = bicOfForms(x, y, lines.hinges);
  const simplest = Math.min(bic.flat, bic.straight);
  const bent = Math.min(bic.quadratic, bic.segmented, bic.logistic);
  if (davies >= level || simplest <= bent) return "straight";
  return bic.segmented + clear <= Math.min(bic.quadratic, bic.logistic) ? "break" : "smooth";
}

/** All broken lines over some sizes: one for each place where the break may be, by ordinary least squares. */
class BrokenLines {
  /**
   * @param {number[]} x
   * @param {number} count of places
   */
  constructor(x, count) {
    const [first, last] = [x[1], x[x.length - 2]];
    const line = [x.map(() => 1), x];
    this.places = Array.from({ length: count }, (_, i) => first + i * ((last - first) / (count - 1)));
    this.places[count - 1] = last;
    this.hinges = this.places.map((place) => x.map((size) => Math.max(size - place, 0)));
    /** Orthonormal columns that span each broken line. */
    this.bases = this.hinges.map((hinge) => orthonormal([...line, hinge]));
    /** What each hinge has beyond a straight line. */
    this.bends = this.hinges.map((hinge) => restOf(orthonormal(line), hinge));
  }

  /**
   * Which place of the break fits a curve best.
   *
   * @param {number[]} y
   */
  placeOf(y) {
    return highestAt(this.bases.map((basis) => explained(basis, y)));
  }

  /**
   * The p-value of Davies' test that the mean of the curves is a straight line.
   *
   * @param {number[][]} y
   */
  davies(y) {
    const process = this.bends.map((bend) => normalOf(tValue(y, bend), y.length));
    const highest = Math.max(...process.map(Math.abs));
    const variation = process.slice(1).reduce((sum, value, i) => sum + Math.abs(value - process[i]), 0);
    const tail = normalTail(highest) + variation * Math.exp(-(highest ** 2) / 2) / Math.sqrt(8 * Math.PI);
    return Math.min(1, 2 * tail);
  }

  /**
   * 95 % interval of the break: places that a t test does not reject, and where resampled curves break.
   *
   * @param {number[][]} y
   * @param {number} at
   * @param {number[]} resampled
   * @param {Judging} judging
   */
  interval(y, at, resampled, { level, strict }) {
    const kept = this.places.filter((_, i) =>
      i === at || chanceOf(tValue(y, restOf(this.bases[i], this.hinges[at])), y.length) >= strict);
    const points = inOrder(resampled);
    return [
      Math.min(kept[0], quantile(points, level / 2)), Math.max(kept[kept.length - 1], quantile(points, 1 - level / 2)),
    ];
  }
}

// --- spread from replication to replication ---

/**
 * Student's t over replications of a contrast of the curves.
 *
 * @param {number[][]} y
 * @param {number[]} contrast
 */
function tValue(y, contrast) {
  const values = y.map((curve) => product(curve, contrast));
  const error = spreadOf(values) / Math.sqrt(y.length);
  const largest = y.reduce((most, curve) => Math.max(most, ...curve.map(Math.abs)), 0);
  const rounding = 1e-12 * (1 + largest) * Math.hypot(...contrast); // curves may be equal to the bit
  return meanOf(values) / Math.max(error, rounding, LEAST);
}

/**
 * Two-sided p-value of t over so many replications.
 *
 * @param {number} t
 * @param {number} replications
 */
function chanceOf(t, replications) {
  return 2 * studentTail(Math.abs(t), replications - 1);
}

/**
 * The normal deviate with the same p-value.
 *
 * @param {number} t
 * @param {number} replications
 */
function normalOf(t, replications) {
  const tail = Math.max(studentTail(Math.abs(t), replications - 1), LEAST);
  return Math.sign(t) * deviateOf(normalTail, tail);
}
