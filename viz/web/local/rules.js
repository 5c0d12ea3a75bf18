// The compiled rules of the model, and the one bundle that each of them takes, laid out in their memory.

/** @import { Code, Column, Entry, Exports, Layout, Place, Sizes } from "./types.js" */

const ALIGNED = 16;
const WORD = 8;
const PAIR = 2 * WORD;

/** @type {Record<Code, { BYTES_PER_ELEMENT: number, new (buffer: ArrayBuffer, at: number, count: number): Column }>} */
const KINDS = {
  f8: Float64Array, i8: BigInt64Array, u8: BigUint64Array, i4: Int32Array, u4: Uint32Array, i2: Int16Array,
  u2: Uint16Array, i1: Int8Array, u1: Uint8Array, b1: Uint8Array,
};

/** Compiled rules with a memory of their own. */
export class Rules {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    const { exports } = new WebAssembly.Instance(module);
    this.entries = /** @type {Record<string, Entry>} */ (/** @type {unknown} */ (exports));
    this.own = /** @type {Exports} */ (/** @type {unknown} */ (exports));
    this.answer = this.reserve(PAIR);
  }

  /** The memory as it is now; rules that need more make it another one. */
  get buffer() {
    return this.own.memory.buffer;
  }

  /** @param {number} size */
  reserve(size) {
    const at = this.own.reserve(BigInt(size)) >>> 0;
    if (!at) throw new RangeError(`there is no memory for ${size} bytes`);
    return at;
  }

  /**
   * Call a rule; gives the whole number that it answers. A rule that stopped leaves arrays behind: begin with new ones.
   *
   * @param {string} name
   * @param {Bundle} bundle
   * @param {...(number | bigint)} numbers whole ones as bigint
   */
  call(name, bundle, ...numbers) {
    const failed = this.entries[name](this.answer, this.answer + WORD, bundle.at, ...numbers);
    if (failed) throw new Error(`the rule ${name} stopped (${failed})`);
    return new DataView(this.buffer).getBigInt64(this.answer, true);
  }
}

/** A bundle of columns, in one piece of memory. */
export class Bundle {
  /**
   * @param {Rules} rules
   * @param {Layout} layout
   * @param {Sizes} sizes
   */
  constructor(rules, layout, sizes) {
    this.rules = rules;
    this.layout = layout;
    /** Everything by name, such as "here.s.engagement"; the bundle itself is "". @type {Map<string, Place>} */
    this.places = new Map();
    this.size = this.place(layout, "", PAIR, sizes); // its own pair comes first
    this.start = rules.reserve(this.size);
    this.clear(sizes);
  }

  /** Give its memory back. */
  release() {
    this.rules.own.release(this.start);
  }

  /** Where the table of the bundle is. */
  get at() {
    return this.start + this.found("").at;
  }

  /**
   * Find a place for a layout and all that is in it; gives where the next one may begin.
   *
   * @param {Layout} layout
   * @param {string} name
   * @param {number} at from the start
   * @param {Sizes} sizes
   * @param {number} pair where its own pair of words is
   * @returns {number}
   */
  place(layout, name, at, sizes, pair = 0) {
    const columns = "members" in layout ? layout.members : null;
    const room = columns ? 1 : sizeOf(sizes, name).room;
    this.places.set(name, { pair, at, room, layout });
    if (!columns) return aligned(at + room * widthOf(layout));
    let next = at + columns.length * PAIR;
    columns.forEach((member, nth) => {
      next = this.place(member, name ? `${name}.${member.name}` : member.name, next, sizes, at + nth * PAIR);
    });
    return next;
  }

  /**
   * Nought in all columns, of so many elements.
   *
   * @param {Sizes} sizes
   */
  clear(sizes) {
    const all = new Uint8Array(this.rules.buffer, this.start, this.size).fill(0);
    const view = new DataView(all.buffer, this.start);
    for (const [name, { pair, at, layout }] of this.places) {
      view.setBigInt64(pair, BigInt(this.start + at), true);
      view.setBigInt64(pair + WORD, BigInt("members" in layout ? 1 : sizeOf(sizes, name).count), true);
    }
  }

  /** @param {string} name */
  found(name) {
    const found = this.places.get(name);
    if (!found) throw new RangeError(`there is no ${name}`);
    return found;
  }

