// Lives in WebAssembly, in Node or in a browser; given and answered as JSON, bytes as base64.

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Values as JSON has them, whole ones as text. */
const coded = (values = {}) => Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? BigInt(value) : value]));

/**
 * Of every life the record, all columns, what is seen at its end, and whether there had to be more room.
 *
 * A life has `values` from the start and a `past`; of `changes` each comes after so many weeks. One that is `copied`
 * goes on as another life on the same land, which was in the middle of something else.
 */
export function live({ Begun, Rules, Life }, { wasm, layout, lands, lives }) {
  const module = new WebAssembly.Module(bytesOf(wasm));
  const begun = new Begun();
  for (const land of Object.values(lands)) land.bytes = bytesOf(land.data);
  const known = {}; // one life after the other on the same land, as a page has them
  return lives.map(({ land, past = land, seed, weeks, values, changes = [], copied = false }) => {
    const made = () => new Life(new Rules(module), layout, lands[land], weeks, lands[past], begun);
    let life = known[`${land} ${past} ${weeks}`] ??= made();
    life.begin(BigInt(seed), coded(values));
    for (const { week, values: other } of changes) {
      life.live(week - life.lived);
      if (copied) {
        const copy = life.copy();
        life.live(weeks - week); // which the copy knows nothing of
        life = made();
        life.begin(7n);
        life.live(1);
        life.restore(copy);
      }
      life.change(coded(other));
    }
    life.live(weeks - life.lived);
    const seen = Object.fromEntries(Object.entries(life.look()).map(([name, column]) => [name, [...column].map(String)]));
    const { page } = life;
    const grown = page !== life.first;
    return { record: textOf(page.bytesOf("record")), here: textOf(page.bytes("here")), seen, grown };
  });
}

/** The fastest of so many lives, in milliseconds: start, and weeks. */
export function fastest({ Rules, Life }, { wasm, layout, lands, lives, times }) {
  const module = new WebAssembly.Module(bytesOf(wasm));
  for (const land of Object.values(lands)) land.bytes = bytesOf(land.data);
  return lives.map(({ land, seed, weeks }) => {
    const took = Array.from({ length: times }, () => {
      const life = new Life(new Rules(module), layout, lands[land], weeks);
      const start = performance.now();
      life.begin(BigInt(seed));
      const begun = performance.now();
      life.live(weeks);
      return [begun - start, performance.now() - begun];
    });
    return [0, 1].map((part) => Math.min(...took.map((one) => one[part])));
  });
}

/** What an entry of its own answers, for a bundle of one column of floats. */
export function answer({ Rules, Bundle }, { wasm, layout, name, numbers }) {
  const rules = new Rules(new WebAssembly.Module(bytesOf(wasm)));
  const bundle = new Bundle(rules, layout, { x: { count: numbers.length, room: numbers.length } });
  bundle.column("x").set(numbers);
  rules.call(name, bundle);
  return [...bundle.column("x")];
}
