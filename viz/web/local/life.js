// A life in the browser: a partnership on its land, its start, and weeks on end.
import { Bundle } from "./rules.js";

/** @import { Rules } from "./rules.js" */
/** @import { Land, Layout, Sizes } from "./types.js" */

/** The one that rules change; what was measured stands in the rows of `record`. */
export class Life {
  /**
   * @param {Rules} rules
   * @param {Layout} layout
   * @param {Land} land
   * @param {number} weeks how many can be lived
   */
  constructor(rules, layout, land, weeks) {
    this.rules = rules;
    this.layout = layout;
    this.land = land;
    this.lived = 0;
    /** @type {Sizes} */
    this.sizes = { ...land.sizes, record: { count: weeks, room: weeks } };
    this.page = new Bundle(rules, layout, this.sizes);
    this.page.fill("here", land.bytes);
    this.page.blank("record");
  }

  /**
   * Begin with this luck.
   *
   * @param {bigint} seed
   */
  begin(seed) {
    this.page.field("here.now", 0, "seed", seed);
    this.makeRoom();
    this.rules.call("begin", this.page);
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

  /** Another bundle with room for all who may come, if there is too little. */
  makeRoom() {
    if (this.rules.call("has_room", this.page)) return;
    const before = this.page;
    const needed = before.column("here.needed");
    const room = before.column("here.room");
    const rooms = [...needed].map((count, kind) => (count > room[kind] ? count : room[kind]));
    before.columns().forEach(([name, place, count]) => { this.sizes[name] = { count, room: place.room }; });
    for (const [name, kind] of this.growing()) {
      const { count } = this.sizes[name];
      const larger = Math.max(this.sizes[name].room, Number(rooms[kind]));
      this.sizes[name] = { count: this.land.full.includes(name) ? larger : count, room: larger };
    }
    this.page = new Bundle(this.rules, this.layout, this.sizes);
    for (const [name] of before.columns()) this.page.bytesOf(name).set(before.bytesOf(name));
    this.page.column("here.room").set(/** @type {never} */ (rooms));
    before.release();
  }

  /** Columns of which there can come more, with their place in `needed`. @returns {[string, number][]} */
  growing() {
    const kind = (/** @type {string} */ name) =>
      this.land.grows[name] ?? this.land.grows[name.slice(0, name.lastIndexOf("."))];
    return [...this.page.places.keys()].filter((name) => kind(name) !== undefined && this.sizes[name])
      .map((name) => [name, kind(name)]);
  }
}
