// What is known of one student, site or cluster of a life in the page: the same facts as viz/room/cards.py finds.
import { AWAY } from "../reading.js";

/**
 * @import { CardNews, ClusterFacts, Found, Frame, GroupFacts, Point, SiteFacts, StudentFacts } from "../types.js"
 * @import { Life } from "./life.js"
 */

// The codes of columns: agents/students.py, agents/mentors.py, agents/trainers.py, model/declared/choices.py.
const INSIDE = 1, FIRST_MBO = 4, FLOORS = [1, 2, 4];
const ACTIVE = 1, WITHDRAWN = 2;
const ADEQUATE_BY_FLOORS = 0n;

/**
 * The facts of what was clicked; nothing when it is not there any more.
 *
 * A student is found by the small number that frames give, a site or cluster by its row.
 *
 * @param {Life} life
 * @param {Found} asked
 * @param {{ keys: bigint[], frames: Iterable<Frame> }} shown the key of every student by its small number, and the
 *   frames of all weeks of this life so far
 * @returns {CardNews | null}
 */
export function factsOf(life, { kind, which }, { keys, frames }) {
  const page = new PageFacts(life);
  const about = { week: page.week, with_floors: page.withFloors };
  if (kind === "student") {
    const found = page.student(keys[which]);
    return found && { kind, ...about, ...found, over_time: overTime(frames, which) };
  }
  if (kind === "site") {
    const found = page.site(which);
    return found && { kind, ...about, ...found };
  }
  const found = page.cluster(which);
  return found && { kind, ...about, ...found };
}

/**
 * Week and supervision quality of a student, for every week of placement inside.
 *
 * @param {Iterable<Frame>} frames
 * @param {number} which
 */
function overTime(frames, which) {
  /** @type {Point[]} */
  const found = [];
  for (const frame of frames) {
    const at = frame.week ? frame.student.indexOf(which) : -1;
    if (at >= 0 && !(frame.flags[at] & AWAY)) found.push([frame.week, frame.quality[at] / 255]);
  }
  return found;
}

/** The columns of a life, read. */
class PageFacts {
  /** @param {Life} life */
  constructor(life) {
    this.page = life.page;
  }

  get week() {
    return Number(this.page.field("here.now", 0, "week"));
  }

  get withFloors() {
    return this.page.field("here.settings", 0, "adequate_by") === ADEQUATE_BY_FLOORS;
  }

  /** @param {string} name such as "s.supervision" */
  column(name) {
    return this.page.column(`here.${name}`);
  }

  /**
   * A number of a row, as JSON can hold it.
   *
   * @param {string} name
   * @param {number} row
   */
  real(name, row) {
    const value = Number(this.column(name)[row]);
    return Number.isFinite(value) ? value : null;
  }

  /**
   * @param {string} name
   * @param {number} row
   */
  whole(name, row) {
    return Number(this.column(name)[row]);
  }

  /**
   * @param {string} bundle
   * @param {(row: number) => boolean} wanted
   */
  rows(bundle, wanted) {
    return [...this.column(`${bundle}.key`).keys()].filter(wanted);
  }

  /**
   * @param {bigint | undefined} key
   * @returns {Omit<StudentFacts, "kind" | "week" | "with_floors" | "over_time"> | null}
   */
  student(key) {
    const sites = this.column("s.site");
    const row = this.column("s.key").findIndex((one, at) => one === key && sites[at] >= 0);
    if (row < 0) return null;
    return {
      programme: this.whole("s.programme", row),
      year: this.whole("s.year", row),
      site: this.whole("s.site", row),
      placed: Boolean(this.whole("s.placed", row)),
      supervision: this.real("s.supervision", row),
      hours_asked: this.real("s.hours_asked", row),
      support: this.real("s.support", row),
      peer_support: this.real("s.peer_support", row),
      engagement: this.real("s.engagement", row),
      trainer_guidance: this.real("s.trainer_guidance", row),
      shortfalls: this.whole("s.shortfalls", row),
      floor: Number(this.page.field("here.settings", 0, "adequate_threshold")),
      mentor: this.mentor(this.whole("s.mentor", row)),
      community: this.community(this.whole("s.cluster", row)),
    };
  }

