// The shapes that the scripts share: what the Python side sends, and what parts of the page ask of each other.
// For the type check only; browsers never see this file.

import type { Layout } from "./layout.js";

export type Lang = "nl" | "en";
export type Both = Record<Lang, string>;
export type Value = string | number | boolean;
export type Point = [x: number, y: number];
/** Indicators of one week, in the order of `Setup.series`. */
export type Row = Float32Array;
export type Bytes = ArrayBuffer | DataView;

// --- what a page is told once: `setup` of viz/stage.py ---

export interface Setup {
  texts: Record<Lang, Record<string, string>>;
  lang: Lang;
  levers: Lever[];
  /** Every parameter, levers among them. */
  parameters: Parameter[];
  /** When influence was measured. */
  measured: { date: string; version: string; years: number };
  presets: Preset[];
  scenes: Scene[];
  series: string[];
  rates: number[];
  growth_runs: number;
  /** What bands may be over. */
  over: Over[];
  /** What is said of plausible worlds. */
  worlds: { count: number; from: Both; near: Both };
  kind: "live" | "notebook" | "inspect" | "replay" | "page";
  host: boolean;
  /** Empty for guests; absent where nobody can be invited. */
  invite?: Partial<Invite>;
  session?: string;
  /** What was wrong with the scene that the address tells. */
  wrong?: string;
  /** There is no session of this name. */
  missing?: boolean;
  /** Another page of the host leads. */
  led?: boolean;
}

export interface Invite {
  url: string;
  qr: string;
  /** Whether others in the room can reach it. */
  room: boolean;
}

export interface Preset {
  name: string;
  title: Both;
  line: Both;
  built_in: boolean;
  /** Those that are not the default of their parameter. */
  values: Record<string, Value>;
  /** Its school years by the calendar. */
  years: string[];
  /** Whether plausible worlds are those of another partnership. */
  near: boolean;
}

/** What a band is over: luck alone, or plausible worlds too. */
export type Over = "luck" | "worlds";

/** A parameter: viz/room/levers.py and viz/room/assumptions.py. */
export interface Parameter {
  name: string;
  kind: "real" | "whole" | "switch" | "choice";
  /** Of a lever; others are called by their line. */
  label?: Both;
  acts?: Acts;
  line: Both;
  group: Both;
  unit: Both;
  low: number;
  high: number;
  step: number;
  /** Decimals that it is told with. */
  digits: number;
  percent: boolean;
  default: Value;
  choices: (Both & { value: string })[];
  assumed: boolean;
  source: Both;
  /** Whether it shapes the start, so that it cannot change here. */
  at_start: boolean;
  /** Nothing where it was not measured. */
  influence?: Influence | null;
}

export type Lever = Parameter & { label: Both; acts: Acts };

/** The outcome that moves most when a number goes to an end of its range. */
export interface Influence {
  amount: number;
  error: number;
  unit: "points" | "percent";
  /** By how much it surely moves, to sort by. */
  sure: number;
  indicator: Both;
  scenario: string;
  at: number;
}

/** From when a lever acts: words, and the year in which it does for every week of the first year. */
export interface Acts {
  words: Both;
  without_mbo: Both | null;
  without_leaders: Both | null;
  /** Before the start of a partnership that has lived already. */
  lived: Both | null;
  /** Whether it acts no earlier than wages are unknown. */
  priced: boolean;
  years: number[];
}

/** A scene of the story: viz/story.py. */
export interface Scene {
  title: Both;
  text: Both;
  question: Both;
  options: Both[];
  indicator: string;
  guess: Both;
  courses: string[];
}

// --- what changes: the traits of viz/stage.py ---

export interface Traits {
  setup: Setup;
  state: Partial<State> | null;
  land: Land[] | null;
  frame: Bytes | null;
  history: Bytes | null;
  bands: Bytes | null;
}

/** `Session.state` of viz/session.py; the inspector sends a part of it, and before the first news there is nothing. */
export interface State {
  playing: boolean;
  rate: number;
  week: number;
  horizon: number;
  last: number;
  seed: number;
  /** Not in films that were kept before there was a choice. */
  band?: Over;
  lanes: Lane[];
  story: Story;
  address: Record<string, string>;
  error: Failure | null;
  watchers: number;
}

