// The ladder of seeds of experiments/study/seeds.py, by numpy's SeedSequence: a page lives the lives that Python does.

const POOL = 4;
const HALF = 16;
const [INIT_A, MULT_A, INIT_B, MULT_B] = [0x43b0d7e5, 0x931e8875, 0x8b51f9dd, 0x58f38ded];
const [MIX_LEFT, MIX_RIGHT] = [0xca01f9dd, 0x4973f715];

/** The upper half of a word mixed into its lower half. */
const folded = (/** @type {number} */ word) => (word ^ (word >>> HALF)) >>> 0;

/**
 * What scrambles one word after another, each otherwise than the one before.
 *
 * @param {number} start
 * @param {number} factor
 */
function scrambler(start, factor) {
  let constant = start;
  return (/** @type {number} */ word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    return folded(Math.imul(mixed, constant));
  };
}

/**
 * A pool of words in which every word of the entropy has a part in all.
 *
 * @param {number[]} entropy
 */
function pooled(entropy) {
  const scramble = scrambler(INIT_A, MULT_A);
  const pool = entropy.slice(0, POOL).map(scramble);
  const mix = (/** @type {number} */ to, /** @type {number} */ word) => {
    pool[to] = folded(Math.imul(MIX_LEFT, pool[to]) - Math.imul(MIX_RIGHT, scramble(word)));
  };
  const places = [0, 1, 2, 3];
  for (const from of places) for (const to of places) if (from !== to) mix(to, pool[from]);
  for (const word of entropy.slice(POOL)) for (const to of places) mix(to, word);
  return pool;
}

/**
 * The seed of a replication, counted from 1: the same however many replications there are.
 *
 * @param {bigint} seed
 * @param {number} replication
 */
export function seedOf(seed, replication) {
  const words = [];
  for (let left = seed; left > 0n || words.length < POOL; left >>= 32n) words.push(Number(left & 0xffffffffn));
  const scramble = scrambler(INIT_B, MULT_B);
  const [low, high] = pooled([...words, replication - 1]).slice(0, 2).map(scramble);
  return (BigInt(high) << 32n) | BigInt(low);
}

/**
 * The luck of one of the lives that are lived: the first is that of the seed itself, the others are those of its band.
 *
 * @param {number} seed
 * @param {number} life counted from 0
 */
export function luckOf(seed, life) {
  return life ? seedsBesides(BigInt(seed), life)[life - 1] : BigInt(seed);
}

/**
 * The first so many seeds of the ladder that are not the seed itself, whose life is seen already.
 *
 * @param {bigint} seed
 * @param {number} count
 */
export function seedsBesides(seed, count) {
  const found = [];
  for (let replication = 1; found.length < count; replication++) {
    const one = seedOf(seed, replication);
    if (one !== seed) found.push(one);
  }
  return found;
}
