// The shapes of what lies in the memory of compiled rules: viz/page/layout.py and viz/page/packed.py.
// For the type check only; browsers never see this file.

/** A number in a column, as numpy writes its type. */
export type Code = "f8" | "i8" | "u8" | "i4" | "u4" | "i2" | "u2" | "i1" | "u1" | "b1";

export interface BundleLayout {
  members: (Layout & { name: string })[];
}

export interface ColumnLayout {
  dtype: Code;
}

export interface RecordsLayout {
  /** Bytes of one record. */
  size: number;
  fields: { name: string; dtype: Code; at: number }[];
}

export type Layout = BundleLayout | ColumnLayout | RecordsLayout;

/** How many elements every column has, and has room for, in the order of the layout. */
export interface Counts {
  counts: number[];
  rooms: number[];
}

/** A column or bundle in memory: where its pair of words is, and of a column what else is to be known of it. */
export interface Place {
  pair: number;
  at: number;
  room: number;
  layout: Layout;
}

export type Column =
  | Float64Array | BigInt64Array | BigUint64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array
  | Uint8Array;

export interface Exports {
  memory: WebAssembly.Memory;
  reserve(size: number): number;
  release(data: number): void;
}

/** A rule: where results and errors go, a bundle, and numbers; 0 when all went well. */
export type Entry = (result: number, error: number, bundle: number, ...numbers: (bigint | number)[]) => number;
