// A bench: it does jobs in small slices, and looks between them whether they are still wanted.
import { curveOf, shareOf } from "./asks/growth.js";
import { pinchOf } from "./asks/pinch.js";
import { Lives, rowsOf } from "./lives.js";

/**
 * @import { Batch, Course, Done, Job, Lands } from "./document.js"
 */

const SLICE = 40; // weeks

/**
 * What can be done, each a slice at a time.
 *
 * @type {Record<string, (lives: Lives, job: any) => Generator<undefined, unknown>>}
 */
const WORKS = { series: seriesOf, share: shareOf, curve: curveOf, pinch: pinchOf };

/** In a worker, or in the page where there are none. */
export class LifeBench {
  /**
   * @param {Lands} lands
   * @param {(done: Done) => void} tell
   */
  constructor(lands, tell) {
    this.lives = new Lives(lands);
    this.tell = tell;
    /** @type {Map<string, number>} */
    this.versions = new Map();
    /** @type {{ group: string, version: number, job: Job }[]} */
    this.queue = [];
    /** @type {Generator<undefined, unknown> | null} */
    this.work = null;
    this.beat = new MessageChannel(); // other messages are heard between two slices
    this.beat.port1.onmessage = () => this.turn();
  }

  /**
   * Jobs more; those of an older version of their group are left alone from now on.
   *
   * @param {Batch} batch
   */
  hear({ group, version, jobs }) {
    const resting = !this.queue.length;
    this.versions.set(group, version);
    this.queue.push(...jobs.map((job) => ({ group, version, job })));
    if (resting && this.queue.length) this.beat.port2.postMessage(null);
  }

  /** One slice. */
  turn() {
    while (this.queue.length && this.versions.get(this.queue[0].group) !== this.queue[0].version) this.next();
    if (!this.queue.length) return;
    const { group, version, job } = this.queue[0];
    try {
      this.work ??= WORKS[job.what](this.lives, job);
      const { done, value } = this.work.next();
      if (done) {
        this.next();
        this.tell({ group, version, number: job.number, made: value });
      }
    } catch (error) {
      this.lives = new Lives(this.lives.lands); // a rule that stopped leaves memory as it was
      this.next();
      this.tell({ group, version, number: job.number, error: String(error) });
    }
    if (this.queue.length) this.beat.port2.postMessage(null);
  }

  next() {
    this.queue.shift();
    this.work = null;
  }

  close() {
    this.queue = [];
    this.beat.port1.close();
  }
}

/**
 * The indicators of one replication of a course, one week after another.
 *
 * @param {Lives} lives
 * @param {{ course: Course, seed: bigint, weeks: number, world: number | null }} job
 * @returns {Generator<undefined, Float32Array>}
 */
export function* seriesOf(lives, { course, seed, weeks, world }) {
  const life = lives.begin(course, seed, world);
  yield;
  const stops = [...new Set([...course.changes.map(({ week }) => week), ...sliced(weeks)])].sort((a, b) => a - b);
  for (const stop of stops.filter((week) => week > 0 && week <= weeks)) {
    life.live(stop - life.lived);
    if (stop < weeks) lives.make(life, course, stop);
    yield;
  }
  return Float32Array.from(rowsOf(life, lives.lands.series, 0, weeks));
}

/** Where a life of so many weeks may pause. @param {number} weeks */
function sliced(weeks) {
  return Array.from({ length: Math.ceil(weeks / SLICE) }, (_, year) => Math.min(weeks, (year + 1) * SLICE));
}
