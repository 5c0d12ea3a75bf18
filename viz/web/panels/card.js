// The card of what was clicked: its facts, told in the language of the page.
import { along, button, fill, h, sharp } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Told } from "../told.js"
 * @import { CardNews, ClusterFacts, GroupFacts, Land, MentorFacts, Point, SiteFacts, StudentFacts } from "../types.js"
 */

// Below these a reason is worth a sentence.
const LITTLE_SUPPORT = 0.95, LITTLE_SKILL = 0.5, LITTLE_ATTENTION = 0.25;
const CARE = 1; // the kind of a mentor who is no teacher
const SMALL = [0.0005, 0.02]; // shares that are told with one decimal

// What codes are called, in their order.
const PROGRAMMES = ["fulltime", "parttime", "academic", "pedagogy", "care_3", "care_4", "assistant"];
const SEATS = ["school_trainer", "institute_trainer", "practice_trainer", "mbo_trainer"];
const FLOOR_NAMES = ["floor_time", "floor_contact", "floor_quality"];

/** What a card says, as texts. */
export class CardTeller {
  /**
   * @param {Pick<Told, "text" | "numbers" | "lang">} told
   * @param {Land} land where the names of rows are
   */
  constructor(told, land) {
    this.told = told;
    this.land = land;
  }

  /**
   * @param {CardNews} facts
   * @returns {{ title: string, lines: [name: string, value: string][], reasons: string[] }}
   */
  card(facts) {
    if (facts.kind === "student") return this.student(facts);
    return facts.kind === "site" ? this.site(facts) : this.cluster(facts);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} values
   */
  say(key, values = {}) {
    return fill(this.told.text(key), values);
  }

  /** @param {number | null} value */
  hours(value) {
    return this.say("hours", { hours: this.told.numbers.plain(value ?? NaN, 1) });
  }

  /** @param {number | null} value */
  quality(value) {
    return this.told.numbers.plain(value ?? NaN, 2);
  }

  /** @param {number} share */
  percent(share) {
    const digits = share >= SMALL[0] && share < SMALL[1] ? 1 : 0;
    return `${this.told.numbers.plain(100 * share, digits)}%`;
  }

  /** @param {string[]} words */
  listed(words) {
    return this.told.numbers.listed(words);
  }

  /** @param {StudentFacts} facts */
  student(facts) {
    const { programme, year, placed, mentor, hours_asked: asked, support } = facts;
    const given = `${this.hours(asked)} · ${this.hours((asked ?? NaN) * (support ?? NaN))}`;
    /** @type {[string, string][]} */
    const lines = [
      [this.say("site"), this.land.sites[facts.site][0]],
      [this.say("supervision_quality"), placed ? this.quality(facts.supervision) : "–"],
      ...(mentor ? [/** @type {[string, string]} */ ([this.say("supervised_by"), this.mentor(mentor)])] : []),
      [this.say("hours_asked_given"), placed ? given : "–"],
      [this.say("peer_support"), placed ? this.quality(facts.peer_support) : "–"],
      [this.say("engagement"), this.quality(facts.engagement)],
    ];
    const title = this.say("student_title", { programme: this.say(PROGRAMMES[programme]), year });
    return { title, lines, reasons: this.why(facts) };
  }

  /** @param {MentorFacts} mentor */
  mentor({ kind, students }) {
    const who = this.say(kind === CARE ? "care_mentor" : "mentor");
    const others = students - 1;
    if (others < 1) return this.say("alone", { who });
    return others === 1 ? this.say("with_one", { who }) : this.say("with_others", { who, n: others });
  }

  /**
   * Why a student's supervision is low, or that it is not.
   *
   * @param {StudentFacts} facts
   */
  why(facts) {
    if (!facts.week) return [this.say("not_begun")];
    if (!facts.placed) return [this.say("no_placement")];
    if (!facts.shortfalls) return [this.met(facts)];
    const reasons = [...this.shortOf(facts), ...this.ofMentor(facts), ...this.ofTrainers(facts)];
    return reasons.length ? reasons : [this.say("little_of_all")];
  }

