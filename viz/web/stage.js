// The stage: puts the parts together, listens to the server and to the keyboard, and keeps the address.
import { Numbers, fill, h, themeOf } from "./basics.js";
import { CHARTS, Chart } from "./charts.js";
import { MapView } from "./map.js";
import { Bar, Card, Levers, Windows, legend } from "./panels.js";
import { MBO, bytesOf, readBands, readFrame, readHistory, splitFrames } from "./reading.js";
import { download, picture } from "./saving.js";
import { StoryPanel } from "./story.js";

const SLOW = 0.04; // what counts as a difference in quality between the same cluster in A and B

export class StageView {
  constructor(model, el) {
    this.model = model;
    this.setup = model.get("setup");
    this.player = model.player ?? null;
    this.state = {};
    this.land = [];
    this.rows = [[]];
    this.frames = [];
    this.bands = null;
    this.panel = this.setup.host && this.setup.kind === "live" && innerWidth >= 1100 ? "levers" : null;
    const address = new URLSearchParams(this.setup.kind === "live" ? location.search : "");
    this.lang = this.setup.lang;
    this.look = { big: address.get("big") === "1", dark: address.has("dark") ? address.get("dark") === "1" : matchMedia("(prefers-color-scheme: dark)").matches };
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stop = [];
    this.build(el);
    this.listen();
    this.words();
    this.hear("land", "bands", "state", "history", "frame");
    this.beat = requestAnimationFrame((clock) => this.tick(clock));
  }

  get lanes() {
    return Math.max(1, this.state.lanes?.length ?? 1);
  }

  get week() {
    return this.frames[0]?.week ?? 0;
  }

  get steers() {
    return Boolean(this.setup.host) || this.setup.kind === "replay";
  }

  text(key) {
    return this.setup.texts[this.lang][key] ?? key;
  }

  /** A week in words. */
  moment(week) {
    return week
      ? `${this.text("school_year")} ${Math.floor((week - 1) / 40) + 1} · ${this.text("week")} ${((week - 1) % 40) + 1}`
      : this.text("start");
  }

  // --- building ---

