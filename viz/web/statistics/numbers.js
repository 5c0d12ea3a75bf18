// Rows of numbers: means, spread, quantiles, and a little algebra.

/**
 * @param {number[]} a
 * @param {number[]} b
 */
export function product(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

/**
 * NaN where there is nothing.
 *
 * @param {ArrayLike<number>} row
 */
export function meanOf(row) {
  let sum = 0;
  for (let i = 0; i < row.length; i += 1) sum += row[i];
  return sum / row.length;
}

/**
 * The mean of what is known of a school year, to the bit as numpy has it: eight sums side by side, and then the rest.
 *
 * @param {ArrayLike<number>} weeks at most 128
 */
export function meanOfKnown(weeks) {
  const known = Array.from(weeks).filter(Number.isFinite);
  const whole = known.length - known.length % 8;
  const sums = known.slice(0, 8);
  for (let i = 8; i < whole; i += 1) sums[i % 8] += known[i];
  const [a, b, c, d, e, f, g, h] = sums;
  const start = whole ? ((a + b) + (c + d)) + ((e + f) + (g + h)) : 0;
  return known.slice(whole).reduce((sum, value) => sum + value, start) / known.length;
}

/**
 * The standard deviation of a sample.
 *
 * @param {number[]} row
 */
export function spreadOf(row) {
  const mean = meanOf(row);
  return Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (row.length - 1));
}

/**
 * Of numbers in order; between two of them it lies on a straight line. NaN where there are none.
 *
 * @param {ArrayLike<number>} ordered
 * @param {number} part
 */
export function quantile(ordered, part) {
  const at = part * (ordered.length - 1);
  const before = Math.floor(at);
  const after = Math.min(before + 1, ordered.length - 1);
  return ordered[before] + (ordered[after] - ordered[before]) * (at - before);
}

/**
 * The first of numbers in order that has this part of them at or below it: numbers may be infinite.
 *
 * @param {number[]} ordered
 * @param {number} part
 */
export function firstAbove(ordered, part) {
  return ordered[Math.max(0, Math.ceil(part * ordered.length - 1))];
}

/** @param {Iterable<number>} values */
export function inOrder(values) {
  return [...values].sort((a, b) => (a < b ? -1 : Number(a > b)));
}

/**
 * Where the highest stands; the first of equals.
 *
 * @param {number[]} row
 */
export function highestAt(row) {
  let best = 0;
  row.forEach((value, i) => { if (value > row[best]) best = i; });
  return best;
}

/**
 * What stands in each column.
 *
 * @param {number[][]} rows
 */
export function columnsOf(rows) {
  return rows[0].map((_, i) => rows.map((row) => row[i]));
}

/**
 * The mean of some rows, column by column.
 *
 * @param {number[][]} rows
 * @param {Iterable<number>} which
 */
export function meanRow(rows, which = rows.keys()) {
  const sums = rows[0].map(() => 0);
  let count = 0;
  for (const at of which) {
    count += 1;
    for (let i = 0; i < sums.length; i += 1) sums[i] += rows[at][i];
  }
  return sums.map((sum) => sum / count);
}

/**
 * What these orthonormal columns leave over of a target.
 *
 * @param {number[][]} basis
 * @param {number[]} target
 */
export function restOf(basis, target) {
  return basis.reduce((rest, column) => {
    const part = product(column, rest);
    return rest.map((value, i) => value - part * column[i]);
  }, target);
}

/**
 * How much of a target these orthonormal columns explain, as a sum of squares.
 *
 * @param {number[][]} basis
 * @param {number[]} target
 */
export function explained(basis, target) {
  return basis.reduce((sum, column) => sum + product(column, target) ** 2, 0);
}

/**
 * Orthonormal columns that span the same; twice, since once leaves errors of rounding where columns are much alike.
 *
 * @param {number[][]} columns
 */
export function orthonormal(columns) {
  /** @type {number[][]} */
  const basis = [];
  for (const column of columns) basis.push(unit(restOf(basis, unit(restOf(basis, column)))));
  return basis;
}

/** @param {number[]} column */
function unit(column) {
  const length = Math.max(Math.hypot(...column), Number.MIN_VALUE);
  return column.map((value) => value / length);
}

/**
 * The lower triangle of which a positive definite matrix is the square.
 *
 * @param {number[][]} matrix
 */
export function triangleOf(matrix) {
  /** @type {number[][]} */
  const triangle = matrix.map((row) => row.map(() => 0));
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      const left = row[j] - product(triangle[i].slice(0, j), triangle[j].slice(0, j));
      triangle[i][j] = i === j ? Math.sqrt(left) : left / triangle[j][j];
    }
  });
  return triangle;
}

/**
 * The column that a lower triangle makes into this one.
 *
 * @param {number[][]} triangle
 * @param {number[]} column
 */
export function undone(triangle, column) {
  /** @type {number[]} */
  const found = [];
  triangle.forEach((row, i) => found.push((column[i] - product(row.slice(0, i), found)) / row[i]));
  return found;
}
