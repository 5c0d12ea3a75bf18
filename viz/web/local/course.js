// Courses: what is run, short enough to stand in an address, read and checked as viz/room/course.py does.
import { fill } from "../basics.js";
import { floatText, generalText } from "./numbers.js";

/**
 * @import { Both, Change, Lang, Value } from "../types.js"
 * @import { Course, PageFacts, Parameter } from "./document.js"
 */

/** @type {Lang[]} */
const LANGUAGES = ["nl", "en"];
const LONGEST_FOUND = 80;
const LONGEST_VALUE = 40;
const SLACK = 1e-9;
const READ_AS = {
  whole: /^[+-]?\d+$/,
  real: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/,
  switch: /^(true|false)$/,
  choice: /^/,
};

/** What somebody asked for cannot be; says where, what was found and what is allowed. */
export class Refused extends Error {
  /** @param {Both} said */
  constructor(said) {
    super(said.en);
    this.said = said;
  }
}

/** The courses that a page can read. */
export class Courses {
  /** @param {Pick<PageFacts, "scenarios" | "parameters" | "engine">} facts */
  constructor({ scenarios, parameters, engine }) {
    this.scenarios = scenarios;
    this.refusals = engine.refusals;
    this.limits = engine.limits;
    this.beyond = new Set(engine.beyond);
    this.last = engine.last;
    this.parameters = new Map(parameters.map((one) => [one.name, one]));
  }

  /**
   * The course in an address. Throws `Refused`: an address may come from anybody.
   *
   * @param {string} text
   * @returns {Course}
   */
  read(text) {
    const [scenario, ...parts] = text.slice(0, this.refusals.longest).split("~");
    if (!Object.hasOwn(this.scenarios, scenario)) {
      const names = Object.keys(this.scenarios).join(", ");
      throw this.inAddress("scenario", scenario, this.say("one_of", { names }));
    }
    const course = parts.map((part) => this.change(part)).reduce(changed, { scenario, changes: [] });
    this.check(course);
    return course;
  }

  /** One change of an address, read. @param {string} part @returns {Change} */
  change(part) {
    const [what, ...weeks] = part.split("@");
    const [name, ...values] = what.split(":");
    const [week, value] = [weeks.join("@"), values.join(":")];
    if (!this.parameters.has(name)) {
      const former = new Map(Object.entries(this.refusals.former)).get(name);
      throw this.inAddress("parameter", former ?? name, this.say("a_parameter"));
    }
    if (week && !(/^\d+$/.test(week) && Number(week.slice(0, 6)) <= this.last)) {
      throw this.inAddress(name, week.slice(0, LONGEST_VALUE), this.say("a_week"));
    }
    return { week: Number(week || 0), name, value: this.valueOf(name, value) };
  }

  /**
   * A value as it came from outside, as the parameter's kind. Throws `Refused`.
   *
   * @param {string} name
   * @param {unknown} given
   * @returns {Value}
   */
  valueOf(name, given) {
    const { kind } = this.parameter(name);
    const text = String(given).trim().toLowerCase();
    if (!READ_AS[kind].test(text)) {
      throw this.inAddress(name, text.slice(0, LONGEST_VALUE), this.limits[name].allowed);
    }
    if (kind === "switch") return text === "true";
    return kind === "choice" ? text : Number(text);
  }

  /**
   * The name of a parameter and the value that it is turned to, as the page gives them. Throws `Refused`.
   *
   * @param {unknown} name
   * @param {unknown} value
   * @returns {Record<string, Value>}
   */
  leverValue(name, value) {
    if (typeof name !== "string" || !this.parameters.has(name) || this.refusals.fixed.includes(name)) {
      throw this.inAddress("change", String(name), this.say("can_change"), "view");
    }
    return { [name]: this.valueOf(name, value) };
  }

