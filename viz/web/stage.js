// The stage: puts the parts together, listens to the server and to the keyboard, and keeps the address.
import { Numbers, fill, h, themeOf } from "./basics.js";
import { CHARTS, Chart } from "./charts.js";
import { legend } from "./legend.js";
import { MapView } from "./map.js";
import { Bar, Card, Levers } from "./panels.js";
import { MBO, bytesOf, readBands, readFrame, readHistory, splitFrames } from "./reading.js";
import { download, picture } from "./saving.js";
import { StoryPanel } from "./story.js";
import { Windows } from "./windows.js";

/**
 * @import { Answer, Ask, Change, Chosen, Frame, Land, Lang, Lever, Model, Row, State, Value } from "./types.js"
 */

// Names, positions and the number of lanes before what stands on them.
const NEWS = /** @type {const} */ (["land", "bands", "state", "history", "frame"]);
const SLOW = 0.04; // what counts as a difference in quality between the same cluster in A and B

export class StageView {
  root = h("div", { class: "samenspel" });
  legendBox = h("div", { class: "legend-box" });
  note = h("p", { class: "note band-note" });
  changes = h("ul", { class: "changes" });
  chartsTitle = h("h2", { class: "hidden-title" });
  toastBox = h("div", { class: "toast", role: "status", hidden: true });
  sideBox = h("div", { class: "side-box" });

  /** @type {Partial<State>} */
  state = {};
  /** @type {Land[]} */
  land = [];
  /** @type {Row[][]} */
  rows = [[]];
  /** @type {Frame[]} */
  frames = [];
  /** @type {ReturnType<typeof readBands>} */
  bands = null;
  /** @type {Chosen | null} */
  chosen = null;
  /** @type {(() => void)[]} */
  stop = [];
  shownLanes = 0;
  mixed = false;
  missed = false; // weeks
  asked = false; // for what was missed
  listed = ""; // changes
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
    this.model = model;
    this.setup = model.get("setup");
    /** @type {"levers" | "story" | null} */
    this.panel = this.setup.host && this.setup.kind === "live" && innerWidth >= 1100 ? "levers" : null;
    const address = new URLSearchParams(this.setup.kind === "live" ? location.search : "");
    this.lang = this.setup.lang;
    this.numbers = new Numbers(this.lang);
    const dark = address.has("dark") ? address.get("dark") === "1" : matchMedia("(prefers-color-scheme: dark)").matches;
    this.look = { big: address.get("big") === "1", dark };
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.bar = new Bar(this);
    this.levers = new Levers(this);
    this.story = new StoryPanel(this);
    this.card = new Card(this);
    this.windows = new Windows(this);
    this.charts = CHARTS.map((about) => new Chart(about, this));
    this.maps = [0, 1].map((lane) => this.mapOf(lane));
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

  get lanes() {
    return Math.max(1, this.state.lanes?.length ?? 1);
  }

  get week() {
    return this.frames[0]?.week ?? 0;
  }

  /** Whether a session is looked at. */
  get live() {
    return this.setup.kind === "live" || this.setup.kind === "notebook";
  }

  get steers() {
    return Boolean(this.setup.host) || this.setup.kind === "replay";
  }

  /** @param {string} key */
  text(key) {
    return this.setup.texts[this.lang][key] ?? key;
  }

  /**
   * A school year by the calendar, of the scenario of a lane.
   *
   * @param {number} number
   * @param {number} lane
   */
  schoolYear(number, lane = 0) {
    return this.preset(lane)?.years[number - 1] ?? number;
  }

  /**
   * A week in words.
   *
   * @param {number} week
   */
  moment(week) {
    if (!week) return this.text("start");
    const year = this.schoolYear(Math.floor((week - 1) / 40) + 1);
    return `${this.text("school_year")} ${year} · ${this.text("week")} ${((week - 1) % 40) + 1}`;
  }

  // --- building ---