export interface Lane {
  course: string;
  scenario: string;
  title: Both;
  /** Those that are not the scenario's. */
  values: Record<string, Value>;
  floor: number;
  safe: number;
  /** Whether it had lived before the start. */
  lived: boolean;
  /** Whether persons lead sessions. */
  led: boolean;
  /** The number of the first school year in which wages are not known. */
  wages_grow_from: number;
  /** From when the growth of prices is not known, if that is within what is shown. */
  known: Both | null;
  changes: Change[];
}

export interface Change {
  week: number;
  name: string;
  value: Value;
}

/** How the story stands; scene -1 is none. */
export interface Story {
  scene: number;
  phase: "question" | "vote" | "run" | "outcome";
  weeks: number;
  voters: number;
  counts: number[];
  guesses: number[];
}

export interface Failure {
  cause: string;
  scenario: string;
  seed: string;
  week: string;
  version: string;
}

/** `Lane.land` of viz/lane.py; places in km. */
export interface Land {
  structure: number;
  towns: Town[];
  sites: Site[];
  clusters: [name: string, board: number, opened: number][];
  boards: string[];
}

export type Town = [name: string, x: number, y: number, inhabitants: number];
/** A site without a cluster has cluster -1. */
export type Site = [
  name: string, x: number, y: number, ikc: number, cluster: number, board: number, isPublic: number,
];

/** A week of a lane, in columns: viz/frames.py. */
export interface Frame {
  week: number;
  structure: number;
  series: Row;
  student: Uint32Array;
  site: Uint16Array;
  quality: Uint8Array;
  flags: Uint8Array;
  contact: Uint8Array;
  barrier: Uint8Array;
  load: Uint8Array;
  trainers: Uint8Array;
}

export interface Bands {
  replications: number;
  weeks: number;
  lanes: number;
  gap: boolean;
  at(lane: number | "gap", which: number, week: number, series: number): number;
}

// --- what is asked and answered: viz/steering.py and viz/questions.py ---

export interface Ask {
  ask: string;
  lang?: Lang;
  lane?: number;
  kind?: Found["kind"];
  which?: number;
  course?: string;
  name?: string;
  value?: Value;
  rate?: number;
  seed?: number;
  life?: number;
  band?: Over;
  scene?: number;
  phase?: Story["phase"];
  choice?: number;
  guess?: number | null;
}

export type Answer =
  | { say: "card"; card: CardNews | null }
  | { say: "voted"; counted: boolean }
  | { say: "file"; name: string; kind: string; text: string }
  | { say: "fault"; text: string }
  | PinchNews
  | GrowthNews
  | { say: "led" }
  | { say: "guest" };

/** What is known of a student, site or cluster: viz/room/cards.py. */
export type CardNews = StudentFacts | SiteFacts | ClusterFacts;

interface Facts {
  week: number;
  /** Whether adequate supervision is three floors. */
  with_floors: boolean;
}

export interface StudentFacts extends Facts {
  kind: "student";
  programme: number;
  year: number;
  site: number;
  placed: boolean;
  supervision: number | null;
  hours_asked: number | null;
  support: number | null;
  peer_support: number | null;
  engagement: number | null;
  trainer_guidance: number | null;
  /** Floors that are not reached: 1 mentor time, 2 contact with trainers, 4 quality. */
  shortfalls: number;
  floor: number;
  mentor: MentorFacts | null;
  community: { complete: boolean; trainer_time: number | null; students: number } | null;
  /** Week and supervision quality. */
  over_time: Point[];
}

export interface MentorFacts {
  kind: number;
  withdrawn: boolean;
  students: number;
  hours_asked: number | null;
  hours_available: number | null;
  skill: number | null;
  trained: boolean;
}

export interface SiteFacts extends Facts {
  kind: "site";
  row: number;
  ikc: boolean;
  board: number;
  cluster: number;
  pupils: number;
  /** Of a site with a place in a cluster. */
  taking_part: {
    mentors: number;
    hosting: number;
    over: number;
    withdrawn: number;
    hours_asked: number;
    hours_available: number;
    students: GroupFacts;
  } | null;
}

export interface ClusterFacts extends Facts {
  kind: "cluster";
  row: number;
  board: number;
  places: number;
  mbo: number;
  /** Kinds of trainers. */
  at_work: number[];
  vacant: number[];
  trainer_time: number | null;
  strength: number | null;
  came: number;
  members: number;
  students: GroupFacts;
}