  /**
   * As it stands in an address: `growth-mbo~mbo_mix:parallel~mentor_hours:1.5@40`.
   *
   * @param {Course} course
   */
  text({ scenario, changes }) {
    const written = (/** @type {Change} */ { week, name, value }) =>
      `${name}:${this.parameter(name).kind === "real" ? floatText(Number(value)) : value}${week ? `@${week}` : ""}`;
    return [scenario, ...changes.map(written)].join("~");
  }

  /**
   * The value of every parameter after so many weeks, with what changes then.
   *
   * @param {Course} course
   * @param {number} week
   */
  values({ scenario, changes }, week) {
    const until = changes.filter((change) => change.week <= week).sort((a, b) => a.week - b.week);
    return { ...this.scenarios[scenario].values, ...Object.fromEntries(until.map(({ name, value }) => [name, value])) };
  }

  // --- what is refused ---

  /**
   * Every change, in the week in which it is made. Throws `Refused`.
   *
   * @param {Course} course
   */
  check(course) {
    for (const change of course.changes) this.checkValue(course.scenario, change);
    for (const week of new Set([0, ...course.changes.map((change) => change.week)])) {
      const values = this.values(course, week);
      this.checkShares(course.scenario, values);
      this.checkLeaders(course.scenario, values);
    }
  }

  /**
   * @param {string} scenario
   * @param {Change} change
   */
  checkValue(scenario, { week, name, value }) {
    const { values } = this.scenarios[scenario];
    const parameter = this.parameter(name);
    const beyond = this.beyond.has(scenario);
    if (!within(parameter, value, this.range(name, beyond))) {
      const allowed = this.allowedFor(parameter, value, beyond);
      throw this.refused(`${scenario}, ${name}`, this.shown(parameter, value), allowed);
    }
    if (this.refusals.fixed.includes(name) && value !== values[name]) {
      const where = `${week ? "change" : scenario}, ${name}`;
      throw this.refused(where, this.shown(parameter, value), this.say(week ? "shapes_the_start" : "shapes_the_land"));
    }
  }

  /**
   * @param {string} scenario
   * @param {Record<string, Value>} values
   */
  checkShares(scenario, values) {
    for (const names of this.refusals.shares) {
      const total = names.reduce((sum, name) => sum + Number(values[name]), 0);
      if (total <= 1 + SLACK) continue;
      const found = this.say("total", { total: generalText(total), listed: names.join(" + ") });
      throw this.refused(`${scenario}, ${names[names.length - 1]}`, found, this.say("together"));
    }
  }

  /**
   * @param {string} scenario
   * @param {Record<string, Value>} values
   */
  checkLeaders(scenario, values) {
    const { form, persons, count, hours } = this.refusals.leaders;
    if (values[form] !== persons || !(Number(values[count]) > 0)) return;
    if (hours.some((name) => Number(values[name]) > 0)) return;
    const found = this.say("leaders", { count: Number(values[count]) });
    throw this.refused(`${scenario}, ${count}`, found, this.say("hours_for_leaders"));
  }

  /**
   * Refuse a scenario with more students than can be shown.
   *
   * @param {string} scenario
   * @param {number} students
   */
  checkSize(scenario, students) {
    const most = this.refusals.most_students;
    if (students <= most) return;
    const found = this.say("students", { name: scenario, students: grouped(students) });
    throw this.inAddress("scenario", found, this.say("most_students", { most_students: grouped(most) }));
  }

  // --- in words ---

  /** @param {string} name */
  parameter(name) {
    const found = this.parameters.get(name);
    if (!found) throw this.inAddress("parameter", name, this.say("a_parameter"));
    return found;
  }

  /**
   * What may be entered; it names the way out when only the plausible range forbids a value.
   *
   * @param {Parameter} parameter
   * @param {Value} value
   * @param {boolean} beyond
   */
  allowedFor(parameter, value, beyond) {
    const { allowed, allowed_beyond: beyondIt } = this.limits[parameter.name];
    if (beyond) return beyondIt;
    const digested = typeof value === "number" && within(parameter, value, this.range(parameter.name, true));
    return digested ? this.say("further", { phrase: allowed }) : allowed;
  }

