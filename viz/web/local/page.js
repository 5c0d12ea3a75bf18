// The page: a document that holds the whole model becomes a stage.
import { inflate } from "../reading.js";
import { render } from "../stage.js";

/** @param {any} packed @param {HTMLElement} el */
export async function openPage(packed, el) {
  const bytes = await inflate(packed.wasm);
  await WebAssembly.compile(bytes);
  el.textContent = String(bytes.byteLength);
  void render;
}
