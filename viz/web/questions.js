// What the host asks: what pinches, and how far it can grow. The engine finds the facts; they are told here.
import { along, fill, h, sharp } from "./basics.js";
import { fillBand } from "./plot.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Told } from "./told.js"
 * @import { Growth, GrowthNews, Nobody, Pinch, PinchNews, Point } from "./types.js"
 */

/**
 * A wheel that turns, with what is being waited for.
 *
 * @param {string} text
 */
function waiting(text) {
  return h("p", { class: "waiting", role: "status" }, h("i", { class: "spinner" }), text);
}

/**
 * A sentence about a lane, named when there are two.
 *
 * @param {number} lane
 * @param {number} count
 * @param {string} text
 */
function said(lane, count, text) {
  return h("p", { class: `said lane-${"ab"[lane]}` }, count > 1 ? h("b", {}, `${"AB"[lane]} · `) : null, text);
}

/**
 * @param {StageView} stage
 * @param {PinchNews} news
 */
export function pinchParts(stage, { lanes, week }) {
  const t = (/** @type {string} */ key) => stage.text(key);
  if (!lanes) return [waiting(t("pinch_wait"))];
  return [h("p", { class: "small" }, `${t("as_it_stands")} ${stage.moment(week)}`),
    ...lanes.map((found, lane) => said(lane, lanes.length, pinchText(stage, found))),
    h("p", { class: "note" }, t("pinch_note"))];
}

/**
 * @param {StageView} stage
 * @param {GrowthNews} news
 */
export function growthParts(stage, { lanes, done, asked }) {
  const t = (/** @type {string} */ key) => stage.text(key);
  if (!lanes) {
    return [waiting(t("growth_wait")), h("progress", { max: asked, value: done, "aria-label": t("growth_wait") })];
  }
  const words = lanes.map((curve, lane) => said(lane, lanes.length, growthText(stage, curve)));
  const curves = lanes.flatMap((curve, lane) => ("mean" in curve ? [{ ...curve, lane }] : []));
  if (!curves.length) return words;
  const canvas = h("canvas", { class: "growth-curve", role: "img", "aria-label": t("growth_of") });
  requestAnimationFrame(() => new Curves(stage, canvas, curves).draw(lanes.length > 1));
  return [...words, canvas, h("p", { class: "note" }, fill(t("growth_note"), { n: stage.setup.growth_runs }))];
}

// --- in words ---

/**
 * What pinches, in a sentence.
 *
 * @param {Told} stage
 * @param {Pinch} found
 */
export function pinchText(stage, found) {
  if (found.now === null) return stage.text("nobody");
  const { numbers, lang } = stage;
  const [at, best] = [found.now, found.best].map((share) => numbers.of(share, "share"));
  const [first, ...then] = found.first.map(({ name, share }) =>
    `${name[lang]} (${numbers.gap(share, "share")} ${stage.text("pp")})`);
  if (!first) return fill(stage.text("pinch_nothing"), { at });
  const more = then.map((one) => `, ${stage.text("then")} ${one}`).join("");
  return fill(stage.text("pinch_first"), { first, more, at, best });
}

/**
 * How far it can grow, in two sentences; of a partnership without students, that.
 *
 * @param {Told} stage
 * @param {Growth | Nobody} found
 */
export function growthText(stage, found) {
  if (!("mean" in found)) return stage.text(found.always ? "nobody" : "nobody_at_times");
  return `${courseText(stage, found)} ${reachText(stage, found)}`;
}

/**
 * What the curve does from the smallest size to the largest.
 *
 * @param {Told} stage
 * @param {Growth} found
 */
function courseText(stage, { sizes, mean, shape, turn }) {
  const t = (/** @type {string} */ key) => stage.text(key);
  const [first, last] = [mean[0], mean[mean.length - 1]].map((share) => stage.numbers.of(share, "share"));
  const whole = fill(t("growth_whole"), { first, last, low: sizes[0], high: sizes[sizes.length - 1] });
  const at = turn ? around(stage, turn.point, turn.low, turn.high) : "";
  const forms = {
    break: t(turn?.worsens ? "growth_break" : "growth_bend"),
    flat: t("growth_flat"),
    straight: t("growth_straight"),
    smooth: t(mean[mean.length - 1] < mean[0] ? "growth_down" : "growth_up"),
    undecided: t("growth_undecided"),
  };
  return fill(forms[shape], { turn: at, whole });
}

/**
 * Up to where enough are adequately supervised, and where the partnership stands now.
 *
 * @param {Told} stage
 * @param {Growth} found
 */
function reachText(stage, { sizes, mean, own, floor, stays, safe }) {
  const t = (/** @type {string} */ key) => stage.text(key);
  const share = (/** @type {number} */ value) => stage.numbers.of(value, "share");
  const reach = {
    everywhere: t("growth_everywhere"), nowhere: t("growth_nowhere"), partly: t("growth_partly"),
  };
  const where = around(stage, safe.value, safe.low, safe.high);
  const [low, high] = [sizes[0], sizes[sizes.length - 1]];
  const now = fill(t("growth_now"), { own, own_share: share(mean[sizes.indexOf(own)]) });
  return `${fill(reach[stays], { floor: share(floor), low, high, where })} ${now}.`;
}

/**
 * A size with its interval; what lies beyond the axis stays open.
 *
 * @param {Told} stage
 * @param {number | null} size
 * @param {number | null} from
 * @param {number | null} to
 */
