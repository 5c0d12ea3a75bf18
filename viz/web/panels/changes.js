// What was turned on the way, below the charts.
import { h } from "../basics.js";

/**
 * @import { StageView } from "../stage.js"
 */

export class Changes {
  listed = "";
  element = h("ul", { class: "changes" });

  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
  }

  update() {
    const { stage } = this;
    const items = (stage.state.lanes ?? []).flatMap((lane, at) => lane.changes
      .filter((change) => change.week > 0 && change.week <= stage.week)
      .map((change) => ({ at, text: stage.changeText(change, at) })));
    const seen = JSON.stringify(items);
    if (seen === this.listed) return;
    this.listed = seen;
    this.element.replaceChildren(...items.map(({ at, text }) => h("li", { class: `lane-${"ab"[at]}` }, text)));
  }
}
