// What is told: what the server says of a session, and what it comes to in words. Nothing is drawn here.
import { Numbers, fill } from "./basics.js";
import { AWAY, MBO } from "./reading.js";

/**
 * @import { Acts, Change, Frame, Land, Lane as About, Model, Parameter, Row, State, Value } from "./types.js"
 */

const MOST_TOLD = 3; // differences that are no levers, before the rest is counted
const SHARE = "0-1"; // a unit that says nothing to people
const SLOW = 0.04; // what counts as a difference in quality between the same cluster in A and B

export class Told {
  /** @type {Partial<State>} */
  state = {};
  /** @type {Land[]} */
  land = [];
  /** @type {Row[][]} */
  rows = [[]];
  /** @type {Frame[]} */
  frames = [];
  /** @type {ReturnType<typeof import("./reading.js").readBands>} */
  bands = null;

  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.setup = model.get("setup");
    this.lang = this.setup.lang;
    this.numbers = new Numbers(this.lang);
    /** Every parameter by name. */
    this.parameters = new Map(this.setup.parameters.map((one) => [one.name, one]));
  }

  get lanes() {
    return Math.max(1, this.state.lanes?.length ?? 1);
  }

  get week() {
    return this.frames[0]?.week ?? 0;
  }

  /** Whether a session is looked at. */
  get live() {
    return this.setup.kind === "live" || this.setup.kind === "notebook" || this.alone;
  }

  /** Whether it is a page that lives by itself: nobody else looks on. */
  get alone() {
    return this.setup.kind === "page";
  }

  /** Whether what is to come is shown: in a page, unless a story asks for a guess first. */
  get foresees() {
    return this.alone && (this.state.story?.scene ?? -1) < 0;
  }

  /** Of how many weeks bands are shown. */
  get foretold() {
    const weeks = this.bands?.weeks ?? 0;
    return this.foresees ? weeks : Math.min(this.week, weeks);
  }

  get steers() {
    return Boolean(this.setup.host) || this.setup.kind === "replay";
  }

  /** @param {string} key */
  text(key) {
    return this.setup.texts[this.lang][key] ?? key;
  }

  /**
   * A school year by the calendar, of the scenario of a lane.
   *
   * @param {number} number
   * @param {number} lane
   */
  schoolYear(number, lane) {
    return this.preset(lane)?.years[number - 1] ?? number;
  }

  /**
   * A week in words; its school year has a number only when A and B begin in other years.
   *
   * @param {number} week
   */
  moment(week) {
    if (!week) return this.text("start");
    const number = Math.floor((week - 1) / 40) + 1;
    const years = new Set(Array.from({ length: this.lanes }, (_, lane) => this.schoolYear(number, lane)));
    const year = years.size > 1 ? number : [...years][0];
    return `${this.text("school_year")} ${year} · ${this.text("week")} ${((week - 1) % 40) + 1}`;
  }

  /**
   * The scenario of a lane.
   *
   * @param {number} lane
   */
  preset(lane) {
    const scenario = this.state.lanes?.[lane]?.scenario;
    return this.setup.presets.find((preset) => preset.name === scenario);
  }

  /**
   * What of a lane's map does not exist; the sites of somebody's own scenario may.
   *
   * @param {number} lane
   */
  madeUp(lane) {
    return this.text(this.preset(lane)?.built_in ? "made_up" : "made_up_people");
  }

  /** What the bands are; a film that was kept before there were any gets none. */
  bandText() {
    if (!this.bands) return this.live ? this.text("band_wait") : "";
    const [lived, foreseen] = this.overWorlds ? ["band_worlds", "band_worlds_mean"] : ["band", "band_mean"];
    return fill(this.text(this.foresees ? foreseen : lived), { n: this.bands.replications });
  }

  /** Whether bands are over plausible worlds too. */
  get overWorlds() {
    return this.state.band === "worlds";
  }

  /** Where the worlds of the bands come from, and what is the same in all. */
  worldsText() {
    return `${this.setup.worlds.from[this.lang]} ${this.text("worlds_alike")}`;
  }

  /** That the worlds of the bands are those of another partnership; of which lane, where it is not so of all. */
  nearText() {
    const near = Array.from({ length: this.lanes }, (_, lane) => this.preset(lane)?.near);
    const first = near.findIndex(Boolean);
    if (!this.overWorlds || first < 0) return "";
    return `${near.every(Boolean) ? "" : `${"AB"[first]}: `}${this.setup.worlds.near[this.lang]}`;
  }

  /** From when growth of prices is assumed; said for A and B apart where it differs. */
  knownText() {
    const told = (this.state.lanes ?? []).map(({ known }) => known?.[this.lang] ?? "");
    if (new Set(told).size < 2) return told[0] ?? "";
    return told.map((text, lane) => text && `${"AB"[lane]}: ${text}`).filter(Boolean).join(" ");
  }

  /** In which clusters B is clearly higher or lower than A. */
  marks() {
    if (this.frames.length < 2 || !this.land[1]) return null;
    const [a, b] = [0, 1].map((lane) => meanQuality(this.frames[lane], this.land[lane]));
    /** @type {Map<number, number>} */
    const found = new Map();
    b.forEach((value, k) => {
      const gap = value - a[k];
      if (Math.abs(gap) > SLOW) found.set(k, gap);
    });
    return found;
  }

  // --- levers and other parameters ---

  /**
   * What a parameter is in the scenario of a lane.
   *
   * @param {Parameter} parameter
   * @param {number} lane
   */
  given(parameter, lane) {
    return this.preset(lane)?.values[parameter.name] ?? parameter.default;
  }

  /**
   * What a parameter is in a lane now.
   *
   * @param {Parameter} parameter
   * @param {number} lane
   */
  valueOf(parameter, lane) {
    return this.state.lanes?.[lane]?.values[parameter.name] ?? this.given(parameter, lane);
  }

  /**
   * The parameters that stand otherwise than in A; of A itself, than in its scenario. Levers come first.
   *
   * @param {number} lane
   */
  turned(lane) {
    const other = (/** @type {Parameter} */ one) => (lane ? this.valueOf(one, 0) : this.given(one, 0));
    const found = this.setup.parameters.filter((one) => this.valueOf(one, lane) !== other(one));
    return [...found.filter((one) => one.acts), ...found.filter((one) => !one.acts)];
  }

  /**
   * How a lane differs from A; of A itself, from its scenario.
   *
   * @param {number} lane
   * @param {About} about
   */
  differsText(lane, about) {
    const turned = this.turned(lane);
    const most = turned.filter((one) => one.acts).length + MOST_TOLD;
    const list = turned.slice(0, most).map(
      (one) => `${this.nameOf(one)}: ${this.spoken(one, this.valueOf(one, lane))}`);
    if (turned.length > most) list.push(fill(this.text("and_more"), { n: turned.length - most }));
    if (list.length) return `${this.text(lane ? "differs" : "adapted")}: ${list.join("; ")}`;
    if (!lane) return "";
    return this.text(about.course === this.state.lanes?.[0].course ? "same" : "differs_otherwise");
  }

  /** @param {Parameter} parameter */
  nameOf({ label, line }) {
    return (label ?? line)[this.lang];
  }

  /**
   * From when a lever acts that is turned after so many weeks of a lane.
   *
   * @param {{ acts: Acts }} lever
   * @param {number} lane
   * @param {number} week
   */
  acts({ acts }, lane, week) {
    const words = this.instead(acts, lane, week) ?? acts.words;
    return fill(words[this.lang], { year: this.schoolYear(this.actsIn(acts, lane, week), lane) });
  }

  /**
   * What is said where a lever does nothing, or changes the past too.
   *
   * @param {Acts} acts
   * @param {number} lane
   * @param {number} week
   */
  instead(acts, lane, week) {
    const about = this.state.lanes?.[lane];
    if (acts.without_mbo && !this.hasMbo(lane, week)) return acts.without_mbo;
    if (acts.without_leaders && !about?.led) return acts.without_leaders;
    return !week && about?.lived ? acts.lived : null;
  }

  /**
   * The number of the school year in which it begins to act.
   *
   * @param {Acts} acts
   * @param {number} lane
   * @param {number} week
   */
  actsIn(acts, lane, week) {
    const year = Math.floor(week / 40) + acts.years[week % 40];
    return acts.priced ? Math.max(week ? year : 1, this.state.lanes?.[lane]?.wages_grow_from ?? 1) : year;
  }

  /**
   * @param {number} lane
   * @param {number} week
   */
  hasMbo(lane, week) {
    if (week === this.week) return Boolean(this.frames[lane]?.flags.some((flag) => flag & MBO));
    return this.rows[lane]?.[week - 1]?.[this.setup.series.indexOf("students_mbo")] > 0;
  }

  /**
   * @param {Parameter} lever
   * @param {Value} value
   */
  spoken(lever, value) {
    if (lever.kind !== "choice") return this.amount(lever, value);
    return lever.choices.find((choice) => choice.value === value)?.[this.lang] ?? String(value);
  }

  /**
   * What a lever says where it stands; a choice says it by its name.
   *
   * @param {Parameter} lever
   * @param {Value} value
   * @param {boolean} short without its unit
   */
  amount(lever, value, short = false) {
    if (lever.kind === "choice") return "";
    if (lever.kind === "switch") return this.text(value ? "yes" : "no");
    if (lever.percent) return `${this.numbers.plain(100 * Number(value), lever.step < 0.01 ? 1 : 0)}%`;
    const text = lever.acts ? this.numbers.plain(Number(value), lever.digits) : this.numbers.given(Number(value));
    return short || lever.unit.en === SHARE ? text : `${text} ${lever.unit[this.lang]}`;
  }

  /**
   * A change, when it was made, and from when it acts unless that is within days.
   *
   * @param {Change} change
   * @param {number} lane
   */
  changeText({ week, name, value }, lane) {
    const parameter = this.parameters.get(name);
    const acts = parameter?.acts;
    const from = acts ? this.acts({ acts }, lane, week) : "";
    const later = acts && from !== acts.words[this.lang] ? ` · ${from}` : "";
    const label = parameter ? `${this.nameOf(parameter)} ${this.spoken(parameter, value)}${later}` : `${name} ${value}`;
    const year = `${this.text("school_year").toLowerCase()} ${this.schoolYear(Math.floor(week / 40) + 1, lane)}`;
    const letter = this.lanes > 1 ? `${"AB"[lane]} · ` : "";
    return `▼ ${letter}${year}, ${this.text("week")} ${(week % 40) + 1}: ${label}`;
  }
}

/**
 * The mean quality in every cluster.
 *
 * @param {Frame} frame
 * @param {Land} land
 */
function meanQuality(frame, land) {
  const sums = land.clusters.map(() => [0, 0]);
  frame.site.forEach((site, i) => {
    const sum = sums[land.sites[site]?.[4]];
    if (!sum || frame.flags[i] & AWAY) return;
    sum[0] += frame.quality[i] / 255;
    sum[1] += 1;
  });
  return sums.map(([total, count]) => (count ? total / count : NaN));
}
