// The signs of the map, which its legend shows too: dots of students, houses of sites, letters and crosses.
import { BUCKETS, penOf, qualityColour } from "./basics.js";

/** @import { Theme, View } from "./types.js" */

/**
 * @param {CanvasRenderingContext2D} c
 * @param {View} view
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
export function drawLabel(c, { layout, theme }, text, x, y, colour) {
  c.font = `700 ${Math.max(11, 0.85 * layout.unit)}px ${theme.font}`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillStyle = colour;
  c.fillText(text, x, y);
}

/**
 * Over a student whom nobody guides.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {number} x
 * @param {number} y
 * @param {number} s half its size
 * @param {string} colour
 */
export function drawCross(c, x, y, s, colour) {
  c.strokeStyle = colour;
  c.lineWidth = 1.3;
  c.beginPath();
  c.moveTo(x - s, y - s);
  c.lineTo(x + s, y + s);
  c.moveTo(x + s, y - s);
  c.lineTo(x - s, y + s);
  c.stroke();
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {number} x
 * @param {number} y
 * @param {number} s half its size
 * @param {boolean} ikc
 * @param {string} colour
 */
export function drawHouse(c, x, y, s, ikc, colour) {
  c.fillStyle = colour;
  c.beginPath();
  c.moveTo(x - s, y - 0.1 * s);
  c.lineTo(x, y - s);
  c.lineTo(x + s, y - 0.1 * s);
  c.lineTo(x + 0.75 * s, y - 0.1 * s);
  c.lineTo(x + 0.75 * s, y + 0.9 * s);
  c.lineTo(x - 0.75 * s, y + 0.9 * s);
  c.lineTo(x - 0.75 * s, y - 0.1 * s);
  c.closePath();
  if (!ikc) {
    c.fill();
    return;
  }
  c.lineWidth = Math.max(1, 0.28 * s);
  c.strokeStyle = colour;
  c.stroke();
  c.beginPath();
  c.arc(x, y + 0.35 * s, 0.38 * s, 0, 2 * Math.PI);
  c.fill();
}

/**
 * Dots drawn once: circle or square, full or hollow, in every colour, and grey for before the first week.
 *
 * @param {number} dot the radius
 * @param {Theme} theme
 */
export function makeSprites(dot, theme) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const size = 2 * dot + 3;
  /** @type {Map<number, HTMLCanvasElement>} */
  const drawn = new Map();
  const of = (/** @type {number} */ kind, /** @type {number} */ bucket) => {
    const key = kind * (BUCKETS + 1) + bucket;
    const sprite = drawn.get(key) ?? draw(kind, bucket);
    drawn.set(key, sprite);
    return sprite;
  };
  const draw = (/** @type {number} */ kind, /** @type {number} */ bucket) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * ratio);
    const c = penOf(canvas);
    c.scale(ratio, ratio);
    const colour = bucket === BUCKETS ? theme.muted : qualityColour((bucket + 0.5) / BUCKETS);
    const hollow = kind >= 2;
    const r = hollow ? dot - 0.5 : dot;
    c.beginPath();
    if (kind % 2) c.rect(size / 2 - 0.88 * r, size / 2 - 0.88 * r, 1.76 * r, 1.76 * r);
    else c.arc(size / 2, size / 2, r, 0, 2 * Math.PI);
    c.fillStyle = hollow ? theme.card : colour;
    c.fill();
    c.strokeStyle = hollow ? colour : theme["dot-edge"];
    c.lineWidth = hollow ? Math.max(1.5, 0.5 * dot) : 0.8;
    c.stroke();
    return canvas;
  };
  return { of, size };
}
