// Lives in the background: how much of what is seen is luck, and how much is that nobody knows; the same as
// viz/room/ensemble.py.
import { seedsBesides } from "./seeds.js";
import { bandOf, differenceOf, gapsOverWorlds, packedBands } from "./spread.js";

/**
 * @import { Over } from "../types.js"
 * @import { Course, Job, PageFacts } from "./document.js"
 * @import { Pool } from "./pool.js"
 */

/** Of a band over luck alone. @type {Over} */
export const OVER_LUCK = "luck";

/**
 * What lanes to live, with which luck, for how long, and over what.
 *
 * @typedef {object} Question
 * @property {Course[]} courses
 * @property {string[]} texts of the courses
 * @property {number} seed
 * @property {number} weeks
 * @property {Over} over
 */

export class Ensemble {
  /**
   * @param {Pool} pool
   * @param {Pick<PageFacts, "series" | "engine">} facts
   * @param {(bands: ArrayBuffer) => void} publish
   * @param {(error: string) => void} failed
   */
  constructor(pool, { series, engine }, publish, failed) {
    this.pool = pool;
    this.spreading = engine.spreading;
    this.width = series.length;
    this.publish = publish;
    this.failed = failed;
    /**
     * Lives of the lanes that are shown, by course, seed, length and what they are over.
     *
     * @type {Map<string, Float32Array[]>}
     */
    this.known = new Map();
    this.told = 0; // replications
    /** @type {Question | null} */
    this.wished = null;
  }

  /**
   * Live these courses; what was asked before is not wanted any more, but lives of a lane that stays are kept.
   *
   * @param {Question} question
   */
  ask(question) {
    const { courses, texts, seed, weeks, over } = question;
    const keys = texts.map((text) => `${text} ${seed} ${weeks} ${over}`);
    this.known = new Map(keys.map((key) => [key, this.known.get(key) ?? []]));
    [this.told, this.wished] = [0, null];
    const runs = keys.map((key) => /** @type {Float32Array[]} */ (this.known.get(key)));
    /** @type {{ lane: number, replication: number }[]} */
    const places = [];
    /** @type {Job[]} */
    const jobs = [];
    seedsBesides(BigInt(seed), this.spreading.replications).forEach((luck, replication) => {
      runs.forEach((lived, lane) => {
        if (lived[replication] || runs.indexOf(lived) < lane) return;
        const world = over === OVER_LUCK ? null : replication;
        jobs.push({ what: "series", number: jobs.length, course: courses[lane], seed: luck, weeks, world });
        places.push({ lane, replication });
      });
    });
    const heard = (/** @type {number} */ number, /** @type {Float32Array} */ made) => {
      const { lane, replication } = places[number];
      runs[lane][replication] = made;
      this.tell(runs, question);
    };
    this.pool.ask("bands", jobs, heard, this.failed);
    this.tell(runs, question);
  }

  /**
   * The same for what somebody is still turning: what is being lived now is shown once first, and then the newest wish.
   *
   * @param {Question} question
   */
  wish(question) {
    if (this.told) this.ask(question);
    else this.wished = question;
  }

  /**
   * Publish when there are enough lives.
   *
   * @param {Float32Array[][]} runs by lane
   * @param {Question} question
   */
  tell(runs, { weeks, over }) {
    const { replications, shown_after: shown } = this.spreading;
    const done = Math.min(...runs.map((lived) => firstGap(lived, replications)));
    const enough = shown.findLast((count) => count <= done) ?? 0;
    if (enough <= this.told) return;
    this.told = enough;
    const lived = runs.map((one) => one.slice(0, enough));
    const bands = lived.map((one) => bandOf(one, this.spreading));
    const gapOf = over === OVER_LUCK ? differenceOf : gapsOverWorlds;
    const gap = lived.length > 1 ? gapOf(lived[0], lived[1], this.spreading) : null;
    this.publish(packedBands(enough, bands, gap, [weeks, this.width]));
    if (this.wished) this.ask(this.wished);
  }
}

/**
 * How many lives there are without one lacking before them.
 *
 * @param {Float32Array[]} lived
 * @param {number} most
 */
function firstGap(lived, most) {
  let count = 0;
  while (count < most && lived[count]) count++;
  return count;
}
