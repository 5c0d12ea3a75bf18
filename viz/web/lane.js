// A lane: the map of a session with what is said above and below it.
import { h } from "./basics.js";
import { MapView } from "./map.js";

/**
 * @import { StageView } from "./stage.js"
 */

export class Lane {
  canvas = h("canvas", { role: "img", tabindex: "0" });
  differs = h("p", { class: "differs-line" });
  madeUp = h("p", { class: "made-up" });
  view = new MapView(this.canvas);

  /**
   * @param {StageView} stage
   * @param {number} lane
   */
  constructor(stage, lane) {
    this.stage = stage;
    this.lane = lane;
    this.title = h("h2", { class: `lane-title lane-${"ab"[lane]}` });
    this.canvas.addEventListener("click", (event) => stage.click(lane, event));
    this.canvas.addEventListener("pointermove", (event) => {
      this.canvas.style.cursor = this.view.find(event.offsetX, event.offsetY) ? "pointer" : "default";
    });
    const head = h("div", { class: "map-head" }, this.title, this.differs);
    this.element = h("div", { class: "map", dataset: { lane: "AB"[lane] } }, head, this.canvas, this.madeUp);
  }

  /** Everything that is said again when language, lanes or look change. */
  words() {
    const { stage, lane } = this;
    this.view.setTheme(stage.theme);
    this.element.hidden = lane >= stage.lanes;
    this.canvas.setAttribute("aria-label", `${stage.text("map_of")}${stage.lanes > 1 ? ` ${"AB"[lane]}` : ""}`);
  }

  /** What this lane is, and how it differs. */
  update() {
    const { stage, lane } = this;
    const about = stage.state.lanes?.[lane];
    if (!about) return;
    tell(this.title, `${stage.lanes > 1 ? `${"AB"[lane]} · ` : ""}${about.title[stage.lang]}`);
    tell(this.differs, stage.differsText(lane, about));
    tell(this.madeUp, stage.madeUp(lane));
  }
}

/**
 * Say something else, if it is something else: what is said anew is read out anew.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
