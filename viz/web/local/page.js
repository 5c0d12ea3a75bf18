// Opening a page: its packed document becomes an engine, and the stage is shown with it.
import { given } from "../address.js";
import { inflate } from "../reading.js";
import { render } from "../stage.js";
import { QUESTIONS_ANSWERED } from "./asks/questions.js";
import { Refused } from "./course.js";
import { LocalEngine } from "./engine.js";
import { OVER_LUCK } from "./ensemble.js";
import { Pool } from "./pool.js";

/**
 * @import { PageFacts, PackedDocument } from "./document.js"
 * @import { Helpers } from "./engine.js"
 */

const FIRST_SEED = 1;

/**
 * @param {PackedDocument} packed
 * @param {HTMLElement} el
 * @param {Helpers} [helpers]
 */
export async function openPage(packed, el, helpers = {}) {
  const facts = await unpacked(packed);
  const engine = new LocalEngine(facts, new Pool(packed.worker, facts), { ...QUESTIONS_ANSWERED, ...helpers });
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
  const first = [{ scenario: setup.presets[0].name, changes: [] }];
  try {
    const texts = ["a", "b"].map((name) => address.get(name)).filter((text) => text !== null);
    const courses = texts.map((text) => engine.courses.read(text));
    const [seed, life, week] = ["seed", "life", "week"].map((name) => numberIn(address, name));
    engine.over = overIn(engine, address);
    engine.seed = seed ?? FIRST_SEED;
    engine.life = Math.min(life ?? 0, engine.ensemble.spreading.replications);
    engine.begin(courses.length ? courses : first, Math.min(week ?? 0, last));
    return "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    [engine.seed, engine.life, engine.over] = [FIRST_SEED, 0, OVER_LUCK];
    engine.begin(first);
    return error.said[setup.lang];
  }
}

/**
 * A whole number in an address; nothing when it is not there.
 *
 * @param {URLSearchParams} address
 * @param {string} name
 */
function numberIn(address, name) {
  const text = address.get(name);
  if (text !== null && !/^\d{1,9}$/.test(text)) throw new Refused({ nl: name, en: name });
  return text === null ? null : Number(text);
}

/**
 * What the bands of an address are over. Throws `Refused`.
 *
 * @param {LocalEngine} engine
 * @param {URLSearchParams} address
 */
function overIn({ courses, facts: { setup: { over } } }, address) {
  const text = address.get("band") ?? OVER_LUCK;
  const found = over.find((one) => one === text);
  if (!found) throw courses.inAddress("band", text, courses.say("one_of", { names: over.join(", ") }));
  return found;
}

/**
 * What was packed, as the engine takes it.
 *
 * @param {PackedDocument} packed
 * @returns {Promise<PageFacts>}
 */
export async function unpacked({ setup, wasm, layout, scenarios, parameters, engine, asks, worlds }) {
  const module = await WebAssembly.compile(await inflate(wasm));
  const known = Object.entries(scenarios).map(async ([name, { land, ...about }]) =>
    [name, { ...about, land: { ...land, bytes: new Uint8Array(await inflate(land.bytes)) } }]);
  return {
    setup, module, layout, parameters, engine, asks, series: setup.series, last: engine.last,
    worlds: { ...worlds, values: new Float64Array(await inflate(worlds.values)) },
    scenarios: Object.fromEntries(await Promise.all(known)),
  };
}
