// Opening a page: its packed document becomes an engine, and the stage is shown with it.
import { given } from "../address.js";
import { render } from "../stage.js";
import { Refused } from "./course.js";
import { LocalEngine } from "./engine.js";
import { Pool } from "./pool.js";

/**
 * @import { PageFacts, PackedDocument } from "./document.js"
 * @import { Helpers } from "./engine.js"
 */

/**
 * @param {PackedDocument} packed
 * @param {HTMLElement} el
 * @param {Helpers} [helpers]
 */
export async function openPage(packed, el, helpers = {}) {
  const facts = await unpacked(packed);
  const engine = new LocalEngine(facts, new Pool(packed.worker, facts), helpers);
  const wrong = restore(engine, given("page"));
  Object.assign(facts.setup, wrong && { wrong });
  addEventListener("hashchange", () => location.reload()); // another address that was put in; the own one tells nothing
  render({ model: engine, el });
  return engine;
}

/**
 * Bring back the scene that an address tells; says what was wrong with it.
 *
 * @param {LocalEngine} engine
 * @param {URLSearchParams} address
 */
export function restore(engine, address) {
  const { setup, engine: { last } } = engine.facts;
  const lang = address.get("lang");
  if (lang === "nl" || lang === "en") setup.lang = lang;
  try {
    const texts = ["a", "b"].map((name) => address.get(name)).filter((text) => text !== null);
    const courses = texts.map((text) => engine.courses.read(text));
    const [seed, week] = [address.get("seed") ?? "1", address.get("week") ?? "0"];
    if (![seed, week].every((number) => /^\d{1,9}$/.test(number))) throw new Refused({ nl: "seed, week", en: "seed, week" });
    engine.seed = Number(seed);
    engine.begin(courses.length ? courses : [engine.courses.read(setup.presets[0].name)], Math.min(Number(week), last));
    return "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    engine.seed = 1;
    engine.begin([engine.courses.read(setup.presets[0].name)]);
    return error.said[setup.lang];
  }
}

/**
 * What was packed, as the engine takes it.
 *
 * @param {PackedDocument} packed
 * @returns {Promise<PageFacts>}
 */
export async function unpacked({ setup, wasm, layout, scenarios, parameters, engine }) {
  const module = await WebAssembly.compile(await inflated(wasm));
  const known = Object.entries(scenarios).map(async ([name, { land, ...about }]) =>
    [name, { ...about, land: { ...land, bytes: new Uint8Array(await inflated(land.bytes)) } }]);
  return {
    setup, module, layout, parameters, engine, series: setup.series, last: engine.last,
    scenarios: Object.fromEntries(await Promise.all(known)),
  };
}

/**
 * Bytes from their packed text (base64 of deflate).
 *
 * @param {string} text
 */
export async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
