// The band: what it is over, which who steers may choose, and what the charts show with it.
import { fill, h } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 * @import { Over } from "../types.js"
 */

const OVER_NAMES = { luck: "over_luck", worlds: "over_worlds" };

export class BandNote {
  choice = h("select");
  box = h("div", { class: "band-choice" });
  note = h("p", { class: "note band-note" });
  near = h("p", { class: "note near-note" });
  title = h("summary");
  about = h("p");
  worlds = h("details", { class: "note worlds-note" }, this.title, this.about);

  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("div", { class: "band" }, this.box, this.note, this.near, this.worlds);
    this.element.hidden = stage.setup.kind === "inspect";
    this.box.hidden = !stage.setup.host || !stage.live;
  }

  words() {
    const { stage } = this;
    const options = stage.setup.over.map((over) => h("option", { value: over }, stage.text(OVER_NAMES[over])));
    this.choice = h("select", {
      id: "band-over", onchange: (e) => stage.ask("band", { band: /** @type {Over} */ (e.currentTarget.value) }),
    }, options);
    this.box.replaceChildren(h("label", { for: "band-over" }, stage.text("band_over")), this.choice);
    this.title.textContent = fill(stage.text("worlds_about"), { n: stage.setup.worlds.count });
    this.about.textContent = stage.worldsText();
  }

  update() {
    const { stage } = this;
    if (document.activeElement !== this.choice) this.choice.value = stage.state.band ?? "luck";
    this.note.textContent = stage.bandText();
    this.near.textContent = stage.nearText();
    this.near.hidden = !this.near.textContent;
    this.worlds.hidden = !stage.overWorlds;
    stage.root.dataset.over = stage.overWorlds ? "worlds" : "luck";
  }
}
