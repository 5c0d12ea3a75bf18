// A lane that is shown: one life of a course with everything that was shown of it, as viz/room/lane.py.
import { readFrame } from "../reading.js";
import { factsOf } from "./cards.js";
import { turnedTo } from "./course.js";
import { rowsOf } from "./lives.js";
import { Identities, frameBytes, landNews } from "./news.js";

/**
 * @import { Lane as About, Found, Value } from "../types.js"
 * @import { Course, PageFacts } from "./document.js"
 * @import { Courses } from "./course.js"
 * @import { Lives } from "./lives.js"
 */

const SCHOOL_YEAR = 40;

export class LivedLane {
  /**
   * @param {Course} course
   * @param {{ facts: PageFacts, courses: Courses, lives: Lives }} house
   * @param {bigint} seed
   */
  constructor(course, { facts, courses, lives }, seed) {
    this.facts = facts;
    this.courses = courses;
    this.lives = lives;
    this.course = course;
    this.scenario = facts.scenarios[course.scenario];
    /** The value of every parameter now. */
    this.values = courses.values(course, 0);
    this.life = lives.begin(course, seed);
    this.identities = new Identities();
    this.structure = 0;
    /** @type {Uint8Array[]} */
    this.frames = [];
    this.territory = "";
    this.show();
    courses.checkSize(course.scenario, this.life.look().site.length);
  }

  get week() {
    return this.life.lived;
  }

  /** One week; what is due changes first. */
  step() {
    const { course, week } = this;
    this.lives.make(this.life, course, week);
    for (const change of course.changes) if (change.week === week) this.values[change.name] = change.value;
    this.life.live(1);
    this.show();
  }

  /**
   * Other values from next week on. Throws `Refused`, and then nothing has changed.
   *
   * @param {Record<string, Value>} values
   */
  change(values) {
    const { week } = this;
    const course = this.turnedTo(values);
    this.courses.check(course);
    this.life.change(this.lives.coded(Object.entries(values).map(([name, value]) => ({ week, name, value }))));
    this.course = course;
    Object.assign(this.values, values);
  }

  /** Its course with other values from now on. @param {Record<string, Value>} values */
  turnedTo(values) {
    return turnedTo(this.course, this.week, values, this.scenario.values);
  }

  /** The values that are not those of the scenario. */
  turned() {
    return Object.fromEntries(
      Object.entries(this.values).filter(([name, value]) => value !== this.scenario.values[name]));
  }

  /**
   * What the scenario has for a parameter that was turned, or for all of them; not for what shapes the start.
   *
   * @param {unknown} wanted
   */
  asGiven(wanted) {
    const { fixed } = this.facts.engine.refusals;
    const all = wanted === undefined || wanted === null;
    const back = Object.keys(this.turned()).filter((name) => all || name === wanted);
    return Object.fromEntries(
      back.filter((name) => !fixed.includes(name)).map((name) => [name, this.scenario.values[name]]));
  }

  /**
   * The facts of what was clicked.
   *
   * @param {Partial<Found>} found
   */
  card({ kind, which }) {
    if (kind === undefined || which === undefined) return null;
    const keys = [...this.identities.numbers.keys()];
    const frames = this.frames.map((bytes) => readFrame(bytes.slice().buffer));
    return factsOf(this.life, { kind, which }, { keys, frames });
  }

  /**
   * What the stage shows of it besides frames, where so many weeks are shown.
   *
   * @param {number} weeks
   * @returns {About}
   */
  about(weeks) {
    const { facts, course, scenario, values } = this;
    const { form, persons } = facts.engine.refusals.leaders;
    const preset = facts.setup.presets.find(({ name }) => name === course.scenario);
    return {
      course: this.courses.text(course),
      scenario: course.scenario,
      title: preset?.title ?? { nl: course.scenario, en: course.scenario },
      values: this.turned(),
      floor: Number(values.adequate_threshold),
      safe: Number(values.safe_share),
      lived: scenario.lived,
      led: values[form] === persons,
      wages_grow_from: scenario.wages_grow_from,
      known: scenario.known[Math.ceil(weeks / SCHOOL_YEAR) - 1] ?? null,
      changes: course.changes,
    };
  }

  /** The week as it stands, to be shown. */
  show() {
    const { life, facts: { series } } = this;
    const territory = ["here.o.cluster", "here.o.board"].map((name) => life.page.column(name).join()).join(" ");
    if (territory !== this.territory) {
      this.territory = territory;
      this.structure += 1;
    }
    const row = this.week ? rowsOf(life, series, this.week - 1, this.week) : series.map(() => NaN);
    const seen = life.look();
    const students = this.identities.of(seen.key);
    this.frames.push(frameBytes(this.week, this.structure, Float32Array.from(row), students, seen));
  }

  /** The indicators of all weeks lived. */
  series() {
    return Float32Array.from(rowsOf(this.life, this.facts.series, 0, this.week));
  }

  land() {
    return landNews(this.life, this.scenario.map, this.structure);
  }
}
