// The questions of who sits at the page, answered by its workers: viz/room/questions.py.
import { seedsBesides } from "../seeds.js";
import { sizesWith } from "./growth.js";

/**
 * @import { Answer, Growth, GrowthNews, Nobody, Pinch } from "../../types.js"
 * @import { Job } from "../document.js"
 * @import { Helpers, LocalEngine } from "../engine.js"
 * @import { LivedLane } from "../playing.js"
 */

/** By what is asked; a newer question of a kind takes the place of the older one. @type {Helpers} */
export const QUESTIONS_ANSWERED = { pinch: askPinch, growth: askGrowth, enough };

/**
 * What holds supervision back most in every lane as it stands; weeks go on meanwhile.
 *
 * @param {LocalEngine} engine
 * @returns {Answer}
 */
function askPinch(engine) {
  const { week } = engine;
  const jobs = engine.lanes.map(({ course, life }, number) =>
    ({ what: "pinch", number, scenario: course.scenario, present: life.copy() }));
  allDone(engine, "pinch", jobs, (lanes) =>
    engine.answer({ say: "pinch", week, lanes: /** @type {Pinch[]} */ (lanes) }));
  return { say: "pinch", week, lanes: null };
}

/**
 * How far every lane can grow with the values that it has now. Throws `Refused` where one cannot grow.
 *
 * @param {LocalEngine} engine
 * @returns {Answer}
 */
function askGrowth(engine) {
  const { replications } = engine.facts.asks.growth;
  const seeds = seedsBesides(BigInt(engine.seed), replications);
  const grows = engine.lanes.map((lane) => stepsOf(engine, lane));
  const runs = grows.flatMap(({ steps, ...about }, lane) =>
    seeds.flatMap((seed) => steps.map((values) => ({ ...about, lane, what: "share", seed, values }))));
  /** @param {number} done @param {GrowthNews["lanes"]} lanes @returns {GrowthNews} */
  const news = (done, lanes = null) => ({ say: "growth", done, asked: runs.length, lanes });
  const draw = (/** @type {number[]} */ found) => {
    const curves = grows.map(({ sizes, own, floor }, number) => {
      const shares = found.filter((_, run) => runs[run].lane === number);
      return { what: "curve", number, shares, sizes, own, floor };
    });
    allDone(engine, "growth", curves, (lanes) =>
      engine.answer(news(runs.length, /** @type {(Growth | Nobody)[]} */ (lanes))));
  };
  allDone(engine, "growth", runs.map((run, number) => ({ ...run, number })),
    (found) => draw(/** @type {number[]} */ (found)),
    (done) => done % replications === 0 && engine.answer(news(done)));
  return news(0);
}

/**
 * A lane at every size of the axis. Throws `Refused` where it cannot have one.
 *
 * @param {LocalEngine} engine
 * @param {LivedLane} lane
 */
function stepsOf({ courses, facts }, { course, values }) {
  const { axis, goes_with: goesWith } = facts.asks.growth;
  const { scenario } = course;
  const own = Number(values[axis]);
  const sizes = sizesWith(facts.asks.growth, own);
  sizes.forEach((size) => courses.checkValue(scenario, { week: 0, name: axis, value: size }));
  const steps = sizes.map((size) => ({ ...values, ...goesWith, [axis]: size }));
  return { scenario, own, sizes, steps, floor: Number(values.safe_share) };
}

/**
 * Nothing that was asked is wanted any more.
 *
 * @param {LocalEngine} engine
 */
function enough({ pool }) {
  pool.stop("pinch");
  pool.stop("growth");
}

/**
 * Have jobs done, and tell what all of them made, in their order.
 *
 * @param {LocalEngine} engine
 * @param {string} name
 * @param {Job[]} jobs
 * @param {(made: unknown[]) => void} tell
 * @param {(done: number) => unknown} onEach
 */
function allDone(engine, name, jobs, tell, onEach = () => {}) {
  /** @type {unknown[]} */
  const made = [];
  let done = 0;
  engine.pool.ask(name, jobs, (number, one) => {
    made[number] = one;
    done += 1;
    onEach(done);
    if (done === jobs.length) tell(made);
  }, (error) => engine.fail(error));
}
