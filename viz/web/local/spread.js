// What luck does, over replications: bands, and the paired difference; the same as viz/room/ensemble.py.

/** @import { Spreading } from "./document.js" */

/**
 * Mean, lower and upper quantile over runs, cell by cell; NaN where none has a value.
 *
 * @param {Float32Array[]} runs
 * @param {Spreading} spreading
 */
export function bandOf(runs, { low, high }) {
  return perCell(runs[0].length, (cell) => {
    const values = Float64Array.from(runs, (run) => run[cell]).sort(); // NaN comes last
    const known = values.subarray(0, values.filter(Number.isFinite).length);
    return [meanOf(known), quantile(known, low), quantile(known, high)];
  });
}

/**
 * The paired difference theirs - ours, with its interval.
 *
 * @param {Float32Array[]} ours
 * @param {Float32Array[]} theirs
 * @param {Spreading} spreading
 */
export function differenceOf(ours, theirs, { t }) {
  const gaps = new Float64Array(ours.length);
  return perCell(ours[0].length, (cell) => {
    let count = 0;
    for (let k = 0; k < ours.length; k++) {
      const gap = theirs[k][cell] - ours[k][cell];
      if (Number.isFinite(gap)) gaps[count++] = gap;
    }
    const known = gaps.subarray(0, count);
    const mean = meanOf(known);
    const squares = known.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
    const half = count > 1 ? Math.sqrt(squares / (count - 1) / count) * t[count - 2] : NaN;
    return [mean, mean - half, mean + half];
  });
}

/**
 * For the page: u32 replications, lanes, weeks, series, then f32 bands and difference.
 *
 * @param {number} replications
 * @param {Float32Array[]} bands
 * @param {Float32Array | null} gap
 * @param {[weeks: number, width: number]} shape
 */
export function packedBands(replications, bands, gap, shape) {
  const parts = gap ? [...bands, gap] : bands;
  const size = parts.reduce((sum, part) => sum + part.byteLength, 16);
  const whole = new ArrayBuffer(size);
  new Uint32Array(whole, 0, 4).set([replications, bands.length, ...shape]);
  let at = 16;
  for (const part of parts) {
    new Float32Array(whole, at, part.length).set(part);
    at += part.byteLength;
  }
  return whole;
}

/**
 * Three figures for every cell, one figure of all cells after another.
 *
 * @param {number} cells
 * @param {(cell: number) => number[]} figures
 */
function perCell(cells, figures) {
  const found = new Float32Array(3 * cells);
  for (let cell = 0; cell < cells; cell++) {
    figures(cell).forEach((figure, which) => { found[which * cells + cell] = figure; });
  }
  return found;
}

/** @param {Float64Array} values */
function meanOf(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : NaN;
}

/**
 * A quantile of sorted values, linear between ranks.
 *
 * @param {Float64Array} sorted
 * @param {number} q
 */
function quantile(sorted, q) {
  if (!sorted.length) return NaN;
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
}
