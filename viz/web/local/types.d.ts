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

/** How many elements columns have and have room for, by the name of a column or of the bundle it is in. */
export type Sizes = Record<string, { count: number; room: number }>;

/** A partnership before its life begins: viz/page/packed.py. */
export interface Land {
  sizes: Sizes;
  /** Bundles and columns of which there can come more, by their place in `here.room` and `here.needed`. */
  grows: Record<string, number>;
  /** Those that always have as many elements as there is room for. */
  full: string[];
  /** Whether it had lived before the start. */
  lived: boolean;
  /** Parameters that say how large it has always been. */
  size: string[];
  /** Of every cluster, whether its places are given, whatever `students_per_cluster` says. */
  places: boolean[];
  bytes: Uint8Array;
}

/** Values of parameters as rules have them: a choice by its place, a switch as 0 or 1, whole numbers as bigint. */
export type Coded = Record<string, number | bigint>;

/** A life, to come back to: bytes of all columns, and how many elements each has. */
export interface Copy {
  lived: number;
  rooms: number[];
  columns: { name: string; count: number }[];
  bytes: Uint8Array;
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
  reserve(size: bigint): number;
  release(data: number): void;
}

/** A rule: where results and errors go, a bundle, and numbers; 0 when all went well. */
export type Entry = (result: number, error: number, bundle: number, ...numbers: (bigint | number)[]) => number;
