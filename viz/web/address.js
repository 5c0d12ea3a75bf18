// The address of the page: it brings this scene back, and is what guests are handed.

/**
 * @import { StageView } from "./stage.js"
 */

/**
 * The address brings this scene back; only the host's holds the scene, as only the host steers.
 *
 * @param {StageView} stage
 */
export function keepAddress(stage) {
  if (stage.setup.kind !== "live" || !stage.state.address) return;
  const session = new URLSearchParams(location.search).get("s");
  const scene = stage.setup.host ? { ...stage.state.address, week: String(stage.week) } : {};
  const kept = new URLSearchParams({
    ...(session !== null && { s: session }), lang: stage.lang,
    ...(stage.look.big && { big: "1" }), ...(stage.look.dark && { dark: "1" }), ...scene,
  });
  const fresh = `?${kept}`;
  const clock = performance.now();
  if (fresh === location.search || (stage.state.playing && clock - stage.written < 2000)) return;
  stage.written = clock;
  history.replaceState(history.state, "", fresh + location.hash);
}

/**
 * The address to hand out: where everybody looks on at this session, without the scene.
 *
 * @param {StageView} stage
 */
export function guestAddress(stage) {
  const link = new URL(stage.setup.invite?.url ?? "/", location.href);
  const session = new URLSearchParams(location.search).get("s");
  if (session) link.searchParams.set("s", session);
  link.searchParams.set("lang", stage.lang);
  return link.href;
}
