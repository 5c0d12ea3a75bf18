// A pool of workers, made from a script that the page holds; without workers the page does their work in slices.
import { LifeBench } from "./bench.js";

/**
 * @import { Batch, Done, Job, Lands } from "./document.js"
 */

const MOST_WORKERS = 4;
const AHEAD = 2; // jobs that a worker has at hand, so that it never waits

/**
 * @typedef {object} Group
 * @property {number} version
 * @property {Job[]} jobs that nobody has yet
 * @property {(number: number, made: any) => void} heard
 * @property {(error: string) => void} failed
 */

/** Who works, and at what. */
class Hand {
  /** @param {{ post: (batch: Batch) => void, close: () => void }} bench */
  constructor({ post, close }) {
    this.post = post;
    this.close = close;
    /** @type {{ group: string, version: number, job: Job }[]} */
    this.busy = [];
  }
}

export class Pool {
  /**
   * @param {string} script
   * @param {Lands} facts of which workers get what lives need
   * @param {number} [cores]
   */
  constructor(script, facts, cores = navigator.hardwareConcurrency) {
    const { module, layout, scenarios, parameters, series, last, asks, worlds } = facts;
    this.lands = { module, layout, scenarios, parameters, series, last, asks, worlds };
    /** @type {Map<string, Group>} */
    this.groups = new Map();
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const count = Math.max(1, Math.min(MOST_WORKERS, cores || 1));
    /** @type {Hand[]} */
    this.hands = Array.from({ length: count }, () => this.worker(url)).filter((hand) => hand !== null);
    if (!this.hands.length) this.hands = [this.ownHand()];
  }

  /** A worker; nothing where there can be none. @param {string} url */
  worker(url) {
    try {
      const worker = new Worker(url);
      const hand = new Hand({ post: (batch) => worker.postMessage(batch), close: () => worker.terminate() });
      worker.onmessage = ({ data }) => this.take(hand, data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.lose(hand);
      };
      worker.postMessage(this.lands);
      return hand;
    } catch {
      return null;
    }
  }

  /** The page itself. */
  ownHand() {
    const bench = new LifeBench(this.lands, (done) => this.take(hand, done));
    const hand = new Hand({ post: (batch) => bench.hear(batch), close: () => bench.close() });
    return hand;
  }

  /**
   * Have these jobs done; they replace at once all that the group still had to do.
   *
   * @param {string} name of the group
   * @param {Job[]} jobs
   * @param {Group["heard"]} heard
   * @param {Group["failed"]} failed
   */
  ask(name, jobs, heard, failed) {
    const version = (this.groups.get(name)?.version ?? 0) + 1;
    this.groups.set(name, { version, jobs: [...jobs], heard, failed });
    for (const hand of this.hands) {
      hand.busy = hand.busy.filter(({ group }) => group !== name);
      hand.post({ group: name, version, jobs: [] });
    }
    for (let ahead = 0; ahead < AHEAD; ahead++) this.hands.forEach((hand) => this.give(hand, ahead + 1));
  }

  /** Nothing of a group is wanted any more. @param {string} name */
  stop(name) {
    if (this.groups.get(name)?.jobs) this.ask(name, [], () => {}, () => {});
  }

  /**
   * Give a hand what comes first, until it has so much.
   *
   * @param {Hand} hand
   * @param {number} upto
   */
  give(hand, upto = AHEAD) {
    for (const [group, { version, jobs }] of this.groups) {
      while (jobs.length && hand.busy.length < upto) {
        const job = /** @type {Job} */ (jobs.shift());
        hand.busy.push({ group, version, job });
        hand.post({ group, version, jobs: [job] });
      }
    }
  }

  /**
   * @param {Hand} hand
   * @param {Done} done
   */
  take(hand, { group: name, version, number, made, error }) {
    hand.busy = hand.busy.filter((one) =>
      one.group !== name || one.version !== version || one.job.number !== number);
    this.give(hand);
    const group = this.groups.get(name);
    if (group?.version !== version) return;
    if (error === undefined) group.heard(number, made);
    else {
      this.stop(name);
      group.failed(error);
    }
  }

  /**
   * A worker that stopped; others do what it had to do, or else the page.
   *
   * @param {Hand} lost
   */
  lose(lost) {
    lost.close();
    this.hands = this.hands.filter((hand) => hand !== lost);
    if (!this.hands.length) this.hands = [this.ownHand()];
    for (const { group: name, version, job } of lost.busy) {
      const group = this.groups.get(name);
      if (group?.version === version) group.jobs.unshift(job);
    }
    this.hands.forEach((hand) => this.give(hand));
  }

  close() {
    this.hands.forEach((hand) => hand.close());
  }
}
