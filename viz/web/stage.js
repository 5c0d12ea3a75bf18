// The stage: puts the parts together, and listens to the server.
import { given, keepAddress } from "./address.js";
import { Numbers, h, themeOf, widthName } from "./basics.js";
import { CHARTS, Chart } from "./charts.js";
import { press } from "./keys.js";
import { Lane } from "./lane.js";
import { legend } from "./legend.js";
import { Assumptions } from "./panels/assumptions.js";
import { BandNote } from "./panels/band.js";
import { Bar } from "./panels/bar.js";
import { Card } from "./panels/card.js";
import { Changes } from "./panels/changes.js";
import { Levers } from "./panels/levers.js";
import { AWAY, MBO, bytesOf, readBands, readFrame, readHistory, splitFrames } from "./reading.js";
import { download, picture } from "./saving.js";
import { StoryPanel } from "./story.js";
import { Told } from "./told.js";
import { Windows } from "./windows.js";

/**
 * @import { Answer, Ask, Chosen, Frame, Land, Lang, Model, State } from "./types.js"
 */

// Names, positions and the number of lanes before what stands on them.
const NEWS = /** @type {const} */ (["land", "bands", "state", "history", "frame"]);

export class StageView extends Told {
  root = h("div", { class: "samenspel" });
  legendBox = h("div", { class: "legend-box" });
  known = h("p", { class: "note known-note" });
  changes = new Changes(this);
  chartsTitle = h("h2", { class: "hidden-title" });
  toastBox = h("div", { class: "toast", role: "status", hidden: true });
  sideBox = h("div", { class: "side-box" });

  /** @type {Chosen | null} */
  chosen = null;
  /** @type {(() => void)[]} */
  stop = [];
  shownLanes = 0;
  mixed = false;
  away = false;
  missed = false; // weeks
  asked = false; // for what was missed
  /** @type {string | null} */
  shownError = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  toasting = undefined;
  written = 0; // when the address was
  charted = 0; // when the charts were