  /**
   * How many elements a column has now.
   *
   * @param {Place} place
   */
  countOf(place) {
    return Number(new DataView(this.rules.buffer, this.start).getBigInt64(place.pair + WORD, true));
  }

  /**
   * The numbers of a column, as they are until a rule is called.
   *
   * @param {string} name
   */
  column(name) {
    const place = this.found(name);
    if (!("dtype" in place.layout)) throw new RangeError(`${name} is no column of numbers`);
    return new KINDS[place.layout.dtype](this.rules.buffer, this.start + place.at, this.countOf(place));
  }

  /**
   * One number of a record: of `settings` a value, of `record` an indicator.
   *
   * @param {string} name
   * @param {number} row
   * @param {string} field
   * @param {number | bigint} [value] what it is from now on
   */
  field(name, row, field, value) {
    const { at, layout } = this.found(name);
    const found = "fields" in layout ? layout.fields.find((one) => one.name === field) : undefined;
    if (!found || !("size" in layout)) throw new RangeError(`${name} has no ${field}`);
    const cell = new KINDS[found.dtype](this.rules.buffer, this.start + at + row * layout.size + found.at, 1);
    if (value !== undefined) cell[0] = value;
    return cell[0];
  }

  /** Its columns by name with how many elements each has, in order. @returns {[string, Place, number][]} */
  columns() {
    const all = [...this.places].filter(([, { layout }]) => !("members" in layout));
    return all.map(([name, place]) => [name, place, this.countOf(place)]);
  }

  /**
   * The bytes of a column, as they are until a rule is called.
   *
   * @param {string} name
   */
  bytesOf(name) {
    const place = this.found(name);
    return new Uint8Array(this.rules.buffer, this.start + place.at, this.countOf(place) * widthOf(place.layout));
  }

  /**
   * Fill the columns of a bundle from bytes, one column after the other.
   *
   * @param {string} name of the bundle
   * @param {Uint8Array} bytes
   */
  fill(name, bytes) {
    let from = 0;
    for (const column of this.columnsOf(name)) {
      column.set(bytes.subarray(from, from + column.length));
      from += column.length;
    }
    if (from !== bytes.length) throw new RangeError(`${name} holds ${from} bytes, given were ${bytes.length}`);
  }

  /**
   * All columns of a bundle as bytes, one after the other: what `fill` takes.
   *
   * @param {string} name
   */
  bytes(name) {
    const columns = this.columnsOf(name);
    const all = new Uint8Array(columns.reduce((sum, column) => sum + column.length, 0));
    let at = 0;
    for (const column of columns) {
      all.set(column, at);
      at += column.length;
    }
    return all;
  }

  /** @param {string} bundle its name, or none for all */
  columnsOf(bundle) {
    const within = bundle && `${bundle}.`;
    return this.columns().filter(([name]) => name.startsWith(within)).map(([name]) => this.bytesOf(name));
  }

  /**
   * No number in any field of any record; all fields are floats.
   *
   * @param {string} name
   */
  blank(name) {
    const { buffer, byteOffset, byteLength } = this.bytesOf(name);
    new Float64Array(buffer, byteOffset, byteLength / WORD).fill(NaN);
  }

  /**
   * The whole as it is now, to come back to; or what comes before one of its columns.
   *
   * @param {string} [before]
   */
  save(before) {
    const size = before ? this.found(before).at : this.size;
    return new Uint8Array(this.rules.buffer, this.start, size).slice();
  }

  /** @param {Uint8Array} saved what `save` gave */
  restore(saved) {
    new Uint8Array(this.rules.buffer, this.start, this.size).set(saved);
  }
}

/**
 * How large a column is: by its own name, or by that of its bundle.
 *
 * @param {Sizes} sizes
 * @param {string} name
 */
function sizeOf(sizes, name) {
  const found = sizes[name] ?? sizes[name.slice(0, name.lastIndexOf("."))];
  if (!found) throw new RangeError(`how large is ${name}?`);
  return found;
}

/**
 * Bytes of an element.
 *
 * @param {Layout} layout
 */
function widthOf(layout) {
  if ("dtype" in layout) return KINDS[layout.dtype].BYTES_PER_ELEMENT;
  return "size" in layout ? layout.size : 0;
}

/** @param {number} at */
function aligned(at) {
  return Math.ceil(at / ALIGNED) * ALIGNED;
}
