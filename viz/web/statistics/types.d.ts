// The shapes of what is reckoned from curves. For the type check only; browsers never see this file.

/** By what a curve is judged, and the rows of its replications that each resample has: viz/page/asks.py. */
export interface Judging {
  level: number;
  strict: number;
  clear: number;
  negligible: number;
  fewest_sizes: number;
  fewest_curves: number;
  places: number;
  resamples: number[][];
}

export type Shape = "break" | "smooth" | "straight" | "flat" | "undecided";

export type Break =
  | { shape: "break"; point: number; low: number; high: number; worsens: boolean }
  | { shape: Exclude<Shape, "break"> };

export interface Band {
  mean: number[];
  low: number[];
  high: number[];
}

/** A size with its interval; −∞ is below the smallest, ∞ above the largest. */
export interface Scale {
  value: number;
  low: number;
  high: number;
}
