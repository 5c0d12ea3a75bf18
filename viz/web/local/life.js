// A life in the browser: a partnership on its land, its start, weeks on end, and changes on the way.
import { Bundle } from "./rules.js";

/** @import { Rules } from "./rules.js" */
/** @import { Coded, Column, Copy, Land, Layout, Sizes } from "./types.js" */

const STUDENTS = ["key", "site", "quality", "flags", "contact", "barrier"];

const MOST_BEGUN = 60; // what two lanes ask for, and a few more

/** How the last lives began: where only later values are other ones, nobody need begin again. */
export class Begun {
  constructor() {
    /** @type {Map<string, Uint8Array>} */
    this.known = new Map();
  }

  /** @param {string} key */
  of(key) {
    return this.known.get(key);
  }

  /**
   * @param {string} key
   * @param {Uint8Array} bytes
   */
  keep(key, bytes) {
    const [oldest] = this.known.keys();
    if (this.known.size >= MOST_BEGUN) this.known.delete(oldest);
    this.known.set(key, bytes);
  }
}

let lands = 0;

/** The same land for one life after the other; what was measured stands in the rows of `record`. */
export class Life {
  /**
   * @param {Rules} rules
   * @param {Layout} layout
   * @param {Land} land of the scenario that holds from the first week on
   * @param {number} weeks how many can be lived
   * @param {Land} past the land of the scenario that was lived by until then
   * @param {Begun | null} begun how lives began, of this land and of others, where some will begin alike
   */
  constructor(rules, layout, land, weeks, past = land, begun = null) {
    this.name = lands++;
    this.begun = begun;
    this.rules = rules;
    this.layout = layout;
    this.land = land;
    this.past = land.lived ? past : land;
    this.lived = 0;
    this.first = new Bundle(rules, layout, sizesAtFirst(land, this.past, weeks));
    this.first.fill("here", this.past.bytes);
    this.first.fill("land", land.bytes);
    this.first.blank("record");
    this.saved = this.first.save();
    /** What rules change: the first bundle, or one with more room. */
    this.page = this.first;
  }

  /**
   * Begin a life with this luck. Values are those of the land, but for those of a world, and these; until now the
   * partnership lived by the values of the past in that world, but for its size (RULES 8.1).
   *
   * @param {bigint} seed
   * @param {Coded} values
   * @param {Coded} world
   */
  begin(seed, values = {}, world = {}) {
    this.comeBack(); // before values of the land are read: the last life may have had others
    const present = { ...world, ...values };
    const other = this.past !== this.land || Object.keys(present).length > 0;
    this.beginByThePast(seed, other ? { ...world, ...this.livedBy(present) } : null);
    this.set("land", present);
    this.rules.call("set_land", this.page);
    if (other && !this.same()) this.leavePast();
  }

  /**
   * The values that have always been those of the land and not of the past: its size; where no past is known, all.
   *
   * @param {Coded} values of the land where it has other ones
   * @returns {Coded}
   */
  livedBy(values) {
    const { first, land } = this;
    const names = land.lived ? land.size : fieldsOf(first);
    return Object.fromEntries(names.map((name) => [name, values[name] ?? first.field("land.settings", 0, name)]));
  }

  /**
   * Begin, or come back to how it began once.
   *
   * @param {bigint} seed
   * @param {Coded | null} values that differ from the past's
   */
  beginByThePast(seed, values) {
    const key = [this.name, seed, ...Object.entries(values ?? {})].join(" ");
    const begun = this.begun?.of(key);
    const { page } = this;
    if (begun) return page.restore(begun);
    page.field("here.now", 0, "seed", seed);
    if (values) this.setPast(values);
    this.makeRoom();
    this.rules.call("begin", this.page);
    if (this.page === this.first) this.begun?.keep(key, this.page.save("record"));
  }

  /** Everything as it was before any life began. */
  comeBack() {
    this.exchange(this.first);
    this.page.restore(this.saved);
    this.lived = 0;
    return this;
  }

  /** What was lived by. @param {Coded} values */
  setPast(values) {
    const { page, past } = this;
    this.set("here", values);
    this.rules.call("set_past", page);
    const places = page.column("here.c.places");
    const each = Number(page.field("here.settings", 0, "students_per_cluster"));
    past.places.forEach((given, k) => { if (!given) places[k] = each; });
  }

  /** Whether what was lived by is what holds. */
  same() {
    const { page } = this;
    if (this.past !== this.land) return false;
    const [here, land] = [page.bytesOf("here.settings"), page.bytesOf("land.settings")];
    return here.every((byte, at) => byte === land[at]);
  }

  /** From the first week on what the land is set to holds. */
  leavePast() {
    const { page } = this;
    page.bytesOf("before").set(page.bytesOf("here.settings"));
    page.bytesOf("here.settings").set(page.bytesOf("land.settings"));
    this.rules.call("leave_past", page);
    this.makeRoom();
    this.rules.call("live_from_now", this.page);
  }