  /**
   * @param {Model} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    super(model);
    /** @type {"levers" | "assumptions" | "story" | null} */
    this.panel = this.setup.host && (this.setup.kind === "live" || this.alone) && innerWidth >= 1100 ? "levers" : null;
    const address = given(this.setup.kind);
    const dark = address.has("dark") ? address.get("dark") === "1" : matchMedia("(prefers-color-scheme: dark)").matches;
    this.look = { big: address.get("big") === "1", dark };
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.bar = new Bar(this);
    this.levers = new Levers(this);
    this.assumptions = new Assumptions(this);
    this.band = new BandNote(this);
    this.story = new StoryPanel(this);
    this.card = new Card(this);
    this.windows = new Windows(this);
    this.charts = CHARTS.map((about) => new Chart(about, this));
    this.maps = [0, 1].map((lane) => new Lane(this, lane));
    const maps = h("div", { class: "maps" }, this.maps.map((map) => map.element), this.card.element);
    this.center = h("section", { class: "center" }, maps, this.legendBox);
    this.observer = new ResizeObserver(() => this.fit());
    this.build(el);
    this.theme = themeOf(this.root);
    this.listen();
    this.words();
    this.hear(...NEWS);
    this.beat = requestAnimationFrame((clock) => this.tick(clock));
  }

  // --- building ---

  /** @param {HTMLElement} el */
  build(el) {
    this.root.classList.add(`kind-${this.setup.kind}`);
    Object.assign(this.root, { stage: this });
    const grid = h("div", { class: "chart-grid" }, this.charts.map((chart) => chart.element));
    const charts = h("section", { class: "charts" },
      this.chartsTitle, grid, this.band.element, this.known, this.changes.element);
    const main = h("div", { class: "main" }, this.sideBox, this.center, charts);
    this.root.append(this.bar.element, main, this.windows.element, this.toastBox);
    el.append(this.root);
    const viewport = document.querySelector("meta[name=viewport]"); // the page's own forbids zooming
    if (this.setup.kind === "live") viewport?.setAttribute("content", "width=device-width, initial-scale=1");
    this.observer.observe(this.root);
    [...this.maps, ...this.charts].forEach(({ element }) => this.observer.observe(element));
    this.stop.push(() => this.observer.disconnect());
    document.fonts?.ready.then(() => this.fit(true));
    if (this.setup.missing) this.windows.fault(this.text("no_session"));
    else if (this.setup.wrong) this.windows.fault(`${this.text("bad_address")}\n${this.setup.wrong}`);
    else if (this.setup.led) this.windows.led();
  }

  /** Everything that is said again when language, lanes or look change. */
  words() {
    document.documentElement.lang = this.lang;
    this.numbers = new Numbers(this.lang);
    this.root.toggleAttribute("data-dark", this.look.dark);
    this.root.toggleAttribute("data-big", this.look.big);
    this.theme = themeOf(this.root);
    this.shownLanes = this.lanes;
    this.root.dataset.lanes = String(this.lanes);
    this.bar.words();
    this.levers.words();
    this.assumptions.words();
    this.band.words();
    this.story.words();
    this.card.words();
    this.charts.forEach((chart) => chart.words());
    this.maps.forEach((lane) => lane.words());
    this.chartsTitle.textContent = this.text("charts");
    this.legendBox.replaceChildren(legend(this));
    this.place();
    this.update();
  }

  /** Put the open panel beside the map. */
  place() {
    const guestStory = !this.setup.host && this.setup.kind === "live" && (this.state.story?.scene ?? -1) >= 0;
    const open = guestStory ? "story" : this.panel;
    const panel = open && this[open].element;
    this.sideBox.hidden = !panel;
    if (panel && this.sideBox.firstChild !== panel) this.sideBox.replaceChildren(panel);
    this.root.dataset.side = open ?? "";
  }

  /** @param {"levers" | "assumptions" | "story"} panel */
  toggle(panel) {
    this.panel = this.panel === panel ? null : panel;
    this.place();
    this.update();
  }

  /** @param {string} text */
  toast(text) {
    this.toastBox.textContent = text;
    this.toastBox.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { this.toastBox.hidden = true; }, 4000);
  }

  // --- listening ---

  listen() {
    for (const name of NEWS) {
      const hear = () => this.hear(name);
      this.model.on(`change:${name}`, hear);
      this.stop.push(() => this.model.off?.(`change:${name}`, hear));
    }
    const answer = (/** @type {Answer} */ message) => this.answer(message);
    this.model.on("msg:custom", answer);
    this.stop.push(() => this.model.off?.("msg:custom", answer));
    const key = (/** @type {KeyboardEvent} */ event) => press(this, event);
    window.addEventListener("keydown", key);
    this.stop.push(() => window.removeEventListener("keydown", key));
  }

  /** @param {...typeof NEWS[number]} names */
  hear(...names) {
    const { model } = this;
    const take = {
      land: () => this.takeLand(model.get("land") ?? []),
      bands: () => { this.bands = readBands(bytesOf(model.get("bands"))); },
      history: () => this.takeHistory(bytesOf(model.get("history"))),
      state: () => this.takeState(model.get("state") ?? {}),
      frame: () => this.takeFrames(splitFrames(bytesOf(model.get("frame"))).map(readFrame)),
    };
    names.forEach((name) => take[name]());
    this.update();
  }

  /** @param {Land[]} land */
  takeLand(land) {
    this.land = land;
    land.forEach((of, lane) => this.maps[lane]?.view.setLand(of));
  }

  /** @param {ArrayBuffer} bytes */
  takeHistory(bytes) {
    if (!bytes.byteLength && this.week) return;
    this.rows = readHistory(bytes, this.lanes, this.setup.series.length);
  }

  /** @param {Partial<State>} state */
  takeState(state) {
    this.state = state;
    if (this.shownLanes !== this.lanes) this.words();
  }

  /** @param {Frame[]} frames */
  takeFrames(frames) {
    this.frames = frames;
    const seen = (/** @type {number} */ sign) => frames.some((frame) => frame.flags.some((flag) => flag & sign));
    const [mixed, away] = [seen(MBO), seen(AWAY)];
    if (mixed !== this.mixed || away !== this.away) {
      [this.mixed, this.away] = [mixed, away];
      this.legendBox.replaceChildren(legend(this));
    }
    frames.forEach((frame, lane) => {
      const rows = (this.rows[lane] ??= []);
      if (frame.week <= rows.length) rows.length = frame.week;
      if (frame.week && frame.week === rows.length + 1) rows.push(frame.series);
      else if (frame.week > rows.length) this.missed = true;
      else if (frame.week) rows[frame.week - 1] = frame.series;
    });
    if (this.missed) this.askHistory();
    this.showFrames(false);
  }

  /** Ask for what was missed, and once more for what is missed while the answer is on its way. */
  askHistory() {
    if (this.asked) return;
    this.asked = true;
    this.missed = false;
    setTimeout(() => {
      this.asked = false;
      if (this.missed) this.askHistory();
    }, 400);
    this.send({ ask: "history" });
  }

  /** @param {boolean} still whether nobody moves to the own place */
  showFrames(still) {
    const marks = this.marks();
    this.frames.forEach((frame, lane) => {
      this.maps[lane].view.setFrame(frame, still || this.still, lane ? marks : null);
    });
  }

  update() {
    this.place();
    this.bar.update();
    if (this.panel === "levers" || this.panel === "assumptions") this[this.panel].update();
    this.story.update();
    this.charts.forEach((chart) => { chart.stale = true; });
    this.band.update();
    this.known.textContent = this.knownText();
    this.known.hidden = !this.known.textContent;
    this.maps.forEach((lane) => lane.update());
    this.changes.update();
    const cause = this.state.error?.cause ?? null;
    if (this.state.error && this.shownError !== cause) this.windows.error(this.state.error);
    this.shownError = cause;
    keepAddress(this);
  }

  // --- asking ---

  /** @param {Ask} message */
  send(message) {
    this.model.send(message);
  }

  /**
   * Ask as who steers.
   *
   * @param {string} what
   * @param {Omit<Ask, "ask">} more
   */
  ask(what, more = {}) {
    if (what === "play" && this.week >= (this.state.last ?? Infinity)) this.toast(this.text("at_end"));
    if (this.steers) this.send({ ask: what, lang: this.lang, ...more });
  }

  /** @param {Answer} message */
  answer(message) {
    switch (message.say) {
      case "card": return this.card.show(message.card);
      case "voted": return message.counted ? this.story.counted() : this.toast(this.text("not_counted"));
      case "file": return download(message.name, new Blob([message.text], { type: message.kind }));
      case "pinch": case "growth": return this.windows.answer(message);
      case "fault": return this.refused(() => this.toast(message.text));
      case "led": return this.refused(() => this.windows.led());
      case "guest": // who is the host after all, has a key that was renewed
        return this.setup.host ? location.reload() : this.toast(this.text("guest"));
    }
  }

  /**
   * What was asked is not done: levers go back.
   *
   * @param {() => void} tellWhy
   */
  refused(tellWhy) {
    this.levers.update();
    this.assumptions.restore();
    tellWhy();
  }

  /**
   * @param {number} lane
   * @param {MouseEvent} event
   */
  click(lane, event) {
    const found = this.maps[lane].view.find(event.offsetX, event.offsetY);
    if (!found) {
      this.card.hide();
      return;
    }
    const middle = this.center.getBoundingClientRect().left + this.center.clientWidth / 2;
    this.card.element.dataset.at = event.clientX > middle ? "left" : "right"; // not over what was clicked
    this.choose({ lane, ...found });
    this.send({ ask: "card", lane, kind: found.kind, which: found.which });
  }

  /** @param {Chosen | null} chosen */
  choose(chosen) {
    this.chosen = chosen;
    this.maps.forEach((map, lane) => map.view.choose(chosen && chosen.lane === lane ? chosen : null));
  }

  // --- looks, address, files ---

  /** @param {Lang} lang */
  setLanguage(lang) {
    this.lang = lang;
    this.words();
    if (this.setup.kind === "inspect") this.send({ ask: "language", lang }); // what stands beside the stage follows
  }

  /** @param {Partial<StageView["look"]>} look */
  setLook(look) {
    Object.assign(this.look, look);
    this.words();
    requestAnimationFrame(() => this.fit(true));
  }

  savePicture() {
    picture(this).then((blob) => blob && download("samenspel.png", blob));
  }

  // --- drawing ---

  fit(again = false) {
    let changed = again;
    this.root.dataset.width = widthName(this.root.clientWidth);
    this.maps.forEach(({ view, element, canvas }) => {
      if (element.hidden) return;
      const box = canvas.getBoundingClientRect();
      if (box.width < 50) return;
      if (view.width !== box.width || view.height !== box.height) changed = true;
      view.resize(box.width, box.height);
    });
    this.charts.forEach((chart) => { chart.stale = true; });
    if (changed) {
      const before = this.theme.accent;
      this.theme = themeOf(this.root);
      if (before !== this.theme.accent) this.legendBox.replaceChildren(legend(this));
      this.maps.forEach(({ view }) => view.setTheme(this.theme));
      this.showFrames(true);
    }
  }

  /** @param {number} clock */
  tick(clock) {
    this.beat = requestAnimationFrame((next) => this.tick(next));
    for (let lane = 0; lane < this.lanes; lane++) this.maps[lane].view.draw(clock);
    const stale = this.charts.filter((chart) => chart.stale);
    if (stale.length && clock - this.charted > 45) {
      this.charted = clock;
      stale.forEach((chart) => {
        chart.stale = false;
        chart.update();
      });
      stale.forEach((chart) => chart.draw()); // once all have been written, so that the page is laid out once
    }
  }

  close() {
    cancelAnimationFrame(this.beat);
    this.stop.forEach((stop) => stop());
    this.root.remove();
  }
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  const stage = new StageView(model, el);
  return () => stage.close();
}

export default { render };
