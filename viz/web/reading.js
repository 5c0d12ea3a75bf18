// Reading what the server writes; the format is that of viz/room/frames.py.

/** @import { Bands, Bytes, Frame, Row } from "./types.js" */

export const MBO = 1, MEETS = 2, UNGUIDED = 4, PARTTIME = 8, AWAY = 64, SHORT = 128;
export const SCHOOL_TRAINER = 1, INSTITUTE_TRAINER = 2, PRACTICE_TRAINER = 4, MBO_TRAINER = 8;
export const VACANT = 16, MEETING = 32;
const HEADER = 24;

/**
 * The bytes of a trait as an ArrayBuffer of their own, so that columns start where typed arrays want them.
 *
 * @param {Bytes | null} view
 */
export function bytesOf(view) {
  if (!view) return new ArrayBuffer(0);
  if (view instanceof ArrayBuffer) return view;
  const own = new Uint8Array(view.byteLength);
  own.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return own.buffer;
}

/**
 * Bytes from their packed text (base64 of deflate).
 *
 * @param {string} text
 */
export async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Frame}
 */
export function readFrame(buffer) {
  const [week, n, m, k, s, structure] = new Uint32Array(buffer, 0, 6);
  let at = HEADER;
  /**
   * @template {{ byteLength: number }} Column
   * @param {new (buffer: ArrayBuffer, at: number, count: number) => Column} Kind
   * @param {number} count
   */
  const take = (Kind, count) => {
    const column = new Kind(buffer, at, count);
    at += column.byteLength;
    return column;
  };
  return {
    week, structure,
    series: take(Float32Array, s), student: take(Uint32Array, n), site: take(Uint16Array, n),
    quality: take(Uint8Array, n), flags: take(Uint8Array, n),
    contact: take(Uint8Array, n), barrier: take(Uint8Array, n),
    load: take(Uint8Array, m), trainers: take(Uint8Array, k),
  };
}

/**
 * Frames one after another, each with its length before it and filled up to four bytes.
 *
 * @param {ArrayBuffer} buffer
 */
export function splitFrames(buffer) {
  const found = [];
  const view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength; ) {
    const length = view.getUint32(at, true);
    found.push(buffer.slice(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return found;
}

/**
 * Rows of indicators of every lane; all lanes have lived equally long.
 *
 * @param {ArrayBuffer} buffer
 * @param {number} lanes
 * @param {number} width
 * @returns {Row[][]}
 */
export function readHistory(buffer, lanes, width) {
  const all = new Float32Array(buffer);
  const weeks = all.length / lanes / width;
  const row = (/** @type {number} */ at) => all.subarray(at * width, (at + 1) * width);
  return Array.from({ length: lanes }, (_, lane) =>
    Array.from({ length: weeks }, (__, week) => row(lane * weeks + week)));
}

/**
 * Bands of replications: `at(lane, which, week, series)`, which being 0 mean, 1 low, 2 high; lane "gap" is B - A.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Bands | null}
 */
export function readBands(buffer) {
  if (buffer.byteLength < 16) return null;
  const [replications, lanes, weeks, width] = new Uint32Array(buffer, 0, 4);
  const values = new Float32Array(buffer, 16);
  const block = 3 * weeks * width;
  return {
    replications, weeks, lanes,
    gap: values.length > lanes * block,
    at: (lane, which, week, series) =>
      values[(lane === "gap" ? lanes : lane) * block + (which * weeks + week) * width + series],
  };
}
