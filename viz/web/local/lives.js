// Lives of courses: one after the other on the same land, week by week or on end.
import { Begun, Life } from "./life.js";
import { Rules } from "./rules.js";

/**
 * @import { Change, Value } from "../types.js"
 * @import { Course, Lands, Parameter } from "./document.js"
 * @import { Coded } from "./types.js"
 */

const COMING_YEAR = 40; // weeks that may be looked ahead from the last that is shown

/** Where lives are lived: every scenario has its land in a memory of its own, made when it is asked for. */
export class Lives {
  /** @param {Lands} lands */
  constructor(lands) {
    this.lands = lands;
    this.parameters = new Map(lands.parameters.map((one) => [one.name, one]));
    /** @type {Map<string, Life>} */
    this.known = new Map();
    /** @type {Map<string, Life>} */
    this.alike = new Map();
    this.begun = new Begun();
  }

  /** @param {string} scenario */
  of(scenario) {
    const found = this.known.get(scenario) ?? this.made(scenario);
    this.known.set(scenario, found);
    return found;
  }

  /** @param {string} scenario */
  made(scenario) {
    const { module, layout, scenarios, last } = this.lands;
    const { land, of } = scenarios[scenario];
    const past = of === null ? land : scenarios[of].land;
    return new Life(new Rules(module), layout, land, last + COMING_YEAR, past, this.begun);
  }

  /**
   * For lives that have always been as they begin: with a land that knows no past.
   *
   * @param {string} scenario
   */
  always(scenario) {
    const { module, layout, scenarios, asks } = this.lands;
    const land = { ...scenarios[scenario].land, lived: false };
    const found = this.alike.get(scenario) ??
      new Life(new Rules(module), layout, land, asks.growth.years * COMING_YEAR);
    this.alike.set(scenario, found);
    return found;
  }

  /**
   * Begin a course with this luck, and in a world if it has a number: a partnership that has lived by its scenario
   * until now.
   *
   * @param {Course} course
   * @param {bigint} seed
   * @param {number | null} world
   */
  begin(course, seed, world = null) {
    const life = this.of(course.scenario);
    const first = this.coded(course.changes.filter(({ week }) => week === 0));
    try {
      life.begin(seed, first, world === null ? {} : this.worldFor(course, world));
    } catch (error) {
      this.known.delete(course.scenario); // a rule that stopped leaves memory as it was
      throw error;
    }
    return life;
  }

  /**
   * The values of a world, but for what the scenario knows and the course sets, now or later: `worlds_for` of
   * viz/room/worlds.py.
   *
   * @param {Course} course
   * @param {number} number
   * @returns {Coded}
   */
  worldFor({ scenario, changes }, number) {
    const { names, values, together } = this.lands.worlds;
    const set = new Set([...this.lands.scenarios[scenario].knows, ...changes.map(({ name }) => name)]);
    const alone = together.filter((shares) => shares.some((name) => set.has(name))).flat();
    const stays = new Set([...set, ...alone]);
    const world = values.subarray(number * names.length);
    return Object.fromEntries(names.flatMap((name, at) => stays.has(name) ? [] : [[name, this.held(name, world[at])]]));
  }

  /**
   * A number as rules hold the value of a parameter.
   *
   * @param {string} name
   * @param {number} number
   */
  held(name, number) {
    const kind = this.parameters.get(name)?.kind;
    return kind === "whole" || kind === "choice" ? BigInt(number) : number;
  }

  /**
   * Changes as rules hold them, the last of a parameter counting.
   *
   * @param {Change[]} changes
   */
  coded(changes) {
    return codedValues(this.parameters, Object.fromEntries(changes.map(({ name, value }) => [name, value])));
  }

  /**
   * Make the changes that are due after so many weeks, the start excepted.
   *
   * @param {Life} life
   * @param {Course} course
   * @param {number} week
   */
  make(life, { changes }, week) {
    const due = changes.filter((change) => change.week === week);
    if (week && due.length) life.change(this.coded(due));
  }
}

/**
 * Values as rules hold them: a choice by its place among the options.
 *
 * @param {Map<string, Parameter>} parameters
 * @param {Record<string, Value>} values
 * @returns {Coded}
 */
export function codedValues(parameters, values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const { kind, options } = /** @type {Parameter} */ (parameters.get(name));
    if (kind === "choice") return [name, BigInt(options.indexOf(String(value)))];
    return [name, kind === "whole" ? BigInt(Number(value)) : Number(value)];
  }));
}

/**
 * Indicators of weeks that were lived, one week after another.
 *
 * @param {Life} life
 * @param {string[]} names
 * @param {number} from
 * @param {number} until
 */
export function rowsOf(life, names, from, until) {
  const { page } = life;
  const { layout } = page.found("record");
  if (!("fields" in layout)) throw new RangeError("the record has no fields");
  const { buffer, byteOffset } = page.bytesOf("record");
  const all = new Float64Array(buffer, byteOffset);
  const width = layout.size / all.BYTES_PER_ELEMENT;
  const places = names.map((name) => Number(layout.fields.find((field) => field.name === name)?.at) / 8);
  const rows = new Float64Array((until - from) * names.length);
  for (let week = from, at = 0; week < until; week++) {
    for (const place of places) rows[at++] = all[week * width + place];
  }
  return rows;
}