  /**
   * From where to where a value may lie.
   *
   * @param {string} name
   * @param {boolean} beyond
   * @returns {[low: number, high: number]}
   */
  range(name, beyond) {
    const { low, high, least, most } = this.limits[name];
    return beyond ? [least ?? -Infinity, most ?? Infinity] : [low ?? -Infinity, high ?? Infinity];
  }

  /**
   * A value as it is named in a fault.
   *
   * @param {Parameter} parameter
   * @param {Value} value
   */
  shown(parameter, value) {
    if (parameter.kind === "choice") return this.say("the_text", { quoted: `"${value}"` });
    return parameter.kind === "real" ? generalText(Number(value)) : String(value);
  }

  /**
   * A fault in an address, or in what the page was asked.
   *
   * @param {string} what
   * @param {string | Both} found
   * @param {Both} allowed
   * @param {string} place
   */
  inAddress(what, found, allowed, place = "address") {
    const short = typeof found === "string" ? found.slice(0, LONGEST_FOUND) : found;
    return this.refused(this.place(place, what), short, allowed);
  }

  /**
   * @param {string} place
   * @param {string} what
   */
  place(place, what) {
    return this.say("place", { place: this.say(place), what });
  }

  /**
   * @param {string | Both} where
   * @param {string | Both} found
   * @param {Both} allowed
   */
  refused(where, found, allowed) {
    return new Refused(this.say("fault", { where, found, allowed }));
  }

  /**
   * A text with what is filled in, in both languages.
   *
   * @param {string} key
   * @param {Record<string, Both | string | number>} fields
   * @returns {Both}
   */
  say(key, fields = {}) {
    const words = this.refusals.words[key];
    const [nl, en] = LANGUAGES.map((lang) => fill(words[lang], Object.fromEntries(Object.entries(fields).map(
      ([name, value]) => [name, typeof value === "object" ? value[lang] : value]))));
    return { nl, en };
  }
}

/**
 * The same course with one change more; a second change of a parameter in a week replaces the first.
 *
 * @param {Course} course
 * @param {Change} change
 * @returns {Course}
 */
export function changed({ scenario, changes }, change) {
  const kept = changes.filter(({ week, name }) => week !== change.week || name !== change.name);
  return { scenario, changes: [...kept, change] };
}

/**
 * The same course with other values after so many weeks; at the start what the scenario has itself is no change.
 *
 * @param {Course} course
 * @param {number} week
 * @param {Record<string, Value>} values
 * @param {Record<string, Value>} given those of the scenario
 * @returns {Course}
 */
export function turnedTo({ scenario, changes }, week, values, given) {
  const kept = changes.filter((one) => one.week !== week || !(one.name in values));
  const other = Object.entries(values).filter(([name, value]) => week > 0 || value !== given[name]);
  return { scenario, changes: [...kept, ...other.map(([name, value]) => ({ week, name, value }))] };
}

/**
 * As it was at its start.
 *
 * @param {Course} course
 * @returns {Course}
 */
export function atStart({ scenario, changes }) {
  return { scenario, changes: changes.filter(({ week }) => week === 0) };
}

/**
 * Whether a value is one that a parameter can have.
 *
 * @param {Parameter} parameter
 * @param {Value} value
 * @param {[low: number, high: number]} range
 */
function within({ kind, options }, value, [low, high]) {
  if (kind === "choice") return options.includes(String(value));
  if (kind === "switch") return true;
  return Number.isFinite(value) && Number(value) >= low && Number(value) <= high;
}

/**
 * A whole number with its thousands marked.
 *
 * @param {number} value
 * @returns {Both}
 */
function grouped(value) {
  return { nl: value.toLocaleString("nl-NL"), en: value.toLocaleString("en-GB") };
}
