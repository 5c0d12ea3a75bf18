// Lives in WebAssembly, in Node or in a browser; given and answered as JSON, bytes as base64.

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Of every life the record, all columns, and whether there had to be more room. */
export function live({ Rules, Life }, { wasm, layout, lands, lives }) {
  const module = new WebAssembly.Module(bytesOf(wasm));
  for (const land of Object.values(lands)) land.bytes = bytesOf(land.data);
  const known = {}; // one life after the other on the same land, as a page has them
  return lives.map(({ land, seed, weeks }) => {
    const life = known[land] ??= new Life(new Rules(module), layout, lands[land], weeks);
    life.begin(BigInt(seed));
    life.live(weeks);
    const { page } = life;
    return { record: textOf(page.bytesOf("record")), here: textOf(page.bytes("here")), grown: page !== life.first };
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
