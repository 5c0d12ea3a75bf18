// Small things that everything else uses: elements, words, numbers, colours.

/** @import { Child, Lang, Point, Properties, Theme, ThemeColour } from "./types.js" */

/**
 * An element; properties that start with "on" listen, children that are no elements become text (never markup).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties<Tag>} properties
 * @param {...Child} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const entries = /** @type {[string, unknown][]} */ (Object.entries(properties));
  for (const [name, value] of entries) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && typeof value !== "string") Object.assign(element, { [name]: value });
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

/**
 * Children of children among one another; what is nothing is left out.
 *
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function flat(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (Array.isArray(child)) return flat(child);
    return [child instanceof Node ? child : String(child)];
  });
}

/** @type {Record<string, string>} */
const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  step: "M5 5v14l9-7zM16 5h3v14h-3z",
  jump: "M3 5v14l8-7zM11 5v14l8-7zM19 5h2v14h-2z",
  reset: "M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  levers: "M4 6h9v2H4zM15 4h2v6h-2zM19 6h1v2h-1zM4 11h3v2H4zM9 9h2v6H9zM13 11h7v2h-7z" +
    "M4 16h9v2H4zM15 14h2v6h-2zM19 16h1v2h-1z",
  assumptions: "M12 2 1 21h22zM12 6l7.6 13H4.4zM11 10h2v5h-2zM11 16h2v2h-2z",
  story: "M4 4h13a3 3 0 0 1 3 3v13H7a3 3 0 0 1-3-3zM7 8v2h9V8zM7 12v2h9v-2zM7 16v1h6v-1z",
  compare: "M3 5h8v14H3zM13 5h8v14h-8zM5 7v10h4V7zM15 7v10h4V7z",
  share: "M3 3h8v8H3zM5 5v4h4V5zM13 3h8v8h-8zM15 5v4h4V5zM3 13h8v8H3zM5 15v4h4v-4z" +
    "M13 13h3v3h-3zM18 13h3v3h-3zM13 18h3v3h-3zM18 18h3v3h-3z",
  more: "M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM19 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  close: "M5 6.4 6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12z",
  pinch: "M3 3h18v2l-6 6v2l6 6v2H3v-2l6-6v-2L3 5z",
  growth: "M3 3h2v16h16v2H3zM7 15l4-6 4 3 5-8 1.7 1.1L15.6 15l-4-3L8.7 16.2z",
  help: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2z" +
    "m1.6-6.3c-.9.9-1.6 1.2-1.6 2.8h-2c0-2.3 1-2.9 1.9-3.8" +
    ".6-.6.7-1 .7-1.5a1.6 1.6 0 0 0-3.2.1h-2a3.6 3.6 0 1 1 6.2 2.4z",
};

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/**
 * A button with a drawing, and with its label unless it is bare.
 *
 * @param {string} name
 * @param {string} label
 * @param {() => void} act
 * @param {Properties<"button"> & { bare?: boolean }} more
 */
export function button(name, label, act, more = {}) {
  const { bare, ...rest } = more;
  return h("button", {
    type: "button", title: label, "aria-label": label, ...rest,
    onclick: (event) => {
      if (event.detail > 0) event.currentTarget.blur(); // so that the space bar plays again after a click
      act();
    },
  }, icon(name), bare ? null : h("span", {}, label));
}

/**
 * A button as wide as its panel.
 *
 * @param {string} label
 * @param {() => void} act
 * @param {Properties<"button">} more
 */
export function wideButton(label, act, more = {}) {
  return h("button", { type: "button", class: "wide", onclick: () => act(), ...more }, label);
}

/**
 * A sentence with values in the place of `{name}`.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Numbers as the language writes them; what is no number is a dash. */
export class Numbers {
  /** @param {Lang} lang */
  constructor(lang) {
    this.locale = lang === "nl" ? "nl-NL" : "en-GB";
    /** Kept, since to make one takes longer than to write a number. @type {Map<string, Intl.NumberFormat>} */
    this.formats = new Map();
  }

  /**
   * A number as somebody gave it, with all its digits.
   *
   * @param {number} value
   */
  given(value) {
    const given = { maximumSignificantDigits: 6, useGrouping: /** @type {const} */ ("min2") }; // a year has no mark
    return value.toLocaleString(this.locale, given).replace("-", "−");
  }

  /**
   * Words as `a, b and c`.
   *
   * @param {string[]} words
   */
  listed(words) {
    return new Intl.ListFormat(this.locale).format(words);
  }

