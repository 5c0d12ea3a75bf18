// Which form of curve describes a mean curve best: experiments/statistics/breaks.py says how and why.
import { columnsOf, explained, highestAt, meanOf, meanRow, orthonormal } from "./numbers.js";
import { product, restOf, spreadOf, triangleOf, undone } from "./numbers.js";
import { lowest } from "./simplex.js";

const CALLS = 160;
const EXACT = 1e-12;

/**
 * BIC of the mean curve as each form, by generalised least squares.
 *
 * @param {number[]} x
 * @param {number[][]} y a curve each
 * @param {number[][]} hinges one for each place where it may break
 * @returns {Record<"flat" | "straight" | "quadratic" | "segmented" | "logistic", number>}
 */
export function bicOfForms(x, y, hinges) {
  const errors = errorsOf(y);
  const white = (/** @type {number[]} */ column) => undone(errors, column);
  const target = white(meanRow(y));
  const [middle, width] = [meanOf(x), Math.max(...x) - Math.min(...x)];
  const centred = x.map((size) => (size - middle) / width);
  const ones = x.map(() => 1);
  const left = (/** @type {number[][]} */ ...columns) => leftBy(orthonormal(columns.map(white)), target);
  const least = x.length * (EXACT * (1 + Math.max(...target.map(Math.abs)))) ** 2;
  const bic = (/** @type {number} */ rest, /** @type {number} */ parameters) =>
    x.length * Math.log(Math.max(rest, least) / x.length) + parameters * Math.log(x.length);
  return {
    flat: bic(left(ones), 1),
    straight: bic(left(ones, centred), 2),
    quadratic: bic(left(ones, centred, centred.map((value) => value ** 2)), 3),
    segmented: bic(leftByBroken([ones, centred].map(white), hinges.map(white), target), 4),
    logistic: bic(leftByLogistic(centred, white, target, (curve) => left(ones, curve)), 4),
  };
}

/**
 * The triangle that errors of the mean curve are made of, from independent and equal ones: the shrunken covariance of
 * the replications. Of curves that do not differ errors are taken to be so.
 *
 * @param {number[][]} y
 */
function errorsOf(y) {
  const columns = columnsOf(y);
  const count = y.length;
  const spread = columns.map(spreadOf);
  if (!(Math.min(...spread) > EXACT)) return columns.map((_, i) => columns.map((__, j) => Number(i === j)));
  const z = columns.map((column, i) => column.map((value) => (value - meanOf(column)) / spread[i]));
  const correlation = z.map((a) => z.map((b) => product(a, b) / (count - 1)));
  const shrink = shrinkageOf(z, correlation);
  return triangleOf(correlation.map((row, i) => row.map((value, j) => {
    const covariance = (i === j ? 1 : (1 - shrink) * value) * spread[i] * spread[j] / count;
    return covariance + (i === j ? 1e-18 : 0);
  })));
}

/**
 * How far correlations are shrunk to nought.
 *
 * @param {number[][]} z standardised, a row for each size
 * @param {number[][]} correlation
 */
function shrinkageOf(z, correlation) {
  const count = z[0].length;
  let [variances, squares] = [0, 0];
  correlation.forEach((row, i) => row.forEach((value, j) => {
    if (i === j) return;
    const products = z[i].map((a, k) => a * z[j][k]);
    const mean = meanOf(products);
    variances += count / (count - 1) ** 3 * products.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    squares += value ** 2;
  }));
  return Math.min(1, variances / Math.max(squares, EXACT));
}

/**
 * Sum of squares that these orthonormal columns leave over.
 *
 * @param {number[][]} basis
 * @param {number[]} target
 */
function leftBy(basis, target) {
  const rest = restOf(basis, target);
  return product(rest, rest);
}

/**
 * The least that any broken line leaves over.
 *
 * @param {number[][]} line
 * @param {number[][]} hinges
 * @param {number[]} target
 */
function leftByBroken(line, hinges, target) {
  const bases = hinges.map((hinge) => orthonormal([...line, hinge]));
  return leftBy(bases[highestAt(bases.map((basis) => explained(basis, target)))], target);
}

/**
 * What the best logistic curve between two free levels leaves over: a grid of middles and widths, then refined.
 *
 * @param {number[]} centred
 * @param {(column: number[]) => number[]} white
 * @param {number[]} target
 * @param {(curve: number[]) => number} leftWith
 */
function leftByLogistic(centred, white, target, leftWith) {
  const grid = Array.from({ length: 33 }, (_, i) => -1 + i / 16).flatMap((middle) =>
    Array.from({ length: 16 }, (_, j) => [middle, 0.02 * 75 ** (j / 15)]));
  const flat = orthonormal([white(centred.map(() => 1))]);
  const fits = grid.map(([middle, width]) => {
    const rest = restOf(flat, white(logistic(centred, middle, width)));
    return Math.abs(product(rest, target)) / Math.max(Math.hypot(...rest), EXACT);
  });
  const most = Math.max(...fits, Number.MIN_VALUE);
  const alike = fits.map((fit) => Math.round(1e9 * fit / most)); // steps between the same sizes
  const [middle, width] = grid[highestAt(alike)];
  const left = (/** @type {number[]} */ [at, logWidth]) => leftWith(logistic(centred, at, Math.exp(logWidth)));
  const start = [middle, Math.log(width)];
  return Math.min(lowest(left, start, [[-3, 3], [Math.log(0.005), Math.log(5)]], CALLS), left(start));
}

/**
 * A logistic curve; one with its middle beyond an end is near 0 there, which keeps digits, and not near 1.
 *
 * @param {number[]} centred
 * @param {number} middle
 * @param {number} width
 */
function logistic(centred, middle, width) {
  const sign = middle > 0 ? 1 : -1;
  return centred.map((value) => 1 / (1 + Math.exp(sign * (middle - value) / width)));
}
