// The legend: what the signs on the map mean, with drawn samples.
import { BUCKETS, along, h, penOf, qualityColour } from "./basics.js";
import { drawHouse, makeSprites } from "./signs.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Point, Theme } from "./types.js"
 */

/** A list of all signs that can be seen now. */
export function legend(/** @type {StageView} */ stage) {
  const items = [...signs(stage.theme)];
  if (stage.away) items.push([dot(stage.theme, 0, null), "away"]);
  if (stage.mixed) items.push([contacts(stage.theme), "contact"]);
  if (stage.lanes > 1) items.push([null, "higher_here"], [null, "lower_here"]);
  const stops = [0, 0.2, 0.35, 0.5, 0.7, 1].map((quality) => `${qualityColour(quality)} ${100 * quality}%`);
  const ramp = h("li", { class: "ramp" },
    h("span", {}, "0"), h("i", { style: `background:linear-gradient(90deg,${stops.join(",")})` }),
    h("span", {}, `1 ${stage.text("quality").toLowerCase()}`));
  return h("ul", { class: "legend", "aria-label": stage.text("legend") },
    ramp, items.map(([canvas, name]) => h("li", {}, canvas, stage.text(name))));
}

/**
 * Samples and their names.
 *
 * @param {Theme} theme
 * @returns {[sample: HTMLCanvasElement | null, name: string][]}
 */
function signs(theme) {
  return [
    [dot(theme, 0, 0.6), "hbo_student"], [dot(theme, 1, 0.6), "mbo_student"], [dot(theme, 2, 0.25), "below_floor"],
    [sample((c) => drawHouse(c, 11, 11, 7, false, theme.ink)), "school"],
    [sample((c) => drawHouse(c, 11, 11, 7, true, theme.ink)), "ikc"],
    [ring(theme), "load_ring"],
    [pair(theme), "trainers_pair"],
    [vacancy(theme), "vacancy"],
    [cross(theme), "no_mentor"],
  ];
}

/** A small canvas, and what is drawn on it in 22 by 22. */
function sample(/** @type {(c: CanvasRenderingContext2D) => void} */ draw) {
  const canvas = h("canvas", { width: 44, height: 44, "aria-hidden": "true" });
  const c = penOf(canvas);
  c.scale(2, 2);
  draw(c);
  return canvas;
}

/**
 * A line of so thick and this colour along points.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {Point[]} points
 */
function line(c, points) {
  c.beginPath();
  along(c, points);
  c.stroke();
}

/**
 * @param {Theme} theme
 * @param {number} kind as in `makeSprites`
 * @param {number | null} quality nothing without a placement
 */
function dot(theme, kind, quality) {
  const sprites = makeSprites(6, theme);
  const at = 11 - sprites.size / 2;
  const sprite = sprites.of(kind, quality === null ? BUCKETS : Math.min(BUCKETS - 1, Math.floor(quality * BUCKETS)));
  return sample((c) => c.drawImage(sprite, at, at, sprites.size, sprites.size));
}

function ring(/** @type {Theme} */ theme) {
  return sample((c) => {
    c.beginPath();
    c.arc(11, 11, 8, -Math.PI / 2, Math.PI * 0.8);
    [c.strokeStyle, c.lineWidth] = [theme.accent, 2.5];
    c.stroke();
  });
}

function pair(/** @type {Theme} */ theme) {
  return sample((c) => {
    c.fillStyle = theme.accent;
    c.beginPath();
    c.arc(11, 11, 7, 0, 7);
    c.fill();
    c.fillStyle = theme.card;
    c.fillRect(10.4, 4, 1.2, 14);
  });
}

function vacancy(/** @type {Theme} */ theme) {
  return sample((c) => {
    c.fillStyle = theme.accent;
    c.beginPath();
    c.arc(11, 11, 7, -1.57, 1.57);
    c.fill();
    [c.strokeStyle, c.lineWidth] = [theme.over, 1.5];
    c.beginPath();
    c.arc(11, 11, 7, 1.57, 4.71);
    c.closePath();
    c.stroke();
  });
}

function cross(/** @type {Theme} */ theme) {
  return sample((c) => {
    [c.strokeStyle, c.lineWidth] = [theme.over, 2];
    line(c, [[6, 6], [16, 16]]);
    line(c, [[16, 6], [6, 16]]);
  });
}

function contacts(/** @type {Theme} */ theme) {
  return sample((c) => {
    c.strokeStyle = theme.ink;
    line(c, [[2, 8], [20, 8]]);
    c.setLineDash([2, 3]);
    line(c, [[2, 14], [20, 14]]);
  });
}
