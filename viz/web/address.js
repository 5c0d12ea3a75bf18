// The address of the page: it brings this scene back, and is what guests are handed.

/**
 * @import { StageView } from "./stage.js"
 * @import { Setup } from "./types.js"
 */

/**
 * What the address of a page tells: a file has what it tells behind the hash, where it can be kept without a server.
 *
 * @param {Setup["kind"]} kind
 */
export function given(kind) {
  if (kind === "page" && location.hash.length > 1) return new URLSearchParams(location.hash.slice(1));
  return new URLSearchParams(kind === "live" || kind === "page" ? location.search : "");
}

/**
 * The address brings this scene back; only the host's holds the scene, as only the host steers.
 *
 * @param {StageView} stage
 */
export function keepAddress(stage) {
  if ((stage.setup.kind !== "live" && !stage.alone) || !stage.state.address) return;
  const kept = keptOf(stage);
  const [fresh, now] = stage.alone ? [`#${kept}`, location.hash] : [`?${kept}`, location.search];
  const clock = performance.now();
  if (fresh === now || (stage.state.playing && clock - stage.written < 2000)) return;
  stage.written = clock;
  history.replaceState(history.state, "", stage.alone ? fresh : fresh + location.hash);
}

/**
 * Language, looks and scene.
 *
 * @param {StageView} stage
 */
function keptOf(stage) {
  const session = new URLSearchParams(location.search).get("s");
  const scene = stage.setup.host ? { ...stage.state.address, week: String(stage.week) } : {};
  return new URLSearchParams({
    ...(session !== null && { s: session }), lang: stage.lang,
    ...(stage.look.big && { big: "1" }), ...(stage.look.dark && { dark: "1" }), ...scene,
  });
}

/**
 * The address to hand out: where everybody looks on at this session, without the scene; of a page the scene itself.
 *
 * @param {StageView} stage
 */
export function guestAddress(stage) {
  if (stage.alone) return location.href;
  const link = new URL(stage.setup.invite?.url ?? "/", location.href);
  const session = new URLSearchParams(location.search).get("s");
  if (session) link.searchParams.set("s", session);
  link.searchParams.set("lang", stage.lang);
  return link.href;
}