function around(stage, size, from, to) {
  const [value, low, high] = [size, from, to].map((one) => stage.numbers.plain(one ?? NaN));
  const key = from === null ? (to === null ? "uncertain" : "at_most") : (to === null ? "at_least" : "between");
  return `${value} (${fill(stage.text(key), { low, high })})`;
}

/** The curves with their bands, the floor, and where each lane stands now. */
class Curves {
  /**
   * @param {StageView} stage
   * @param {HTMLCanvasElement} canvas
   * @param {(Growth & { lane: number })[]} curves
   */
  constructor(stage, canvas, curves) {
    const { width, height } = canvas.getBoundingClientRect();
    this.stage = stage;
    this.curves = curves;
    this.c = sharp(canvas, width, height);
    this.size = 12 * stage.theme.scale;
    const sizes = curves.flatMap((curve) => curve.sizes);
    this.first = Math.min(...sizes);
    this.last = Math.max(...sizes);
    this.left = 3.4 * this.size;
    this.right = width - 1.2 * this.size;
    this.top = 0.8 * this.size;
    this.bottom = height - 3 * this.size;
    this.c.clearRect(0, 0, width, height);
    this.c.font = `${this.size}px ${stage.theme.font}`;
    this.c.lineJoin = "round";
  }

  /**
   * Where so many students per cluster stand.
   *
   * @param {number} count
   */
  x(count) {
    return this.left + ((this.right - this.left) * (count - this.first)) / (this.last - this.first);
  }

  /**
   * Where a share stands.
   *
   * @param {number} share
   */
  y(share) {
    return this.bottom - (this.bottom - this.top) * share;
  }

  /** @param {boolean} named whether lanes are told apart by letters */
  draw(named) {
    const { stage, size, right, curves } = this;
    const { theme } = stage;
    this.drawAxes();
    curves.forEach((curve) => this.drawBand(curve, curve.lane ? theme.b : theme.a));
    const floor = this.y(curves[0].floor);
    this.stroke([[this.left, floor], [right, floor]], theme.ink, 1.4, [2, 3]);
    this.write(stage.text("safe"), right, floor - 0.7 * size, theme.ink, "right");
    curves.forEach((curve) => this.drawCurve(curve, named ? `${"AB"[curve.lane]} · ` : ""));
  }

  drawAxes() {
    const { stage, size, left, right, bottom } = this;
    const { theme, numbers } = stage;
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const y = this.y(share);
      this.stroke([[left, y], [right, y]], theme.line, 1);
      this.write(`${numbers.plain(100 * share)}%`, left - 0.5 * size, y, theme.muted, "right");
    }
    for (let count = Math.ceil(this.first / 5) * 5; count <= this.last; count += 5) {
      this.write(numbers.plain(count), this.x(count), bottom + size, theme.muted);
    }
    this.write(stage.text("growth_axis"), (left + right) / 2, bottom + 2.3 * size, theme.muted);
  }

  /**
   * @param {Growth} curve
   * @param {string} colour
   */
  drawBand(curve, colour) {
    fillBand(this.c, [...this.points(curve, curve.high), ...this.points(curve, curve.low).reverse()], colour, 0.22);
  }

  /**
   * @param {Growth & { lane: number }} curve
   * @param {string} letter
   */
  drawCurve(curve, letter) {
    const { c, stage, size, bottom } = this;
    const { theme, numbers } = stage;
    const { lane } = curve;
    const colour = lane ? theme.b : theme.a;
    this.stroke(this.points(curve, curve.mean), colour, 2.6, lane ? [7, 4] : []);
    const [x, y] = [this.x(curve.own), this.y(curve.mean[curve.sizes.indexOf(curve.own)])];
    this.stroke([[x, y], [x, bottom]], colour, 1.4, [4, 3]);
    c.beginPath();
    if (lane) c.rect(x - 5, y - 5, 10, 10);
    else c.arc(x, y, 5.5, 0, 2 * Math.PI);
    [c.fillStyle, c.strokeStyle, c.lineWidth] = [colour, theme.card, 2];
    c.fill();
    c.stroke();
    const text = `${letter}${stage.text("now")}: ${numbers.plain(curve.own)}`;
    this.write(text, x, bottom - (1 + 1.4 * lane) * size, colour);
  }

  /**
   * @param {Growth} curve
   * @param {number[]} shares
   * @returns {Point[]}
   */
  points(curve, shares) {
    return curve.sizes.map((count, i) => [this.x(count), this.y(shares[i])]);
  }

  /**
   * @param {Point[]} points
   * @param {string} colour
   * @param {number} thick
   * @param {number[]} dash
   */
  stroke(points, colour, thick, dash = []) {
    const { c } = this;
    c.beginPath();
    along(c, points);
    [c.strokeStyle, c.lineWidth] = [colour, thick];
    c.setLineDash(dash);
    c.stroke();
    c.setLineDash([]);
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} colour
   * @param {CanvasTextAlign} align
   */
  write(text, x, y, colour, align = "center") {
    const { c, stage } = this;
    [c.textAlign, c.textBaseline, c.fillStyle] = [align, "middle", colour];
    [c.strokeStyle, c.lineWidth] = [stage.theme.card, 4];
    c.strokeText(text, x, y);
    c.fillText(text, x, y);
  }
}