  /** @param {number} weeks */
  live(weeks) {
    for (let left = weeks; left > 0;) {
      const lived = Number(this.rules.call("live", this.page, BigInt(left), BigInt(this.lived)));
      left -= lived;
      this.lived += lived;
      if (left > 0) this.makeRoom();
    }
  }

  /**
   * Other values hold from the next week on.
   *
   * @param {Coded} values
   */
  change(values) {
    this.page.bytesOf("before").set(this.page.bytesOf("here.settings"));
    this.set("here", values);
    this.makeRoom();
    this.rules.call("change", this.page);
  }

  /**
   * @param {"here" | "land"} where
   * @param {Coded} values
   */
  set(where, values) {
    for (const [name, value] of Object.entries(values)) this.page.field(`${where}.settings`, 0, name, value);
  }

  /** What is seen of this week, by its name in a frame; good until rules are called again. */
  look() {
    this.rules.call("look", this.page);
    const { page } = this;
    const students = STUDENTS.map((name) => [name, page.column(`seen.students.${name}`)]);
    return /** @type {Record<string, Column>} */ ({
      ...Object.fromEntries(students), load: page.column("seen.sites.load"),
      trainers: page.column("seen.clusters.trainers"),
    });
  }

  // --- other lives ---

  /** All that it is now, to come back to here or in another life of the same scenario. @returns {Copy} */
  copy() {
    const { page, lived } = this;
    const columns = page.columns().map(([name]) => ({ name, count: page.countOf(page.found(name)) }));
    return { lived, rooms: [...page.column("here.room")].map(Number), columns, bytes: page.bytes("") };
  }

  /** @param {Copy} copy */
  restore({ lived, rooms, columns, bytes }) {
    const sizes = this.sizesWith(rooms);
    for (const { name, count } of columns) sizes[name] = { count, room: Math.max(count, sizes[name].room) };
    const page = new Bundle(this.rules, this.layout, sizes);
    page.fill("", bytes);
    this.exchange(page);
    this.lived = lived;
  }

  // --- memory ---

  /** Another bundle with room for all who may come, if there is too little. */
  makeRoom() {
    if (this.rules.call("has_room", this.page)) return;
    const before = this.page;
    const rooms = [...before.column("here.room")];
    before.column("here.needed").forEach((count, kind) => { if (count > rooms[kind]) rooms[kind] = count; });
    const larger = new Bundle(this.rules, this.layout, this.sizesWith(rooms.map(Number)));
    for (const [name] of before.columns()) larger.bytesOf(name).set(before.bytesOf(name));
    rooms.forEach((room, kind) => { larger.column("here.room")[kind] = room; });
    this.exchange(larger);
  }

  /**
   * How large everything is when there is so much room.
   *
   * @param {number[]} rooms by kind
   * @returns {Sizes}
   */
  sizesWith(rooms) {
    return Object.fromEntries(this.page.columns().map(([name, place, count]) => {
      const kind = this.land.grows[name] ?? this.land.grows[name.slice(0, name.lastIndexOf("."))];
      const room = kind === undefined ? place.room : Math.max(place.room, rooms[kind]);
      return [name, { count: this.land.full.includes(name) ? room : count, room }];
    }));
  }

  /**
   * From now on this is the bundle that rules change; the memory of the other is free again, but for the first.
   *
   * @param {Bundle} page
   */
  exchange(page) {
    if (this.page !== this.first && this.page !== page) this.page.release();
    this.page = page;
  }
}

/**
 * @param {Land} land
 * @param {Land} past
 * @param {number} weeks
 * @returns {Sizes}
 */
function sizesAtFirst(land, past, weeks) {
  const onLand = Object.entries(land.sizes).map(([name, { count }]) =>
    [name.replace("here.", "land."), { count, room: count }]);
  const here = Object.entries(past.sizes).map(([name, size]) =>
    [name, { ...size, room: Math.max(size.room, land.sizes[name].room) }]);
  const [students, clusters] = ["here.s.key", "here.c.key"].map((name) => past.sizes[name].room);
  const sites = past.sizes["here.o.key"].count;
  return {
    ...Object.fromEntries(here), ...Object.fromEntries(onLand), before: { count: 1, room: 1 },
    "seen.students": { count: 0, room: students }, "seen.sites": { count: sites, room: sites },
    "seen.clusters": { count: 0, room: clusters }, record: { count: weeks, room: weeks },
  };
}

/**
 * The names of all parameters.
 *
 * @param {Bundle} page
 */
function fieldsOf(page) {
  const { layout } = page.found("here.settings");
  return "fields" in layout ? layout.fields.map(({ name }) => name) : [];
}
