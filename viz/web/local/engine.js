// The engine of a page: what viz/room/session.py is for a room, for the one who sits at the page.
import { Courses, Refused, atStart } from "./course.js";
import { Ensemble, OVER_LUCK } from "./ensemble.js";
import { Lives } from "./lives.js";
import { joinedFrames, joinedSeries } from "./news.js";
import { LivedLane } from "./playing.js";
import { asCsv } from "./record.js";
import { luckOf } from "./seeds.js";
import { Telling } from "./telling.js";

/**
 * @import { Answer, Ask, Failure, Hearing, Model, State, Traits, Value } from "../types.js"
 * @import { Course, PageFacts } from "./document.js"
 * @import { Pool } from "./pool.js"
 */

const LONGEST_CAUSE = 500;
const LATE = 500; // milliseconds that are made up for at most
const MOST_SEEDS = 2 ** 31;
const ONE_YEAR = 40;
const FIRST_RATE = 4;

/** What the page does besides. @typedef {Record<string, (engine: LocalEngine, ask: Ask) => Answer | void>} Helpers */

/** @implements {Model} */
export class LocalEngine {
  /**
   * @param {PageFacts} facts
   * @param {Pool} pool
   * @param {Helpers} helpers
   */
  constructor(facts, pool, helpers = {}) {
    this.facts = facts;
    this.pool = pool;
    this.helpers = helpers;
    this.courses = new Courses(facts);
    this.lives = [0, 1].map(() => new Lives(facts)); // a lane's own
    this.story = new Telling(facts.setup.scenes, facts.engine.horizon);
    this.ensemble = new Ensemble(pool, facts, (bands) => this.set("bands", bands), (error) => this.fail(error));
    this.seed = 1;
    this.life = 0; // on the map: that of the seed, or one of its band
    this.over = OVER_LUCK;
    this.rate = FIRST_RATE;
    this.playing = false;
    this.horizon = facts.engine.horizon;
    /** @type {Failure | null} */
    this.error = null;
    /** @type {LivedLane[]} */
    this.lanes = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Map<string, Set<Function>>} */
    this.heard = new Map();
    /** @type {Traits} */
    this.traits = { setup: facts.setup, state: null, land: null, frame: null, history: null, bands: null };
  }

  // --- the stage's side ---

  /**
   * @template {keyof Traits} Name
   * @param {Name} name
   */
  get(name) {
    return this.traits[name];
  }

  /**
   * @template {keyof Hearing} Event
   * @param {Event} event
   * @param {Hearing[Event]} hear
   */
  on(event, hear) {
    const all = this.heard.get(event) ?? new Set();
    this.heard.set(event, all.add(hear));
  }

  /**
   * @template {keyof Hearing} Event
   * @param {Event} event
   * @param {Hearing[Event]} hear
   */
  off(event, hear) {
    this.heard.get(event)?.delete(hear);
  }

  /**
   * @template {keyof Traits} Name
   * @param {Name} name
   * @param {Traits[Name]} value
   */
  set(name, value) {
    this.traits[name] = value;
    this.heard.get(`change:${name}`)?.forEach((hear) => hear());
  }

  /** @param {Answer} answer */
  answer(answer) {
    this.heard.get("msg:custom")?.forEach((hear) => hear(answer));
  }

  /** @param {Ask} ask */
  send(ask) {
    const lang = ask.lang ?? "en";
    try {
      const answer = this.helpers[ask.ask]?.(this, ask) ?? this.acts[ask.ask]?.(ask);
      if (answer) this.answer(answer);
    } catch (error) {
      if (error instanceof Refused) this.answer({ say: "fault", text: error.said[lang] });
      else this.fail(String(error));
    }
  }

  // --- what can be asked ---

  /** @type {Record<string, (ask: Ask) => Answer | void>} */
  acts = {
    play: () => this.play(),
    pause: () => this.pause(),
    step: () => {
      this.playing = false;
      this.advance(1);
    },
    jump: () => this.advance(ONE_YEAR - (this.week % ONE_YEAR)),
    reset: () => this.begin(this.asked().map(atStart)),
    rate: ({ rate }) => this.setRate(rate),
    choose: ({ lane, course }) => this.choose(lane, course),
    change: ({ lane, name, value }) => this.turn(this.laneAt(lane), this.courses.leverValue(name, value)),
    turn_back: ({ lane, name }) => this.turn(this.laneAt(lane), this.lanes[this.laneAt(lane)].asGiven(name)),
    // What would come of a value, while somebody is still turning.
    try: ({ lane, name, value }) =>
      this.ensemble.wish(this.question(this.with(this.laneAt(lane), this.courses.leverValue(name, value)))),
    card: ({ lane, ...found }) => ({ say: "card", card: this.lanes[this.laneAt(lane)].card(found) }),
    reseed: ({ seed }) => this.reseed(seed),
    life: ({ life }) => this.playLife(life),
    band: ({ band }) => this.band(band),
    scene: ({ scene }) => this.scene(scene),
    phase: ({ phase }) => this.phase(phase),
    vote: ({ choice, guess }) => this.vote(choice, guess),
    history: () => this.tellAll(),
    csv: () => ({ say: "file", name: "samenspel.csv", kind: "text/csv", text: asCsv(this.lanes) }),
  };

  /** Go on; at the end of what is shown, for as long again. */
  play() {
    const over = this.week >= this.horizon;
    if (this.error || (over && this.horizon >= this.facts.engine.last)) return;
    if (over) {
      this.horizon += this.facts.engine.horizon;
      this.askBands();
    }
    this.playing = true;
    this.tellState();
    this.beat(performance.now() + 1000 / this.rate);
  }

  pause() {
    this.playing = false;
    this.tellState();
  }

  /** @param {unknown} rate weeks a second */
  setRate(rate) {
    const { rates } = this.facts.setup;
    this.rate = rates.find((one) => one === rate) ?? this.rate;
    this.tellState();
    if (this.playing) this.beat(performance.now());
  }

  /**
   * Another course in a lane, from the start; an empty one takes lane B away. Throws `Refused`.
   *
   * @param {unknown} lane
   * @param {unknown} text
   */
  choose(lane, text) {
    const courses = this.asked();
    if (lane === 1 && !text) courses.length = 1;
    else if ((lane === 0 || lane === 1) && typeof text === "string") courses[lane] = this.courses.read(text);
    this.begin(courses);
  }

  /**
   * Other values: before week 1 from the start, later from next week on. Throws `Refused`.
   *
   * @param {number} at lane
   * @param {Record<string, Value>} values
   */
  turn(at, values) {
    if (this.week === 0) {
      this.begin(this.with(at, values));
    } else {
      this.lanes[at].change(values);
      this.askBands();
      this.tellState();
    }
  }

  /** Other luck. @param {unknown} seed */
  reseed(seed) {
    if (!Number.isInteger(seed) || Number(seed) < 0 || Number(seed) >= MOST_SEEDS) return;
    [this.seed, this.life] = [Number(seed), 0];
    this.begin(this.asked().map(atStart));
  }

  /** Another life, lived as far as this one. @param {unknown} life */
  playLife(life) {
    if (!Number.isInteger(life) || Number(life) < 0 || Number(life) > this.ensemble.spreading.replications) return;
    this.life = Number(life);
    this.begin(this.asked(), this.week);
  }

  /** What the bands are over: luck alone, or plausible worlds too. @param {unknown} over */
  band(over) {
    this.over = this.facts.setup.over.find((one) => one === over) ?? this.over;
    this.set("bands", null);
    this.tellState();
    this.askBands();
  }

  /** Open a scene of the story, or end the story. @param {unknown} number */
  scene(number) {
    this.story.go(number);
    if (this.story.scene < 0) this.tellState();
    else this.begin(this.facts.setup.scenes[this.story.scene].courses.map((text) => this.courses.read(text)));
  }

  /** Open the vote, or run what was voted on. @param {unknown} phase */
  phase(phase) {
    if (this.story.ask(phase) && phase === "run" && this.week < this.story.weeks) this.play();
    this.tellState();
  }

  /**
   * @param {unknown} choice
   * @param {unknown} guess
   * @returns {Answer}
   */
  vote(choice, guess) {
    const counted = this.story.take(choice, guess);
    if (counted) this.tellState();
    return { say: "voted", counted };
  }

  // --- weeks ---

  get week() {
    return this.lanes[0]?.week ?? 0;
  }

  /**
   * Show these courses from the start, or as they stand after so many weeks.
   *
   * @param {Course[]} courses
   * @param {number} week
   */
  begin(courses, week = 0) {
    const { facts } = this;
    const luck = luckOf(this.seed, this.life);
    const step = facts.engine.horizon;
    const lanes = courses.map((course, at) =>
      new LivedLane(course, { facts, courses: this.courses, lives: this.lives[at] }, luck));
    this.playing = false;
    this.error = null;
    this.horizon = Math.max(step, Math.ceil(week / step) * step);
    this.lanes = lanes;
    this.traits.bands = null;
    for (let lived = 0; lived < week; lived++) lanes.forEach((lane) => lane.step());
    this.askBands(); // first, so that workers begin while the page is told
    this.tellAll();
  }

  /** Live so many weeks, as far as the horizon. @param {number} weeks */
  advance(weeks) {
    const before = this.structures();
    const left = Math.min(weeks, Math.max(0, this.horizon - this.week));
    try {
      for (let lived = 0; lived < left; lived++) this.lanes.forEach((lane) => lane.step());
    } catch (error) {
      this.fail(String(error));
    }
    if (before !== this.structures()) this.set("land", this.lanes.map((lane) => lane.land()));
    if (left > 1) this.set("history", this.history());
    if (left) this.set("frame", this.newest());
    if (this.week >= this.horizon) this.playing = false;
    if (!this.playing) this.tellState();
  }

  /** A week at every beat while playing. @param {number} due */
  beat(due) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.playing) return;
      this.advance(1);
      this.beat(Math.max(due + 1000 / this.rate, performance.now() - LATE));
    }, due - performance.now());
  }

  /** @param {string} cause */
  fail(cause) {
    this.playing = false;
    this.error = {
      cause: cause.slice(0, LONGEST_CAUSE),
      scenario: this.lanes.map((lane) => this.courses.text(lane.course)).join(" | "),
      seed: String(this.seed), week: String(this.week), version: this.facts.engine.version,
    };
    this.tellState();
  }

  // --- courses ---

  /** What the lanes show, changes on the way included. */
  asked() {
    return this.lanes.map((lane) => lane.course);
  }

  /**
   * The courses with other values from now on. Throws `Refused`.
   *
   * @param {number} at lane
   * @param {Record<string, Value>} values
   */
  with(at, values) {
    const courses = this.asked();
    courses[at] = this.lanes[at].turnedTo(values);
    this.courses.check(courses[at]);
    return courses;
  }

  /** @param {unknown} lane */
  laneAt(lane) {
    return lane === 1 && this.lanes.length > 1 ? 1 : 0;
  }

  /** @param {Course[]} courses */
  question(courses) {
    const texts = courses.map((course) => this.courses.text(course));
    return { courses, texts, seed: this.seed, weeks: this.horizon, over: this.over };
  }

  askBands() {
    this.ensemble.ask(this.question(this.asked()));
  }

  // --- what is told ---

  structures() {
    return this.lanes.map((lane) => lane.structure).join();
  }

  newest() {
    return joinedFrames(this.lanes.map((lane) => lane.frames[lane.frames.length - 1]));
  }

  history() {
    return joinedSeries(this.lanes.map((lane) => lane.series()));
  }

  /** What an address needs to bring this scene back. @returns {Record<string, string>} */
  address() {
    const texts = Object.fromEntries(this.lanes.map((lane, at) => ["ab"[at], this.courses.text(lane.course)]));
    return {
      ...texts, seed: String(this.seed), ...(this.life && { life: String(this.life) }),
      ...(this.over !== OVER_LUCK && { band: this.over }), week: String(this.week),
    };
  }

  /** @returns {State} */
  state() {
    return {
      playing: this.playing, rate: this.rate, week: this.week, horizon: this.horizon, last: this.facts.engine.last,
      seed: this.seed, band: this.over, lanes: this.lanes.map((lane) => lane.about(this.horizon)),
      story: this.story.summary(this.week), address: this.address(), error: this.error, watchers: 1,
    };
  }

  tellState() {
    this.set("state", this.state());
  }

  /** Everything: names, positions and the number of lanes before what stands on them. */
  tellAll() {
    this.set("land", this.lanes.map((lane) => lane.land()));
    this.set("bands", this.traits.bands);
    this.tellState();
    this.set("history", this.history());
    this.set("frame", this.newest());
  }
}
