// The tails of Student's t and of the normal distribution.

const HALVINGS = 60;
const FARTHEST = 64; // deviates; no tail that a number can hold lies beyond
const FRACTIONS = 120; // of a continued fraction that converges within 100 from 2 on

/**
 * The chance that Student's t is above t, which is not negative.
 *
 * @param {number} t
 * @param {number} freedom degrees of it
 */
export function studentTail(t, freedom) {
  const square = t * t;
  const near = freedom / (freedom + square);
  const whole = 2 * betaOfHalf(freedom);
  if (near < 0.5) return betaSeries(near, freedom / 2, 0.5) / whole;
  return 0.5 - betaSeries(square / (freedom + square), 0.5, freedom / 2) / whole;
}

/**
 * The chance that a normal deviate is above z, which is not negative.
 *
 * @param {number} z
 */
export function normalTail(z) {
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2) return 0.5 - density * oddSeries(z);
  let rest = z;
  for (let k = FRACTIONS; k > 0; k -= 1) rest = z + k / rest;
  return density / rest;
}

/**
 * From which deviate on a tail holds this chance, of at most a half.
 *
 * @param {(deviate: number) => number} tail
 * @param {number} chance
 */
export function deviateOf(tail, chance) {
  let [low, high] = [0, FARTHEST];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (tail(middle) > chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Beta(freedom / 2, 1 / 2).
 *
 * @param {number} freedom
 */
function betaOfHalf(freedom) {
  let beta = freedom % 2 ? Math.PI : 2;
  for (let a = freedom % 2 ? 0.5 : 1; a < freedom / 2; a += 1) beta *= a / (a + 0.5);
  return beta;
}

/**
 * The incomplete beta function, not regularised; for x up to a half.
 *
 * @param {number} x
 * @param {number} a
 * @param {number} b
 */
function betaSeries(x, a, b) {
  let [power, sum, before] = [x ** a, 0, NaN];
  for (let k = 0; sum !== before; k += 1) {
    before = sum;
    sum += power / (a + k);
    power *= x * (k + 1 - b) / (k + 1);
  }
  return sum;
}

/**
 * z + z³/3 + z⁵/15 + …
 *
 * @param {number} z
 */
function oddSeries(z) {
  let [term, sum, before] = [z, 0, NaN];
  for (let odd = 3; sum !== before; odd += 2) {
    before = sum;
    sum += term;
    term *= z * z / odd;
  }
  return sum;
}
