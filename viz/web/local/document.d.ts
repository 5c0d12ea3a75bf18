// What is in the file of a page: viz/page/document.py, and for this engine viz/page/engine.py.
// For the type check only; browsers never see this file.

import type { Both, Change, Setup, Town, Value } from "../types.js";
import type { Judging } from "../statistics/types.js";
import type { Land, Layout } from "./types.js";

/** A parameter of the model. */
export interface Parameter {
  name: string;
  kind: "real" | "whole" | "switch" | "choice";
  /** The words of a choice, in the order of their codes. */
  options: string[];
}

/** From where to where a value may lie: what is plausible, and what rules can digest. */
export interface Limits {
  low: number | null;
  high: number | null;
  least: number | null;
  most: number | null;
  allowed: Both;
  allowed_beyond: Both;
}

export interface ScenarioFacts {
  land: Land;
  values: Record<string, Value>;
  lived: boolean;
  map: MapFacts;
  /** From when the growth of prices is not known, for every number of years that may be shown. */
  known: (Both | null)[];
  wages_grow_from: number;
  /** The scenario by which it has lived until now, when that is another one. */
  of: string | null;
  /** What differs between worlds elsewhere, and this scenario knows. */
  knows: string[];
}

/** Plausible worlds: viz/page/worlds.py. */
export interface WorldFacts {
  names: string[];
  /** One world after another, by name, as rules hold values. */
  values: Float64Array;
  /** What stays as it was set where one of it was set. */
  together: string[][];
}

/** Names and places of what is there from the start; boards may get other names in a later school year. */
export interface MapFacts {
  towns: Town[];
  sites: string[];
  clusters: string[];
  boards: [fromYear: number, names: string[]][];
}

/** What luck does, told by figures: viz/room/ensemble.py. */
export interface Spreading {
  replications: number;
  shown_after: number[];
  low: number;
  high: number;
  /** The quantile of Student's t by degrees of freedom, from 1 on. */
  t: number[];
}

/** What is refused besides values out of range: viz/page/engine.py. */
export interface Refusals {
  /** Parameters that lay out the land, which a page has ready-made. */
  fixed: string[];
  /** Shares of one whole. */
  shares: string[][];
  /** Who leads: the choice by which persons do, and whose hours they have. */
  leaders: { form: string; persons: string; count: string; hours: string[] };
  most_students: number;
  longest: number;
  /** What is found where a name was a parameter once: it says what took its place. */
  former: Record<string, Both>;
  words: Record<string, Both>;
}

export interface EngineFacts {
  version: string;
  horizon: number;
  last: number;
  refusals: Refusals;
  /** By parameter. */
  limits: Record<string, Limits>;
  /** The scenarios whose values may lie beyond what is plausible. */
  beyond: string[];
  spreading: Spreading;
}

/** How it is found how far a partnership can grow: viz/page/asks.py. */
export interface GrowthFacts {
  axis: string;
  share: string;
  sizes: number[];
  years: number;
  goes_with: Record<string, Value>;
  replications: number;
  /** Rows of resamples have a digit each. */
  judging: Omit<Judging, "resamples"> & { resamples: string[] };
}

/** What can hold supervision back, and the values that take it away. */
export interface Constraint {
  name: string;
  words: Both;
  lifted: Record<string, Value>;
}

export interface AskFacts {
  growth: GrowthFacts;
  /** From which share on a constraint is said to pinch. */
  pinch: { share: string; pinches: number; constraints: Constraint[] };
}

/** What lives need: the worker gets it too. */
export interface Lands {
  module: WebAssembly.Module;
  layout: Layout;
  scenarios: Record<string, ScenarioFacts>;
  parameters: Parameter[];
  series: string[];
  /** How many weeks can be shown. */
  last: number;
  asks: AskFacts;
  worlds: WorldFacts;
}

export interface PageFacts extends Lands {
  setup: Setup;
  engine: EngineFacts;
}

/** A scenario and the changes made to it on the way. */
export interface Course {
  scenario: string;
  changes: Change[];
}

/** What a page asks of its workers: jobs of a group, of which only the newest version counts. */
export interface Batch {
  group: string;
  version: number;
  jobs: Job[];
}

export interface Job {
  /** Which work it is, by the name that the bench knows. */
  what: string;
  number: number;
  [given: string]: unknown;
}

export interface Done {
  group: string;
  version: number;
  number: number;
  made?: unknown;
  error?: string;
}

/** The document as it stands in the file, with its large parts packed. */
export interface PackedDocument extends Pick<PageFacts, "setup" | "layout" | "parameters" | "engine" | "asks"> {
  wasm: string;
  /** The script of a worker. */
  worker: string;
  worlds: Omit<WorldFacts, "values"> & { values: string };
  scenarios: Record<string, Omit<ScenarioFacts, "land"> & { land: Omit<Land, "bytes"> & { bytes: string } }>;
}
