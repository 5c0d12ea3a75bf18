// What pinches in a life as it stands: experiments/bottlenecks/pinch.py, futures.py, and Shapley's shares.
import { meanOfKnown } from "../../statistics/numbers.js";
import { codedValues, rowsOf } from "../lives.js";

/**
 * @import { Pinch } from "../../types.js"
 * @import { Constraint } from "../document.js"
 * @import { Life } from "../life.js"
 * @import { Lives } from "../lives.js"
 * @import { Coded, Copy } from "../types.js"
 */

const COMING_WEEKS = 40;
const NAMED = 2; // constraints at most

/**
 * What holds supervision back most over the coming year, in a future for each combination of constraints lifted.
 *
 * Constraints that do nothing as the first nor as the last to be lifted are taken to do nothing in between either.
 *
 * @param {Lives} lives
 * @param {{ scenario: string, present: Copy }} asked
 * @returns {Generator<undefined, Pinch>}
 */
export function* pinchOf(lives, { scenario, present }) {
  const { share, pinches, constraints } = lives.lands.asks.pinch;
  const life = lives.of(scenario);
  const lifted = new Map(constraints.map((one) => [one.name, codedValues(lives.parameters, one.lifted)]));
  const worth = (/** @type {string[]} */ names) => worthOf(life, present, names.map((name) => lifted.get(name)), share);
  life.restore(present);
  const idle = idleIn(life, COMING_WEEKS, lives);
  const names = constraints.map(({ name }) => name).filter((name) => !idle.has(name));
  const [now, best] = [worth([]), worth(names)];
  if (!Number.isFinite(now)) return { now: null };
  /** @type {string[]} */
  const players = [];
  for (const name of names) {
    yield;
    if (worth([name]) !== now || worth(names.filter((other) => other !== name)) !== best) players.push(name);
  }
  const worths = [];
  for (const coalition of coalitions(players)) {
    yield;
    worths.push(worth(coalition));
  }
  const shares = new Map(shapley(worths).map((value, player) => [players[player], value]));
  return { now, best, first: strongest(constraints, shares, pinches) };
}

/**
 * The constraints that cost most, in the order of how much.
 *
 * @param {Constraint[]} constraints
 * @param {Map<string, number>} shares
 * @param {number} pinches what counts
 */
function strongest(constraints, shares, pinches) {
  return constraints.map(({ name, words }) => ({ name: words, share: shares.get(name) ?? 0 }))
    .sort((a, b) => b.share - a.share).slice(0, NAMED).filter(({ share }) => share >= pinches);
}

/**
 * The share adequately supervised over the coming year, on average over its weeks.
 *
 * @param {Life} life
 * @param {Copy} present
 * @param {(Coded | undefined)[]} lifted from now on
 * @param {string} share
 */
function worthOf(life, present, lifted, share) {
  life.restore(present);
  if (lifted.length) life.change(Object.assign({}, ...lifted));
  life.live(COMING_WEEKS);
  return meanOfKnown(rowsOf(life, [share], life.lived - COMING_WEEKS, life.lived));
}

/**
 * Constraints that cannot do anything in the coming weeks, whatever else is lifted; futures.py says why.
 *
 * @param {Life} life
 * @param {number} weeks
 * @param {Pick<Lives, "parameters">} lives
 */
export function idleIn({ page, lived }, weeks, { parameters }) {
  const value = (/** @type {string} */ name) => Number(page.field("here.settings", 0, name));
  const column = (/** @type {string} */ name) => Array.from(page.column(`here.${name}`), Number);
  const accounts = Math.floor((lived + weeks - 1) / COMING_WEEKS) - Math.floor(lived / COMING_WEEKS);
  const untouched = ["b", "i"].every((party) =>
    column(`${party}.hours_factor`).every((factor) => factor === 1) && !column(`${party}.stopped`).some(Boolean));
  const soft = parameters.get("site_capacity")?.options[value("site_capacity")] === "soft";
  const reasons = {
    mixing: ![...column("c.mbo_students_per_cluster"), ...column("c.has_mbo")].some(Boolean),
    meeting_size: !value("with_peer_learning"),
    places: soft,
    money: !value("with_finance") || (untouched && accounts === 0),
  };
  return new Set(Object.entries(reasons).filter(([, holds]) => holds).map(([name]) => name));
}

// --- Shapley's shares ---

/**
 * Every combination of players, in the order that `shapley` counts them.
 *
 * @param {string[]} players
 */
export function coalitions(players) {
  return Array.from({ length: 2 ** players.length }, (_, coalition) =>
    players.filter((__, player) => coalition >> player & 1));
}

/**
 * What each player adds, on average over all orders in which the players could come.
 *
 * @param {number[]} worths of each coalition: player i is in coalition c when bit i of c is set
 */
export function shapley(worths) {
  const players = Math.log2(worths.length);
  return Array.from({ length: players }, (_, player) => {
    let sum = 0;
    worths.forEach((worth, coalition) => {
      if (coalition >> player & 1) return;
      const size = Array.from({ length: players }, (__, other) => coalition >> other & 1).filter(Boolean).length;
      sum += (worths[coalition | 1 << player] - worth) / (players * choices(players - 1, size));
    });
    return sum;
  });
}

/**
 * In how many ways so many can be chosen.
 *
 * @param {number} all
 * @param {number} chosen
 */
function choices(all, chosen) {
  let ways = 1;
  for (let k = 1; k <= chosen; k += 1) ways = ways * (all - chosen + k) / k;
  return ways;
}