  /** @param {StudentFacts} facts */
  met(facts) {
    return facts.with_floors ? this.say("met_floors") : this.say("met_floor", { floor: this.quality(facts.floor) });
  }

  /** @param {StudentFacts} facts */
  shortOf({ with_floors: withFloors, shortfalls }) {
    if (!withFloors) return [];
    const names = FLOOR_NAMES.filter((_, nth) => shortfalls & (1 << nth)).map((name) => this.say(name));
    return [this.say("short_of", { floors: this.listed(names) })];
  }

  /** @param {StudentFacts} facts */
  ofMentor({ mentor, support }) {
    if (!mentor || mentor.withdrawn) return [this.say("mentor_gone")];
    const { skill, trained, hours_asked: asked, hours_available: there } = mentor;
    const reasons = [];
    if ((support ?? 1) < LITTLE_SUPPORT) {
      reasons.push(this.say("mentor_short", { asked: this.hours(asked), there: this.hours(there) }));
    }
    if ((skill ?? 1) < LITTLE_SKILL) {
      reasons.push(this.say(trained ? "mentor_unskilled" : "mentor_untrained", { skill: this.quality(skill) }));
    }
    return reasons;
  }

  /** @param {StudentFacts} facts */
  ofTrainers({ community, trainer_guidance: guidance }) {
    if (!community) return [];
    const reasons = [];
    if (!community.complete) reasons.push(this.say("pair_incomplete"));
    if ((guidance ?? 1) < LITTLE_ATTENTION) {
      const left = this.hours(community.trainer_time);
      reasons.push(this.say("trainers_short", { left, students: community.students }));
    }
    return reasons;
  }

  /** @param {SiteFacts} facts */
  site(facts) {
    const { row, ikc, board, cluster, pupils, taking_part: part } = facts;
    /** @type {[string, string][]} */
    const lines = [
      [this.say("kind"), this.say(ikc ? "kind_ikc" : "kind_school")],
      [this.say("board"), this.land.boards[board]],
      [this.say("cluster"), this.land.clusters[cluster]?.[0] ?? this.say("candidate")],
      [this.say("pupils"), this.told.numbers.plain(pupils)],
    ];
    const reasons = [];
    if (part) {
      lines.push(
        [this.say("students"), String(part.students.all)],
        [this.say("hosting"), this.say("part_of", { some: part.hosting, all: part.mentors })],
        [this.say("hours_asked_available"), `${this.hours(part.hours_asked)} · ${this.hours(part.hours_available)}`],
      );
      if (part.over) reasons.push(this.say("overasked", { over: part.over, hosting: part.hosting }));
      if (part.withdrawn) reasons.push(this.say("withdrawn", { gone: part.withdrawn }));
      reasons.push(...this.shares(facts, part.students));
    }
    return { title: this.land.sites[row][0], lines, reasons };
  }

  /** @param {ClusterFacts} facts */
  cluster(facts) {
    const { row, board, students, mbo, vacant, came, members } = facts;
    const hbo = students.all - mbo;
    const seats = (/** @type {number[]} */ kinds) => this.listed(kinds.map((kind) => this.say(SEATS[kind])));
    /** @type {[string, string][]} */
    const lines = [
      [this.say("board"), this.land.boards[board]],
      [this.say("students"), mbo ? `${hbo} hbo, ${mbo} mbo` : `${hbo} hbo`],
      [this.say("hbo_places"), String(facts.places)],
      [this.say("at_work"), seats(facts.at_work) || "–"],
      [this.say("trainer_hours_left"), this.hours(facts.trainer_time)],
      [this.say("strength"), this.quality(facts.strength)],
    ];
    const reasons = [
      ...(vacant.length ? [this.say("vacant", { names: seats(vacant) })] : []),
      ...(came ? [this.say("met", { came, members })] : []),
      ...this.shares(facts, students),
    ];
    return { title: this.land.clusters[row][0], lines, reasons };
  }