  /**
   * Who supervises a student, if there is somebody.
   *
   * @param {number} row
   */
  mentor(row) {
    if (row < 0) return null;
    return {
      kind: this.whole("m.kind", row),
      withdrawn: this.whole("m.role", row) === WITHDRAWN,
      students: this.whole("m.students", row),
      hours_asked: this.real("m.hours_asked", row),
      hours_available: this.real("m.hours_available", row),
      skill: this.real("m.skill", row),
      trained: Boolean(this.whole("m.trained", row)),
    };
  }

  /**
   * The learning community that a student belongs to, if there is one.
   *
   * @param {number} row
   */
  community(row) {
    if (row < 0) return null;
    return {
      complete: this.whole("c.seats", row) >= 1,
      trainer_time: this.real("c.trainer_time", row),
      students: this.whole("c.students", row),
    };
  }

  /**
   * @param {number} row
   * @returns {Omit<SiteFacts, "kind" | "week" | "with_floors"> | null}
   */
  site(row) {
    if (!(row in this.column("o.key"))) return null;
    const cluster = this.whole("o.cluster", row);
    return {
      row,
      ikc: Boolean(this.whole("o.ikc", row)),
      board: this.whole("o.board", row),
      cluster,
      pupils: this.whole("o.pupils", row),
      taking_part: cluster >= 0 ? this.takingPart(row) : null,
    };
  }

  /**
   * What is known of a site that has a place in a cluster.
   *
   * @param {number} site
   */
  takingPart(site) {
    const [at, role, students] = ["m.site", "m.role", "m.students"].map((name) => this.column(name));
    const [load, inCluster] = [this.column("m.load"), this.column("s.cluster")];
    const mentors = this.rows("m", (row) => at[row] === site);
    const hosts = mentors.filter((row) => students[row] > 0);
    const sum = (/** @type {string} */ name) => hosts.reduce((all, row) => all + this.whole(name, row), 0);
    return {
      mentors: mentors.filter((row) => role[row] === ACTIVE).length,
      hosting: hosts.length,
      over: hosts.filter((row) => load[row] > 1).length,
      withdrawn: mentors.filter((row) => role[row] === WITHDRAWN).length,
      hours_asked: sum("m.hours_asked"),
      hours_available: sum("m.hours_available"),
      students: this.group(this.inside("s.site", site).filter((row) => inCluster[row] >= 0)),
    };
  }

  /**
   * @param {number} row
   * @returns {Omit<ClusterFacts, "kind" | "week" | "with_floors"> | null}
   */
  cluster(row) {
    const clusters = this.column("c.key").length;
    if (!(row in this.column("c.key"))) return null;
    const students = this.inside("s.cluster", row);
    const [programme, attended] = [this.column("s.programme"), this.column("s.attended")];
    const seats = this.column("t.key").length / clusters;
    const present = [...Array(seats).keys()].filter((kind) => this.whole("t.present", row * seats + kind));
    const vacant = (/** @type {number} */ kind) => this.whole("t.vacant_weeks", row * seats + kind) > 0;
    return {
      row,
      board: this.whole("c.board", row),
      places: this.whole("c.places", row),
      mbo: students.filter((one) => programme[one] >= FIRST_MBO).length,
      at_work: present.filter((kind) => !vacant(kind)),
      vacant: present.filter(vacant),
      trainer_time: this.real("c.trainer_time", row),
      strength: this.real("c.maturity", row),
      came: students.filter((one) => attended[one]).length,
      members: this.whole("c.members", row),
      students: this.group(students),
    };
  }

  /**
   * Students inside who are at a site or in a cluster.
   *
   * @param {string} column
   * @param {number} row
   */
  inside(column, row) {
    const [at, status] = [this.column(column), this.column("s.status")];
    return this.rows("s", (one) => at[one] === row && status[one] === INSIDE);
  }

  /**
   * How many students there are, how many have a placement, and who of those falls short of which floor.
   *
   * @param {number[]} students
   * @returns {GroupFacts}
   */
  group(students) {
    const [placed, column] = [this.column("s.placed"), this.column("s.shortfalls")];
    const shortfalls = students.filter((row) => placed[row]).map((row) => Number(column[row]));
    const count = (/** @type {(sum: number) => boolean} */ wanted) => shortfalls.filter(wanted).length;
    return {
      all: students.length,
      placed: shortfalls.length,
      adequate: count((sum) => sum === 0),
      short: FLOORS.map((floor) => count((sum) => (sum & floor) > 0)),
      restored: FLOORS.map((floor) => count((sum) => sum === floor)),
    };
  }
}
