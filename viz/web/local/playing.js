// A lane that is shown: one life of a course with everything that was shown of it, as viz/room/lane.py.
import { changed } from "./course.js";
import { rowsOf } from "./lives.js";
import { Identities, frameBytes, landNews } from "./news.js";

/**
 * @import { Lane as About, Value } from "../types.js"
 * @import { Course, PageFacts } from "./document.js"
 * @import { Courses } from "./course.js"
 * @import { Lives } from "./lives.js"
 */

const SCHOOL_YEAR = 40;

export class LivedLane {
  /**
   * @param {Course} course
   * @param {{ facts: PageFacts, courses: Courses, lives: Lives }} house
   * @param {number} seed
   */
  constructor(course, { facts, courses, lives }, seed) {
    this.facts = facts;
    this.courses = courses;
    this.lives = lives;
    this.course = course;
    this.scenario = facts.scenarios[course.scenario];
    /** The value of every parameter now. */
    this.values = courses.values(course, 0);
    this.life = lives.begin(course, BigInt(seed));
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
   * Another value from next week on. Throws `Refused`, and then nothing has changed.
   *
   * @param {string} name
   * @param {Value} value
   */
  change(name, value) {
    const course = changed(this.course, { week: this.week, name, value });
    this.courses.check(course);
    this.life.change(this.lives.coded([{ week: this.week, name, value }]));
    this.course = course;
    this.values[name] = value;
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
      values: Object.fromEntries(facts.setup.levers.map(({ name }) => [name, values[name]])),
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