/** Students, and by floor who of the placed falls short of it, or of nothing else. */
export interface GroupFacts {
  all: number;
  placed: number;
  adequate: number;
  short: number[];
  restored: number[];
}

/** What pinches in each lane; without lanes as long as it is being reckoned. */
export interface PinchNews {
  say: "pinch";
  week: number;
  lanes: Pinch[] | null;
}

/** The share adequately supervised, as it is and without constraints, and which constraints cost most. */
export type Pinch = { now: null } | { now: number; best: number; first: { name: Both; share: number }[] };

/** How far each lane can grow; without lanes as long as it is being reckoned. */
export interface GrowthNews {
  say: "growth";
  done: number;
  asked: number;
  lanes: (Growth | Nobody)[] | null;
}

/** A curve over sizes of clusters: experiments/degradation/growth.py. What lies beyond the sizes is null. */
export interface Growth {
  sizes: number[];
  mean: number[];
  low: number[];
  high: number[];
  own: number;
  floor: number;
  shape: "break" | "smooth" | "straight" | "flat" | "undecided";
  turn: { point: number; low: number; high: number; worsens: boolean } | null;
  stays: "everywhere" | "nowhere" | "partly";
  safe: Record<"value" | "low" | "high", number | null>;
}

/** Instead of a curve, where nobody is to be supervised, always or at times. */
export interface Nobody {
  sizes: [];
  always: boolean;
}

// --- parts of the page ---

/** The widget's side in the browser, or a film that stands in for it. */
export interface Model {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on<Event extends keyof Hearing>(event: Event, hear: Hearing[Event]): void;
  off?<Event extends keyof Hearing>(event: Event, hear: Hearing[Event]): void;
  send(message: Ask): void;
  /** Of a film: where it is. */
  slider?: HTMLInputElement;
}

export type Hearing = Record<`change:${keyof Traits}`, () => void> & Record<"msg:custom", (message: Answer) => void>;

/** A film as it is packed in its file: viz/replay.py. */
export interface PackedFilm {
  setup: Setup;
  state: State;
  land: Land[];
  bands: string;
  frames: string[];
}

export interface Film extends Omit<PackedFilm, "bands" | "frames"> {
  bands: ArrayBuffer;
  frames: ArrayBuffer[][];
}

export type ThemeColour =
  | "paper" | "card" | "ink" | "muted" | "line" | "accent" | "a" | "b" | "land" | "land2" | "water" | "spoke"
  | "over" | "dot-edge";
export type Theme = Record<ThemeColour, string> & { font: string; scale: number };

/** All that a map draws: a week of a lane, its land, and where everything stands. */
export interface View {
  frame: Frame;
  land: Land;
  layout: Layout;
  theme: Theme;
}

/** What is under a point of the map. */
export interface Found {
  kind: "student" | "site" | "cluster";
  which: number;
}
export type Chosen = Found & { lane: number };

/** Where a student goes this week, and from where. */
export interface Move {
  id: number;
  /** Its place in the columns of the frame. */
  i: number;
  x: number;
  y: number;
  fx: number;
  fy: number;
  meets: boolean;
  cluster: number;
}

/** What a chart shows. */
export interface ChartAbout {
  id: string;
  unit: "share" | "quality" | "euro";
  series: string[];
  floor?: "safe" | "floor";
  yearly?: boolean;
}

/** Where a chart draws, and how weeks and values become pixels. */
export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(week: number): number;
  y(value: number): number;
}

export type Child = Node | string | number | null | undefined | false | Child[];
type Attribute = string | number | boolean | null | undefined;
type Listeners<Tag extends keyof HTMLElementTagNameMap> = {
  [Event in keyof HTMLElementEventMap as `on${Event}`]?: (
    event: HTMLElementEventMap[Event] & { currentTarget: HTMLElementTagNameMap[Tag] },
  ) => unknown;
};
type Attributes = {
  [Name in
    | "alt" | "checked" | "class" | "disabled" | "download" | "for" | "height" | "hidden" | "href" | "id" | "inputmode"
    | "max" | "min" | "name" | "role" | "src" | "step" | "style" | "tabindex" | "title" | "type" | "value" | "width"
    | `aria-${string}`]?: Attribute;
};
/** Attributes, listeners and data of an element that `h` makes. */
export type Properties<Tag extends keyof HTMLElementTagNameMap> = Attributes &
  Listeners<Tag> & { dataset?: Record<string, string> };
