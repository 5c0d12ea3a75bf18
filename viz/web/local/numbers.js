// Numbers as Python writes them, so that addresses, files and faults read the same from a page.

const [FIXED_FROM, FIXED_BELOW] = [-4, 16];
const GENERAL = 6;

/**
 * A float as Python writes it: `1.0`, `0.1`, `1e-05`.
 *
 * @param {number} value
 */
export function floatText(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits, exponent] = value.toExponential().split("e");
  if (Number(exponent) < FIXED_FROM || Number(exponent) >= FIXED_BELOW) return `${digits}e${signed(exponent)}`;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/**
 * A number as `{:g}` writes it: six digits at most.
 *
 * @param {number} value
 */
export function generalText(value) {
  const [digits, exponent] = value.toExponential(GENERAL - 1).split("e");
  if (Number(exponent) >= FIXED_FROM && Number(exponent) < GENERAL) return String(Number(value.toPrecision(GENERAL)));
  return `${Number(digits)}e${signed(exponent)}`;
}

/**
 * An exponent with its sign and two digits at least.
 *
 * @param {string} exponent
 */
function signed(exponent) {
  return `${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