  /**
   * What is nought as it is shown has no sign.
   *
   * @param {number} value
   * @param {number} digits
   * @param {"negative" | "exceptZero"} signDisplay
   */
  plain(value, digits = 0, signDisplay = "negative") {
    if (!Number.isFinite(value)) return "–";
    return this.format(digits, signDisplay).format(halfToEven(value, digits)).replace("-", "−");
  }

  /**
   * @param {number} digits
   * @param {"negative" | "exceptZero"} signDisplay
   */
  format(digits, signDisplay) {
    const key = `${digits} ${signDisplay}`;
    const found = this.formats.get(key) ?? new Intl.NumberFormat(this.locale,
      { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay });
    this.formats.set(key, found);
    return found;
  }

  /**
   * @param {number} value
   * @param {string} unit
   */
  of(value, unit) {
    if (!Number.isFinite(value)) return "–";
    if (unit === "share") return `${this.plain(100 * value)}%`;
    if (unit === "euro") return `€ ${this.plain(value / 1000)}k`;
    return this.plain(value, 2);
  }

  /**
   * @param {number} value
   * @param {string} unit
   */
  gap(value, unit) {
    if (!Number.isFinite(value)) return "–";
    if (unit === "share") return this.plain(100 * value, 1, "exceptZero");
    if (unit === "euro") return `${this.plain(value / 1000, 0, "exceptZero")}k`;
    return this.plain(value, 2, "exceptZero");
  }
}

const ALL_DIGITS = 60; // of what lies halfway between two numbers that can be shown

/**
 * A number with so many digits; what lies exactly halfway goes to the even one, as in Python.
 *
 * @param {number} value
 * @param {number} digits
 */
function halfToEven(value, digits) {
  const text = value.toFixed(digits);
  const [near, exact] = [Number(text), value.toFixed(ALL_DIGITS)];
  const halfway = /^50*$/.test(exact.slice(exact.indexOf(".") + 1 + digits));
  if (!halfway || Number(text.at(-1)) % 2 === 0) return near;
  return Number((near - Math.sign(value) * 10 ** -digits).toFixed(digits)); // it went up, away from nought
}

// Quality from low (orange) by pale to high (blue): told apart with every common colour blindness.
/** @type {[at: number, colour: number[]][]} */
const RAMP = [
  [0.0, [140, 45, 4]], [0.2, [217, 95, 14]], [0.35, [245, 190, 105]], [0.5, [158, 202, 225]],
  [0.7, [66, 146, 198]], [1.0, [8, 69, 148]],
];
export const BUCKETS = 24;

/** @param {number} quality */
export function qualityColour(quality) {
  const upper = RAMP.findIndex(([at]) => quality <= at);
  if (upper <= 0) return rgb(RAMP[upper === 0 ? 0 : RAMP.length - 1][1]);
  const [from, low] = RAMP[upper - 1];
  const [to, high] = RAMP[upper];
  const part = (quality - from) / (to - from);
  return rgb(low.map((value, i) => Math.round(value + part * (high[i] - value))));
}

/** @param {number[]} values */
function rgb(values) {
  return `rgb(${values.join(",")})`;
}

/** @type {ThemeColour[]} */
const COLOURS = [
  "paper", "card", "ink", "muted", "line", "accent", "a", "b", "land", "land2", "water", "spoke", "over", "dot-edge",
];

/**
 * The colours of the theme, read from the style sheet, so that canvas and page agree.
 *
 * @param {Element} root
 * @returns {Theme}
 */
export function themeOf(root) {
  const style = getComputedStyle(root);
  const found = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const colours = /** @type {Record<ThemeColour, string>} */ (found);
  return { ...colours, font: style.fontFamily, scale: parseFloat(style.fontSize) / 15 };
}

/** @param {HTMLCanvasElement} canvas */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws nothing on a canvas");
  return pen;
}

/**
 * Make a canvas as sharp as the screen and give its context in CSS pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sharp(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, t] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== t) {
    canvas.width = w;
    canvas.height = t;
  }
  const context = penOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * A line along points, on the path that was begun; a point after the first is reached by drawing.
 *
 * @param {CanvasRenderingContext2D} c
 * @param {Point[]} points
 */
export function along(c, points) {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
}

/**
 * How the style sheet names widths of the stage, which need not be those of the window.
 *
 * @param {number} width
 */
export function widthName(width) {
  if (width <= 760) return "phone";
  if (width <= 1100) return "narrow";
  return width < 1500 ? "medium" : "wide";
}
