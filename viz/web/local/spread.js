// What luck does, over replications: bands, and the paired difference; the same as viz/room/ensemble.py.

import { meanOf, quantile } from "../statistics/numbers.js";

/** @import { Spreading } from "./document.js" */

/**
 * Mean, lower and upper quantile over runs, cell by cell; NaN where none has a value.
 *
 * @param {(Float32Array | Float64Array)[]} runs
 * @param {Spreading} spreading
 */
export function bandOf(runs, { low, high }) {
  const values = new Float64Array(runs.length);
  return perCell(runs[0].length, (cell) => {
    let count = 0;
    for (const run of runs) if (Number.isFinite(run[cell])) values[count++] = run[cell];
    const known = values.subarray(0, count).sort();
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
 * The band of theirs - ours, taken world by world.
 *
 * @param {Float32Array[]} ours
 * @param {Float32Array[]} theirs
 * @param {Spreading} spreading
 */
export function gapsOverWorlds(ours, theirs, spreading) {
  return bandOf(theirs.map((run, k) => Float64Array.from(run, (value, cell) => value - ours[k][cell])), spreading);
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