  build(el) {
    this.root = h("div", { class: `samenspel kind-${this.setup.kind}` });
    this.root.stage = this;
    this.bar = new Bar(this);
    this.levers = new Levers(this);
    this.story = new StoryPanel(this);
    this.card = new Card(this);
    this.windows = new Windows(this);
    this.charts = CHARTS.map((about) => new Chart(about, this));
    this.maps = [0, 1].map((lane) => {
      const canvas = h("canvas", { role: "img", tabindex: "0" });
      const title = h("h2", { class: `lane-title lane-${"ab"[lane]}` });
      const differs = h("p", { class: "differs-line" });
      const madeUp = h("p", { class: "made-up" });
      const view = new MapView(canvas);
      canvas.addEventListener("click", (event) => this.click(lane, event));
      canvas.addEventListener("pointermove", (event) => { canvas.style.cursor = view.find(event.offsetX, event.offsetY) ? "pointer" : "default"; });
      return { view, canvas, title, differs, madeUp, element: h("div", { class: "map", dataset: { lane: "AB"[lane] } }, h("div", { class: "map-head" }, title, differs), canvas, madeUp) };
    });
    this.mapsBox = h("div", { class: "maps" }, this.maps.map((map) => map.element), this.card.element);
    this.legendBox = h("div", { class: "legend-box" });
    this.note = h("p", { class: "note band-note" });
    this.changes = h("ul", { class: "changes" });
    this.chartsBox = h("section", { class: "charts" }, h("h2", { class: "hidden-title" }), h("div", { class: "chart-grid" }, this.charts.map((chart) => chart.element)), this.note, this.changes);
    this.toastBox = h("div", { class: "toast", role: "status", hidden: true });
    this.sideBox = h("div", { class: "side-box" });
    this.center = h("section", { class: "center" }, this.mapsBox, this.legendBox);
    this.root.append(this.bar.element, h("div", { class: "main" }, this.sideBox, this.center, this.chartsBox), this.windows.element, this.toastBox);
    el.append(this.root);
    const viewport = document.querySelector("meta[name=viewport]"); // the page's own forbids zooming
    if (viewport && this.setup.kind === "live") viewport.content = "width=device-width, initial-scale=1";
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.root);
    this.maps.forEach((map) => this.observer.observe(map.element));
    this.charts.forEach((chart) => this.observer.observe(chart.element));
    this.stop.push(() => this.observer.disconnect());
    document.fonts?.ready.then(() => this.fit(true));
    if (this.setup.missing) this.windows.open("fault", this.text("no_session"));
    else if (this.setup.wrong) this.windows.open("fault", `${this.text("bad_address")}\n${this.setup.wrong}`);
    else if (this.setup.led) this.windows.open("led");
  }

  /** Everything that is said again when language, lanes or look change. */
  words() {
    document.documentElement.lang = this.lang;
    this.numbers = new Numbers(this.lang);
    this.root.toggleAttribute("data-dark", this.look.dark);
    this.root.toggleAttribute("data-big", this.look.big);
    this.theme = themeOf(this.root);
    this.shownLanes = this.lanes;
    this.root.dataset.lanes = this.lanes;
    this.bar.words();
    this.levers.words();
    this.story.words();
    this.charts.forEach((chart) => chart.words());
    this.maps.forEach((map, lane) => {
      map.view.setTheme(this.theme);
      map.element.hidden = lane >= this.lanes;
      map.canvas.setAttribute("aria-label", `${this.text("map_of")}${this.lanes > 1 ? ` ${"AB"[lane]}` : ""}`);
    });
    this.chartsBox.querySelector("h2").textContent = this.text("charts");
    this.legendBox.replaceChildren(legend(this));
    this.place();
    this.update();
  }

  /** Put the open panel beside the map. */
  place() {
    const guestStory = !this.setup.host && this.setup.kind === "live" && (this.state.story?.scene ?? -1) >= 0;
    const open = guestStory ? "story" : this.panel;
    const panel = { levers: this.levers.element, story: this.story.element }[open];
    this.sideBox.hidden = !panel;
    if (panel && this.sideBox.firstChild !== panel) this.sideBox.replaceChildren(panel);
    this.root.dataset.side = open ?? "";
  }

  toggle(panel) {
    this.panel = this.panel === panel ? null : panel;
    this.place();
    this.update();
  }

  window(kind) {
    this.windows.open(kind);
  }

  toast(text) {
    this.toastBox.textContent = text;
    this.toastBox.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { this.toastBox.hidden = true; }, 4000);
  }

  // --- listening ---

  listen() {
    for (const name of ["land", "bands", "state", "history", "frame"]) {
      const hear = () => this.hear(name);
      this.model.on(`change:${name}`, hear);
      this.stop.push(() => this.model.off?.(`change:${name}`, hear));
    }
    const answer = (message) => this.answer(message);
    this.model.on("msg:custom", answer);
    this.stop.push(() => this.model.off?.("msg:custom", answer));
    const key = (event) => this.key(event);
    window.addEventListener("keydown", key);
    this.stop.push(() => window.removeEventListener("keydown", key));
  }

  hear(...names) {
    for (const name of names) {
      const value = this.model.get(name);
      if (name === "land") {
        this.land = value ?? [];
        this.land.forEach((land, lane) => this.maps[lane]?.view.setLand(land));
      } else if (name === "bands") {
        this.bands = readBands(bytesOf(value));
      } else if (name === "history") {
        if (value?.byteLength || !this.week) this.rows = readHistory(bytesOf(value), this.lanes, this.setup.series.length).map((rows) => [...rows]);
      } else if (name === "state") {
        this.state = value ?? {};
        if (this.shownLanes !== this.lanes) this.words();
      } else {
        this.takeFrames(splitFrames(bytesOf(value)).map(readFrame));
      }
    }
    this.update();
  }

  takeFrames(frames) {
    this.frames = frames;
    const mixed = frames.some((frame) => frame.flags.some((flag) => flag & MBO));
    if (mixed !== this.mixed) {
      this.mixed = mixed;
      if (this.theme) this.legendBox.replaceChildren(legend(this));
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
    setTimeout(() => { this.asked = false; if (this.missed) this.askHistory(); }, 400);
    this.send({ ask: "history" });
  }

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
    const mean = (frame, land) => {
      const sums = land.clusters.map(() => [0, 0]);
      frame.site.forEach((site, i) => {
        const sum = sums[land.sites[site]?.[4]];
        if (sum) { sum[0] += frame.quality[i] / 255; sum[1] += 1; }
      });
      return sums.map(([total, count]) => (count ? total / count : NaN));
    };
    const [a, b] = [0, 1].map((lane) => mean(this.frames[lane], this.land[lane]));
    const found = new Map();
    b.forEach((value, k) => {
      const gap = value - a[k];
      if (Math.abs(gap) > SLOW) found.set(k, gap);
    });
    return found;
  }

  update() {
    if (!this.numbers) return;
    this.place();
    this.bar.update();
    if (this.panel === "levers") this.levers.update();
    this.story.update();
    this.charts.forEach((chart) => { chart.stale = true; });
    this.note.hidden = this.setup.kind === "inspect";
    this.note.textContent = this.bands ? this.text("band").replace("{n}", this.bands.replications) : this.text("band_wait");
    this.maps.forEach((map, lane) => this.title(map, lane));
    this.listChanges();
    if (this.state.error && this.shownError !== this.state.error.cause) {
      this.shownError = this.state.error.cause;
      this.windows.open("error", this.state.error);
    } else if (!this.state.error) this.shownError = null;
    this.keepAddress();
  }

  title(map, lane) {
    const about = this.state.lanes?.[lane];
    if (!about) return;
    const text = `${this.lanes > 1 ? `${"AB"[lane]} · ` : ""}${about.title[this.lang]}`;
    if (map.title.textContent !== text) map.title.textContent = text;
    const first = this.state.lanes[0];
    const turned = new Set(about.changes.filter((change) => change.week === 0).map((change) => change.name));
    const names = this.setup.levers.filter(({ name }) => (lane ? first.values[name] !== about.values[name] : turned.has(name)));
    const list = names.map((lever) => `${lever.label[this.lang]}: ${this.spoken(lever, about.values[lever.name])}`);
    const line = list.length ? `${this.text(lane ? "differs" : "adapted")}: ${list.join("; ")}` : lane ? this.text("same") : "";
    if (map.differs.textContent !== line) map.differs.textContent = line;
    const madeUp = this.madeUp(lane);
    if (map.madeUp.textContent !== madeUp) map.madeUp.textContent = madeUp;
  }

  /** What of a lane's map does not exist; the sites of somebody's own scenario may. */
  madeUp(lane) {
    const scenario = this.state.lanes?.[lane]?.scenario;
    return this.text(this.setup.presets.find((preset) => preset.name === scenario)?.built_in ? "made_up" : "made_up_people");
  }

  /** From when a lever acts that is turned after so many weeks of a lane. */
  acts({ acts }, lane, week) {
    const words = acts.without_mbo && !this.hasMbo(lane, week) ? acts.without_mbo : acts.words;
    return fill(words[this.lang], { year: Math.floor(week / 40) + acts.years[week % 40] });
  }

  hasMbo(lane, week) {
    if (week === this.week) return Boolean(this.frames[lane]?.flags.some((flag) => flag & MBO));
    return this.rows[lane]?.[week - 1]?.[this.setup.series.indexOf("students_mbo")] > 0;
  }

  spoken(lever, value) {
    if (lever.kind === "choice") return lever.choices.find((choice) => choice.value === value)?.[this.lang] ?? String(value);
    return this.levers.value(lever, value);
  }

  listChanges() {
    const items = (this.state.lanes ?? []).flatMap((lane, at) => lane.changes.filter((change) => change.week > 0 && change.week <= this.week).map((change) => {
      const lever = this.setup.levers.find((one) => one.name === change.name);
      const acts = lever ? this.acts(lever, at, change.week) : "";
      const later = lever && acts !== lever.acts.words[this.lang] ? ` · ${acts}` : ""; // not within days of where it stands
      const label = lever ? `${lever.label[this.lang]} ${this.spoken(lever, change.value)}${later}` : `${change.name} ${change.value}`;
      return { at, text: `▼ ${this.lanes > 1 ? `${"AB"[at]} · ` : ""}${this.text("school_year").toLowerCase()} ${Math.floor(change.week / 40) + 1}, ${this.text("week")} ${(change.week % 40) + 1}: ${label}` };
    }));
    const seen = JSON.stringify(items);
    if (seen === this.listed) return;
    this.listed = seen;
    this.changes.replaceChildren(...items.map(({ at, text }) => h("li", { class: `lane-${"ab"[at]}` }, text)));
  }

  // --- asking ---

  send(message) {
    this.model.send(message);
  }

  ask(what, more = {}) {
    if (what === "play" && this.week >= (this.state.last ?? Infinity)) this.toast(this.text("at_end"));
    if (this.steers) this.send({ ask: what, lang: this.lang, ...more });
  }

  answer(message) {
    if (message.say === "card") this.card.show(message.card);
    else if (message.say === "voted") { if (message.counted) this.story.counted(); else this.toast(this.text("not_counted")); }
    else if (message.say === "file") download(message.name, new Blob([message.text], { type: message.kind }));
    else if (message.say === "fault") { this.toast(message.text); this.levers.update(); }
    else if (message.say === "pinch") this.windows.answer("pinch", message, !message.texts);
    else if (message.say === "growth") this.windows.answer("growth", message, message.done === 0);
    else if (message.say === "led") { this.levers.update(); this.window("led"); }
    else if (message.say === "guest") { if (this.setup.host) location.reload(); else this.toast(this.text("guest")); } // the host's key was renewed
  }

  click(lane, event) {
    const found = this.maps[lane].view.find(event.offsetX, event.offsetY);
    if (!found) {
      this.card.hide();
      return;
    }
    this.card.element.dataset.at = event.clientX > this.center.getBoundingClientRect().left + this.center.clientWidth / 2 ? "left" : "right"; // not over what was clicked
    this.choose({ lane, ...found });
    this.send({ ask: "card", lane, kind: found.kind, which: found.which, lang: this.lang });
  }

  choose(chosen) {
    this.chosen = chosen;
    this.maps.forEach((map, lane) => map.view.choose(chosen && chosen.lane === lane ? chosen : null));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.windows.element.open) return;
    const focused = event.target;
    if (focused instanceof HTMLElement && focused.closest("input, select, textarea, dialog, button") && this.root.contains(focused)) return;
    if (focused instanceof HTMLElement && focused !== document.body && !this.root.contains(focused)) return;
    const rates = this.setup.rates;
    const rate = rates.indexOf(this.state.rate);
    const acts = {
      " ": () => this.ask(this.state.playing ? "pause" : "play"),
      ArrowRight: () => this.ask("step"),
      ArrowUp: () => this.ask("rate", { rate: rates[Math.min(rates.length - 1, rate + 1)] }),
      ArrowDown: () => this.ask("rate", { rate: rates[Math.max(0, rate - 1)] }),
      End: () => this.ask("jump"),
      Home: () => this.ask("reset"),
      Escape: () => this.card.hide(),
      "?": () => this.window("help"),
    };
    if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    }
  }

  // --- looks, address, files ---

  setLanguage(lang) {
    this.lang = lang;
    this.words();
    if (this.setup.kind === "inspect") this.send({ ask: "language", lang }); // what stands beside the stage follows
    if (this.chosen) this.send({ ask: "card", lane: this.chosen.lane, kind: this.chosen.kind, which: this.chosen.which, lang });
  }

  setLook(look) {
    Object.assign(this.look, look);
    this.words();
    requestAnimationFrame(() => this.fit(true));
  }

  /** The address brings this scene back; only the host's holds the scene, as only the host steers. */
  keepAddress() {
    if (this.setup.kind !== "live" || !this.state.address) return;
    const old = new URLSearchParams(location.search);
    const kept = new URLSearchParams();
    if (old.has("s")) kept.set("s", old.get("s"));
    kept.set("lang", this.lang);
    if (this.look.big) kept.set("big", "1");
    if (this.look.dark) kept.set("dark", "1");
    if (this.setup.host) for (const [name, value] of Object.entries({ ...this.state.address, week: String(this.week) })) kept.set(name, value);
    const fresh = `?${kept}`;
    const clock = performance.now();
    if (fresh === location.search || (this.state.playing && clock - (this.written ?? 0) < 2000)) return;
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
    picture(this).then((blob) => download("samenspel.png", blob));
  }

  // --- drawing ---

  fit(again = false) {
    let changed = again;
    const width = this.root.clientWidth;
    this.root.dataset.width = width <= 760 ? "phone" : width <= 1100 ? "narrow" : width < 1500 ? "medium" : "wide";
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

  tick(clock) {
    this.beat = requestAnimationFrame((next) => this.tick(next));
    for (let lane = 0; lane < this.lanes; lane++) this.maps[lane].view.draw(clock);
    const stale = this.charts.filter((chart) => chart.stale);
    if (stale.length && clock - (this.charted ?? 0) > 45) {
      this.charted = clock;
      stale.forEach((chart) => { chart.stale = false; chart.update(); });
    }
  }

  close() {
    cancelAnimationFrame(this.beat);
    this.stop.forEach((stop) => stop());
    this.root.remove();
  }
}

export function render({ model, el }) {
  const stage = new StageView(model, el);
  return () => stage.close();
}

export default { render };