  /**
   * How many have no placement this week, what share of the others is adequate, and which floor gives way.
   *
   * @param {CardNews} facts
   * @param {GroupFacts} students
   */
  shares({ week, with_floors: withFloors }, students) {
    const { all, placed, adequate } = students;
    const told = week && all > placed ? [this.say("without_placement", { away: all - placed, n: all })] : [];
    if (!placed) return told;
    told.push(this.say("adequate", { value: `${this.told.numbers.plain((100 * adequate) / placed)}%` }));
    if (withFloors && students.short.some((count) => count > 0)) told.push(this.below(students));
    return told;
  }

  /** @param {GroupFacts} students */
  below({ placed, short, restored }) {
    const [time, contact, quality] = short.map((count) => this.percent(count / placed));
    const most = Math.max(...restored);
    const first = { floor: this.say(FLOOR_NAMES[restored.indexOf(most)]), restored: this.percent(most / placed) };
    const which = most ? this.say("floor_gives_way", first) : this.say("no_floor_gives_way");
    return this.say("below_floors", { time, contact, quality, which });
  }
}

/** The story of what was clicked. */
export class Card {
  /** @type {CardNews | null} */
  facts = null;

  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "card", hidden: true, "aria-live": "polite" });
  }

  hide() {
    this.facts = null;
    this.element.hidden = true;
    this.stage.choose(null);
  }

  /** @param {CardNews | null} facts nothing when it is not there any more */
  show(facts) {
    if (!facts) {
      this.element.querySelector(".reasons")?.replaceChildren(h("li", {}, this.stage.text("gone")));
      return;
    }
    this.facts = facts;
    this.words();
  }

  words() {
    const { stage, facts } = this;
    if (!facts) return;
    const lane = stage.chosen?.lane ?? 0;
    const { title, lines, reasons } = new CardTeller(stage, stage.land[lane]).card(facts);
    const label = stage.text("over_time");
    const student = facts.kind === "student" && facts.over_time.length > 1 ? facts : null;
    const curve = student && h("canvas", { class: "curve", role: "img", "aria-label": label });
    const close = button("close", stage.text("close"), () => this.hide(), { bare: true, class: "quiet" });
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, title), close),
      h("dl", {}, lines.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      h("ul", { class: "reasons" }, reasons.map((reason) => h("li", {}, reason))),
      ...(curve ? [h("p", { class: "small" }, label), curve] : []),
      h("p", { class: "made-up" }, stage.madeUp(lane)));
    this.element.hidden = false;
    if (curve) this.drawCurve(curve, student);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {StudentFacts} student
   */
  drawCurve(canvas, { over_time: weeks, floor }) {
    const { theme, numbers } = this.stage;
    const [width, height] = [canvas.clientWidth || 260, 70];
    const c = sharp(canvas, width, height);
    const [first, last] = [weeks[0][0], weeks[weeks.length - 1][0]];
    const y = (/** @type {number} */ value) => height - 6 - (height - 12) * value;
    /** @type {(place: Point) => Point} */
    const at = ([week, value]) => [28 + ((width - 34) * (week - first)) / Math.max(1, last - first), y(value)];
    c.font = `${10.5 * theme.scale}px ${theme.font}`;
    c.fillStyle = theme.muted;
    c.textBaseline = "middle";
    c.fillText(numbers.plain(1, 1), 2, y(1) + 3);
    c.fillText(numbers.plain(0, 1), 2, y(0) - 3);
    c.strokeStyle = theme.muted;
    c.setLineDash([2, 3]);
    c.beginPath();
    along(c, [[28, y(floor)], [width - 6, y(floor)]]);
    c.stroke();
    c.setLineDash([]);
    c.strokeStyle = theme.accent;
    c.lineWidth = 2;
    c.beginPath();
    along(c, weeks.map(at));
    c.stroke();
  }
}
