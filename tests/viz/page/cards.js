// The facts of cards from the columns of a life in WebAssembly, and what the page makes of facts; answered as JSON.
import { Numbers } from "../../../viz/web/basics.js";
import { factsOf } from "../../../viz/web/local/cards.js";
import { CardTeller } from "../../../viz/web/panels/card.js";
import { readFrame } from "../../../viz/web/reading.js";
import { bytesOf } from "./lives.js";

/** Of every life, after some weeks, the facts of all that is asked about. */
export function facts({ Rules, Life }, { wasm, layout, lands, lives }) {
  const module = new WebAssembly.Module(bytesOf(wasm));
  return lives.map(({ land, seed, weeks, keys, frames, asked }) => {
    const life = new Life(new Rules(module), layout, { ...lands[land], bytes: bytesOf(lands[land].data) }, weeks);
    life.begin(BigInt(seed));
    life.live(weeks);
    const shown = { keys: keys.map(BigInt), frames: frames.map((text) => readFrame(bytesOf(text).buffer)) };
    return asked.map(([kind, which]) => factsOf(life, { kind, which }, shown));
  });
}

/** What cards say of facts. */
export function told(_, { texts, lang, land, cards }) {
  const teller = new CardTeller({ text: (key) => texts[key], numbers: new Numbers(lang), lang }, land);
  return cards.map((card) => teller.card(card));
}