  /** @param {HTMLElement} el */
  build(el) {
    this.root.classList.add(`kind-${this.setup.kind}`);
    Object.assign(this.root, { stage: this });
    const grid = h("div", { class: "chart-grid" }, this.charts.map((chart) => chart.element));
    const charts = h("section", { class: "charts" }, this.chartsTitle, grid, this.note, this.changes);
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

  /**
   * The map of a lane with what is said above and below it.
   *
   * @param {number} lane
   */
  mapOf(lane) {
    const canvas = h("canvas", { role: "img", tabindex: "0" });
    const title = h("h2", { class: `lane-title lane-${"ab"[lane]}` });
    const differs = h("p", { class: "differs-line" });
    const madeUp = h("p", { class: "made-up" });
    const view = new MapView(canvas);
    canvas.addEventListener("click", (event) => this.click(lane, event));
    canvas.addEventListener("pointermove", (event) => {
      canvas.style.cursor = view.find(event.offsetX, event.offsetY) ? "pointer" : "default";
    });
    const head = h("div", { class: "map-head" }, title, differs);
    const element = h("div", { class: "map", dataset: { lane: "AB"[lane] } }, head, canvas, madeUp);
    return { view, canvas, title, differs, madeUp, element };
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
    this.story.words();
    this.charts.forEach((chart) => chart.words());
    this.maps.forEach((map, lane) => {
      map.view.setTheme(this.theme);
      map.element.hidden = lane >= this.lanes;
      map.canvas.setAttribute("aria-label", `${this.text("map_of")}${this.lanes > 1 ? ` ${"AB"[lane]}` : ""}`);
    });
    this.chartsTitle.textContent = this.text("charts");
    this.legendBox.replaceChildren(legend(this));
    this.place();
    this.update();
  }

  /** Put the open panel beside the map. */
  place() {
    const guestStory = !this.setup.host && this.setup.kind === "live" && (this.state.story?.scene ?? -1) >= 0;
    const open = guestStory ? "story" : this.panel;
    const panel = open && { levers: this.levers.element, story: this.story.element }[open];
    this.sideBox.hidden = !panel;
    if (panel && this.sideBox.firstChild !== panel) this.sideBox.replaceChildren(panel);
    this.root.dataset.side = open ?? "";
  }

  /** @param {"levers" | "story"} panel */
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
    const key = (/** @type {KeyboardEvent} */ event) => this.key(event);
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
    const mixed = frames.some((frame) => frame.flags.some((flag) => flag & MBO));
    if (mixed !== this.mixed) {
      this.mixed = mixed;
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
      const floor = this.state.lanes?.[lane]?.floor ?? 0.35;
      this.maps[lane].view.setFrame(frame, still || this.still, floor, lane ? marks : null);
    });
  }

  /** In which clusters B is clearly higher or lower than A. */
  marks() {
    if (this.frames.length < 2 || !this.land[1]) return null;
    const [a, b] = [0, 1].map((lane) => meanQuality(this.frames[lane], this.land[lane]));
    /** @type {Map<number, number>} */
    const found = new Map();
    b.forEach((value, k) => {
      const gap = value - a[k];
      if (Math.abs(gap) > SLOW) found.set(k, gap);
    });
    return found;
  }

  update() {
    this.place();
    this.bar.update();
    if (this.panel === "levers") this.levers.update();
    this.story.update();
    this.charts.forEach((chart) => { chart.stale = true; });
    this.note.hidden = this.setup.kind === "inspect";
    this.note.textContent = this.bandText();
    this.maps.forEach((_, lane) => this.title(lane));
    this.listChanges();
    const cause = this.state.error?.cause ?? null;
    if (this.state.error && this.shownError !== cause) this.windows.error(this.state.error);
    this.shownError = cause;
    this.keepAddress();
  }

  /** What the bands are; a film that was kept before there were any gets none. */
  bandText() {
    if (this.bands) return fill(this.text("band"), { n: this.bands.replications });
    return this.live ? this.text("band_wait") : "";
  }

  /** @param {number} lane */
  title(lane) {
    const about = this.state.lanes?.[lane];
    if (!about) return;
    const map = this.maps[lane];
    tell(map.title, `${this.lanes > 1 ? `${"AB"[lane]} · ` : ""}${about.title[this.lang]}`);
    const list = this.turned(lane).map(
      (lever) => `${lever.label[this.lang]}: ${this.spoken(lever, about.values[lever.name])}`);
    const same = lane ? this.text("same") : "";
    tell(map.differs, list.length ? `${this.text(lane ? "differs" : "adapted")}: ${list.join("; ")}` : same);
    tell(map.madeUp, this.madeUp(lane));
  }

  /**
   * The levers that stand otherwise than in A; of A itself, than in its scenario.
   *
   * @param {number} lane
   */
  turned(lane) {
    const [first, about] = [this.state.lanes?.[0], this.state.lanes?.[lane]];
    const turned = about?.changes.filter((change) => change.week === 0).map((change) => change.name);
    return this.setup.levers.filter(({ name }) =>
      (lane ? first?.values[name] !== about?.values[name] : turned?.includes(name)));
  }

  /**
   * The scenario of a lane.
   *
   * @param {number} lane
   */
  preset(lane) {
    const scenario = this.state.lanes?.[lane]?.scenario;
    return this.setup.presets.find((preset) => preset.name === scenario);
  }

  /**
   * What of a lane's map does not exist; the sites of somebody's own scenario may.
   *
   * @param {number} lane
   */
  madeUp(lane) {
    return this.text(this.preset(lane)?.built_in ? "made_up" : "made_up_people");
  }

  /**
   * From when a lever acts that is turned after so many weeks of a lane.
   *
   * @param {Lever} lever
   * @param {number} lane
   * @param {number} week
   */
  acts({ acts }, lane, week) {
    const words = acts.without_mbo && !this.hasMbo(lane, week) ? acts.without_mbo : acts.words;
    return fill(words[this.lang], { year: this.schoolYear(Math.floor(week / 40) + acts.years[week % 40], lane) });
  }

  /**
   * @param {number} lane
   * @param {number} week
   */
  hasMbo(lane, week) {
    if (week === this.week) return Boolean(this.frames[lane]?.flags.some((flag) => flag & MBO));
    return this.rows[lane]?.[week - 1]?.[this.setup.series.indexOf("students_mbo")] > 0;
  }

  /**
   * @param {Lever} lever
   * @param {Value} value
   */
  spoken(lever, value) {
    if (lever.kind !== "choice") return this.levers.value(lever, value);
    return lever.choices.find((choice) => choice.value === value)?.[this.lang] ?? String(value);
  }

  listChanges() {
    const items = (this.state.lanes ?? []).flatMap((lane, at) => lane.changes
      .filter((change) => change.week > 0 && change.week <= this.week)
      .map((change) => ({ at, text: this.changeText(change, at) })));
    const seen = JSON.stringify(items);
    if (seen === this.listed) return;
    this.listed = seen;
    this.changes.replaceChildren(...items.map(({ at, text }) => h("li", { class: `lane-${"ab"[at]}` }, text)));
  }

  /**
   * A change, when it was made, and from when it acts unless that is within days.
   *
   * @param {Change} change
   * @param {number} lane
   */
  changeText({ week, name, value }, lane) {
    const lever = this.setup.levers.find((one) => one.name === name);
    const acts = lever ? this.acts(lever, lane, week) : "";
    const later = lever && acts !== lever.acts.words[this.lang] ? ` · ${acts}` : "";
    const label = lever ? `${lever.label[this.lang]} ${this.spoken(lever, value)}${later}` : `${name} ${value}`;
    const year = `${this.text("school_year").toLowerCase()} ${this.schoolYear(Math.floor(week / 40) + 1, lane)}`;
    const letter = this.lanes > 1 ? `${"AB"[lane]} · ` : "";
    return `▼ ${letter}${year}, ${this.text("week")} ${(week % 40) + 1}: ${label}`;
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
    this.send({ ask: "card", lane, kind: found.kind, which: found.which, lang: this.lang });
  }

  /** @param {Chosen | null} chosen */
  choose(chosen) {
    this.chosen = chosen;
    this.maps.forEach((map, lane) => map.view.choose(chosen && chosen.lane === lane ? chosen : null));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.windows.element.open) return;
    const focused = event.target;
    if (focused instanceof HTMLElement && focused !== document.body) {
      if (!this.root.contains(focused)) return;
      if (focused.closest("input, select, textarea, dialog, button")) return;
    }
    const rates = this.setup.rates;
    const rate = rates.indexOf(this.state.rate ?? 0);
    /** @type {Record<string, () => void>} */
    const acts = {
      " ": () => this.ask(this.state.playing ? "pause" : "play"),
      ArrowRight: () => this.ask("step"),
      ArrowUp: () => this.ask("rate", { rate: rates[Math.min(rates.length - 1, rate + 1)] }),
      ArrowDown: () => this.ask("rate", { rate: rates[Math.max(0, rate - 1)] }),
      End: () => this.ask("jump"),
      Home: () => this.ask("reset"),
      Escape: () => this.card.hide(),
      "?": () => this.windows.help(),
    };
    if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    }
  }

  // --- looks, address, files ---

  /** @param {Lang} lang */
  setLanguage(lang) {
    this.lang = lang;
    this.words();
    if (this.setup.kind === "inspect") this.send({ ask: "language", lang }); // what stands beside the stage follows
    if (!this.chosen) return;
    const { lane, kind, which } = this.chosen;
    this.send({ ask: "card", lane, kind, which, lang });
  }

  /** @param {Partial<StageView["look"]>} look */
  setLook(look) {
    Object.assign(this.look, look);
    this.words();
    requestAnimationFrame(() => this.fit(true));
  }

  /** The address brings this scene back; only the host's holds the scene, as only the host steers. */
  keepAddress() {
    if (this.setup.kind !== "live" || !this.state.address) return;
    const session = new URLSearchParams(location.search).get("s");
    const scene = this.setup.host ? { ...this.state.address, week: String(this.week) } : {};
    const kept = new URLSearchParams({
      ...(session !== null && { s: session }), lang: this.lang,
      ...(this.look.big && { big: "1" }), ...(this.look.dark && { dark: "1" }), ...scene,
    });
    const fresh = `?${kept}`;
    const clock = performance.now();
    if (fresh === location.search || (this.state.playing && clock - this.written < 2000)) return;
    this.written = clock;
    history.replaceState(history.state, "", fresh + location.hash);
  }

  /** The address to hand out: where everybody looks on at this session, without the scene. */
  guestAddress() {
    const link = new URL(this.setup.invite?.url ?? "/", location.href);
    const session = new URLSearchParams(location.search).get("s");
    if (session) link.searchParams.set("s", session);
    link.searchParams.set("lang", this.lang);
    return link.href;
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
    }
  }

  close() {
    cancelAnimationFrame(this.beat);
    this.stop.forEach((stop) => stop());
    this.root.remove();
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

/**
 * The mean quality in every cluster.
 *
 * @param {Frame} frame
 * @param {Land} land
 */
function meanQuality(frame, land) {
  const sums = land.clusters.map(() => [0, 0]);
  frame.site.forEach((site, i) => {
    const sum = sums[land.sites[site]?.[4]];
    if (!sum) return;
    sum[0] += frame.quality[i] / 255;
    sum[1] += 1;
  });
  return sums.map(([total, count]) => (count ? total / count : NaN));
}

/**
 * How the style sheet names widths of the stage, which need not be those of the window.
 *
 * @param {number} width
 */
function widthName(width) {
  if (width <= 760) return "phone";
  if (width <= 1100) return "narrow";
  return width < 1500 ? "medium" : "wide";
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  const stage = new StageView(model, el);
  return () => stage.close();
}

export default { render };
