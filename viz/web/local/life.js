// A life in the browser: a partnership on its land, its start, and weeks on end.
import { Bundle } from "./rules.js";

/** @import { Rules } from "./rules.js" */
/** @import { Land, Layout, Sizes } from "./types.js" */

/** The same land for one life after the other; what was measured stands in the rows of `record`. */
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
    const sizes = { ...land.sizes, record: { count: weeks, room: weeks } };
    this.first = new Bundle(rules, layout, sizes);
    this.first.fill("here", land.bytes);
    this.first.blank("record");
    this.saved = this.first.save();
    /** What rules change: the first bundle, or one with more room. */
    this.page = this.first;
  }

  /**
   * Begin a life with this luck.
   *
   * @param {bigint} seed
   */
  begin(seed) {
    this.exchange(this.first);
    this.page.restore(this.saved);
    this.lived = 0;
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
