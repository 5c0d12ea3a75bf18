// The keyboard: what each key asks.

/**
 * @import { StageView } from "./stage.js"
 */

/**
 * @param {StageView} stage
 * @param {KeyboardEvent} event
 */
export function press(stage, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || stage.windows.element.open) return;
  const focused = event.target;
  if (focused instanceof HTMLElement && focused !== document.body) {
    if (!stage.root.contains(focused)) return;
    if (focused.closest("input, select, textarea, dialog, button")) return;
  }
  const rates = stage.setup.rates;
  const rate = rates.indexOf(stage.state.rate ?? 0);
  /** @type {Record<string, () => void>} */
  const acts = {
    " ": () => stage.ask(stage.state.playing ? "pause" : "play"),
    ArrowRight: () => stage.ask("step"),
    ArrowUp: () => stage.ask("rate", { rate: rates[Math.min(rates.length - 1, rate + 1)] }),
    ArrowDown: () => stage.ask("rate", { rate: rates[Math.max(0, rate - 1)] }),
    End: () => stage.ask("jump"),
    Home: () => stage.ask("reset"),
    Escape: () => stage.card.hide(),
    "?": () => stage.windows.help(),
  };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}
