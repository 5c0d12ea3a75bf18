// All indicators of all weeks of every lane as a text for a spreadsheet, the same as viz gives.
import { floatText } from "./numbers.js";
import { rowsOf } from "./lives.js";

/** @import { LivedLane } from "./playing.js" */

const WHOLE = ["school_year", "week"];
const LIKE_A_FORMULA = /^[=+\-@\t\r\n]/;
const TO_QUOTE = /[",\r\n]/;

/**
 * @param {LivedLane[]} lanes
 */
export function asCsv(lanes) {
  const layout = lanes[0].life.page.found("record").layout;
  const names = "fields" in layout ? layout.fields.map(({ name }) => name) : [];
  const write = names.map((name) => (WHOLE.includes(name) ? String : cellText));
  const lines = lanes.flatMap((lane, at) => {
    const start = ["AB"[at], lane.courses.text(lane.course)].map(cellOfText).join();
    const rows = rowsOf(lane.life, names, 0, lane.week);
    return Array.from({ length: lane.week }, (_, week) =>
      [start, ...write.map((text, i) => text(rows[week * names.length + i]))].join());
  });
  return [["lane", "course", ...names].join(), ...lines, ""].join("\n");
}

/** A number; nothing where there is none. @param {number} value */
function cellText(value) {
  return Number.isNaN(value) ? "" : floatText(value);
}

/** A text that no spreadsheet takes for a formula. @param {string} text */
function cellOfText(text) {
  const inert = LIKE_A_FORMULA.test(text) ? `'${text}` : text;
  return TO_QUOTE.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
