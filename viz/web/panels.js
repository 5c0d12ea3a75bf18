// Panels: the bar with controls, the levers, the cards and the windows.
import { BUCKETS, button, fill, h, qualityColour, sharp } from "./basics.js";
import { drawHouse, makeSprites } from "./map.js";
import { growthParts, pinchParts } from "./questions.js";

export class Bar {
  constructor(stage) {
    this.stage = stage;
    this.element = h("header", { class: "bar" });
  }

  words() {
    const { stage } = this;
    const t = (key) => stage.text(key);
    const steers = stage.steers;
    this.play = button("play", t("play"), () => stage.ask(stage.state.playing ? "pause" : "play"), { class: "act play" });
    this.clock = h("div", { class: "clock", role: "status", "aria-live": "off" });
    this.count = h("div", { class: "count" });
    this.rate = h("select", { "aria-label": `${t("rate")} (${t("rate_unit")})`, title: t("rate_unit"), onchange: (e) => stage.ask("rate", { rate: Number(e.target.value) }) },
      stage.setup.rates.map((rate) => h("option", { value: String(rate) }, `${rate}×`)));
    const transport = steers && h("div", { class: "transport" },
      this.play,
      button("step", t("step"), () => stage.ask("step"), { bare: true }),
      button("jump", t("jump"), () => stage.ask("jump"), { bare: true }),
      button("reset", t("reset"), () => stage.ask("reset"), { bare: true }),
      this.rate);
    const live = stage.setup.kind === "live" || stage.setup.kind === "notebook";
    const tools = h("div", { class: "tools" },
      stage.setup.host && live && button("levers", t("levers"), () => stage.toggle("levers"), { class: "tool", dataset: { tool: "levers" } }),
      live && stage.setup.kind === "live" && stage.setup.host && button("story", t("story"), () => stage.toggle("story"), { class: "tool", dataset: { tool: "story" } }),
      stage.setup.host && live && button("compare", stage.lanes > 1 ? t("single") : t("compare"), () => stage.ask("choose", { lane: 1, course: stage.lanes > 1 ? "" : stage.state.lanes[0].course }), { class: "tool", dataset: { tool: "compare" } }),
      stage.setup.host && live && ["pinch", "growth"].map((name) => button(name, t(name), () => stage.ask(name), { class: "tool", dataset: { tool: name } })),
      stage.setup.invite?.url && button("share", t("share"), () => stage.window("share"), { class: "tool", dataset: { tool: "share" } }),
      button("more", t("more"), () => stage.window("more"), { class: "tool", bare: true, dataset: { tool: "more" } }),
      button("help", t("help"), () => stage.window("help"), { class: "tool", bare: true, dataset: { tool: "help" } }));
    const guest = !stage.setup.host && live ? h("p", { class: "guest" }, t("guest")) : null;
    this.element.replaceChildren(h("h1", {}, t("title")), this.clock, this.count, ...[transport, guest].filter(Boolean), tools);
    if (stage.player) this.element.append(stage.player.slider);
  }

  update() {
    const { stage } = this;
    if (!this.clock) return;
    const { week, state } = stage;
    const text = stage.moment(week);
    if (this.clock.textContent !== text) this.clock.textContent = text;
    this.clock.dataset.week = week;
    const counts = stage.rows.slice(0, stage.lanes).map((rows, lane) => {
      const row = rows[rows.length - 1];
      const at = (name) => row?.[stage.setup.series.indexOf(name)];
      if (!row) return "";
      const mbo = at("students_mbo") > 0 ? ` + ${stage.numbers.plain(at("students_mbo"))} mbo` : "";
      return `${stage.lanes > 1 ? `${"AB"[lane]}: ` : ""}${stage.numbers.plain(at("students_inside"))} hbo${mbo}, ${stage.numbers.plain(at("clusters"))} ${stage.text("clusters")}`;
    });
    this.count.textContent = counts.filter(Boolean).join("  ·  ");
    const playing = Boolean(state.playing);
    if (this.play.dataset.playing !== String(playing)) {
      this.play.dataset.playing = String(playing);
      const label = stage.text(playing ? "pause" : "play");
      const fresh = button(playing ? "pause" : "play", label, () => {});
      this.play.replaceChildren(...fresh.childNodes);
      this.play.title = label;
      this.play.setAttribute("aria-label", label);
    }
    if (state.rate && document.activeElement !== this.rate) this.rate.value = String(state.rate);
    for (const tool of this.element.querySelectorAll("[data-tool]")) tool.setAttribute("aria-pressed", String(stage.panel === tool.dataset.tool || (tool.dataset.tool === "compare" && stage.lanes > 1)));
  }
}

export class Levers {
  constructor(stage) {
    this.stage = stage;
    this.lane = 0;
    this.element = h("aside", { class: "side levers" });
  }

  words() {
    const { stage } = this;
    const t = (key) => stage.text(key);
    this.lane = Math.min(this.lane, stage.lanes - 1);
    const tabs = stage.lanes > 1 && h("div", { class: "tabs", role: "group", "aria-label": t("lane") }, [0, 1].map((lane) =>
      h("button", { type: "button", class: `tab lane-${"ab"[lane]}`, "aria-pressed": String(lane === this.lane), onclick: () => { this.lane = lane; this.words(); this.update(); } }, "AB"[lane])));
    this.preset = h("select", { id: "preset", onchange: (e) => stage.ask("choose", { lane: this.lane, course: e.target.value }) },
      stage.setup.presets.map((preset) => h("option", { value: preset.name }, preset.title[stage.lang])));
    this.line = h("p", { class: "line" });
    this.acts = new Map();
    this.inputs = new Map();
    this.rows = new Map();
    const rows = stage.setup.levers.map((lever) => this.row(lever));
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, t("levers")), button("close", t("close"), () => stage.toggle("levers"), { bare: true, class: "quiet" })),
      ...[tabs].filter(Boolean), h("label", { class: "small", for: "preset" }, t("scenario")), this.preset, this.line, h("p", { class: "when" }, t("acts")), ...rows);
  }

  row(lever) {
    const { stage } = this;
    const id = `lever-${lever.name}`;
    const shown = h("output", { for: id });
    let input;
    const send = (value) => stage.ask("change", { lane: this.lane, name: lever.name, value });
    if (lever.kind === "choice") {
      input = h("select", { id, onchange: (e) => send(e.target.value) }, lever.choices.map((choice) => h("option", { value: choice.value }, choice[stage.lang])));
    } else if (lever.kind === "switch") {
      input = h("input", { id, type: "checkbox", role: "switch", onchange: (e) => send(e.target.checked) });
    } else {
      input = h("input", { id, type: "range", min: String(lever.low), max: String(lever.high), step: String(lever.step),
        oninput: (e) => { shown.textContent = this.value(lever, Number(e.target.value)); },
        onchange: (e) => { send(Number(e.target.value)); } });
    }
    const acts = h("span", { class: "acts", id: `${id}-acts` });
    input.setAttribute("aria-describedby", acts.id);
    const end = (value) => (lever.kind === "real" || lever.kind === "whole") && h("span", { "aria-hidden": "true" }, this.value(lever, value, true));
    const ends = h("div", { class: "ends" }, end(lever.low), acts, end(lever.high));
    this.acts.set(lever.name, acts);
    this.inputs.set(lever.name, { lever, input, shown });
    const row = h("div", { class: `lever ${lever.kind}`, title: lever.line[stage.lang] },
      h("div", { class: "lever-head" }, h("label", { for: id }, lever.label[stage.lang]), shown),
      input, ends,
      lever.assumed && h("span", { class: "assumed", title: stage.text("assumed_why") }, `⚠ ${stage.text("assumed")}`));
    this.rows.set(lever.name, row);
    return row;
  }

  value(lever, value, short = false) {
    const { stage } = this;
    if (lever.kind === "choice") return "";
    if (lever.kind === "switch") return stage.text(value ? "yes" : "no");
    if (lever.percent) return `${stage.numbers.plain(100 * value, lever.step < 0.01 ? 1 : 0)}%`;
    const text = stage.numbers.plain(value, lever.kind === "whole" ? 0 : 1);
    return short ? text : `${text} ${lever.unit[stage.lang]}`;
  }

  update() {
    const { stage } = this;
    const lane = stage.state.lanes?.[this.lane];
    if (!lane || !this.inputs) return;
    this.preset.value = lane.scenario;
    this.line.textContent = stage.setup.presets.find((preset) => preset.name === lane.scenario)?.line[stage.lang] ?? "";
    const first = stage.state.lanes[0];
    for (const [name, { lever, input, shown }] of this.inputs) {
      const value = lane.values[name];
      if (lever.kind === "switch") input.checked = value;
      else if (!input.matches(":active")) input.value = String(value);
      shown.textContent = this.value(lever, value);
      const differs = this.lane > 0 && first.values[name] !== value;
      this.rows.get(name).classList.toggle("differs", differs);
      const acts = stage.acts(lever, this.lane, stage.week);
      if (this.acts.get(name).textContent !== acts) this.acts.get(name).textContent = acts;
    }
  }
}

/** The story of what was clicked. */
export class Card {
  constructor(stage) {
    this.stage = stage;
    this.element = h("aside", { class: "card", hidden: true, "aria-live": "polite" });
  }

  hide() {
    this.element.hidden = true;
    this.stage.choose(null);
  }

  show(card) {
    const { stage } = this;
    if (!card) {
      if (!this.element.hidden) this.element.querySelector(".reasons")?.replaceChildren(h("li", {}, stage.text("gone")));
      return;
    }
    const curve = card.over_time.length > 1 ? h("canvas", { class: "curve", role: "img", "aria-label": stage.text("over_time") }) : null;
    this.element.replaceChildren(
      h("div", { class: "side-head" }, h("h2", {}, card.title), button("close", stage.text("close"), () => this.hide(), { bare: true, class: "quiet" })),
      h("dl", {}, card.lines.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      h("ul", { class: "reasons" }, card.reasons.map((reason) => h("li", {}, reason))),
      ...(curve ? [h("p", { class: "small" }, stage.text("over_time")), curve] : []),
      h("p", { class: "made-up" }, stage.madeUp(stage.chosen?.lane ?? 0)));
    this.element.hidden = false;
    if (curve) this.drawCurve(curve, card);
  }

  drawCurve(canvas, card) {
    const { theme, numbers } = this.stage;
    const [width, height] = [canvas.clientWidth || 260, 70];
    const c = sharp(canvas, width, height);
    const weeks = card.over_time;
    const [first, last] = [weeks[0][0], weeks[weeks.length - 1][0]];
    const x = (week) => 28 + ((width - 34) * (week - first)) / Math.max(1, last - first);
    const y = (value) => height - 6 - (height - 12) * value;
    c.font = `${10.5 * theme.scale}px ${theme.font}`;
    c.fillStyle = theme.muted;
    c.textBaseline = "middle";
    c.fillText(numbers.plain(1, 1), 2, y(1) + 3);
    c.fillText(numbers.plain(0, 1), 2, y(0) - 3);
    c.strokeStyle = theme.muted;
    c.setLineDash([2, 3]);
    c.beginPath();
    c.moveTo(28, y(card.floor));
    c.lineTo(width - 6, y(card.floor));
    c.stroke();
    c.setLineDash([]);
    c.strokeStyle = theme.accent;
    c.lineWidth = 2;
    c.beginPath();
    weeks.forEach(([week, value], i) => (i ? c.lineTo(x(week), y(value)) : c.moveTo(x(week), y(value))));
    c.stroke();
  }
}

/** Windows over the page. */
export class Windows {
  constructor(stage) {
    this.stage = stage;
    this.element = h("dialog", { class: "window", onclick: (e) => e.target === this.element && this.element.close() });
  }

  open(kind, ...more) {
    const { stage } = this;
    const t = (key) => stage.text(key);
    const titles = { pinch: t("pinch"), growth: t("growth"), share: t("share"), more: t("more"), help: t("help"), error: t("error"), fault: t("fault"), led: t("led") };
    const close = button("close", t("close"), () => this.element.close(), { bare: true, class: "quiet" });
    this.element.setAttribute("aria-label", titles[kind]);
    this.element.dataset.kind = kind;
    this.element.replaceChildren(h("div", { class: "side-head" }, h("h2", {}, titles[kind]), close), ...this[kind](...more));
    if (this.element.open) close.focus(); // what had the focus is gone with the old contents
    const appear = () => (this.element.isConnected ? this.element.open || this.element.showModal() : requestAnimationFrame(appear));
    appear();
  }

  /** Show an answer to a question, in the window that its first sign of life opened; who closed it wants no more. */
  answer(kind, message, first) {
    if (first || (this.element.open && this.element.dataset.kind === kind)) this.open(kind, message);
  }

  pinch(message) {
    return pinchParts(this.stage, message);
  }

  growth(message) {
    return growthParts(this.stage, message);
  }

  share() {
    const { stage } = this;
    const { url, qr, room } = stage.setup.invite;
    const image = qr && h("img", { class: "qr", alt: `${stage.text("scan")}: ${url}`, src: qr });
    return [h("p", {}, stage.text("scan")), image, h("p", { class: "address" }, url), h("p", { class: "note" }, stage.text(room ? "open_to" : "loopback"))].filter(Boolean);
  }

  more() {
    const { stage } = this;
    const t = (key) => stage.text(key);
    const live = stage.setup.kind === "live" || stage.setup.kind === "notebook";
    const row = (label, act, pressed) => h("button", { type: "button", class: "wide", "aria-pressed": pressed === undefined ? null : String(pressed), onclick: () => { act(); if (pressed === undefined) this.element.close(); else this.open("more"); } }, label);
    return [h("div", { class: "rows" }, [
      row(t("language"), () => stage.setLanguage(stage.lang === "nl" ? "en" : "nl")),
      row(t("projector"), () => stage.setLook({ big: !stage.look.big }), stage.look.big),
      row(t("dark"), () => stage.setLook({ dark: !stage.look.dark }), stage.look.dark),
      row(t("png"), () => stage.savePicture()),
      live && row(t("csv"), () => stage.send({ ask: "csv", lang: stage.lang })),
      live && row(t("replay"), () => stage.send({ ask: "replay", lang: stage.lang })),
      stage.setup.kind === "live" && row(t("link"), () => navigator.clipboard?.writeText(stage.guestAddress()).then(() => stage.toast(t("copied")))),
      stage.setup.host && live && row(`${t("new_luck")} (${t("seed")} ${stage.state.seed})`, () => stage.ask("reseed", { seed: (stage.state.seed ?? 1) + 1 })),
    ].filter(Boolean)), h("p", { class: "note" }, stage.bands ? fill(t("band"), { n: stage.bands.replications }) : t("band_wait")),
    live && h("p", { class: "note" }, `${stage.state.watchers ?? 1} ${t("watching")}`)].filter(Boolean);
  }

  help() {
    const { stage } = this;
    const t = (key) => stage.text(key);
    const keys = [["␣", "key_space"], ["→", "key_right"], ["↑", "key_up"], ["↓", "key_down"], ["End", "key_end"], ["Home", "key_home"], ["Esc", "key_esc"], ["?", "key_help"]];
    return [h("p", {}, t("help_text")), h("h3", {}, t("keys")), h("dl", { class: "keys" }, keys.map(([key, name]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(name))]))];
  }

  error(error) {
    const { stage } = this;
    const text = Object.entries({ [stage.text("cause")]: error.cause, scenario: error.scenario, seed: error.seed, week: error.week, version: error.version }).map(([name, value]) => `${name}: ${value}`).join("\n");
    return [h("p", {}, stage.text("error_text")), h("pre", { class: "cause", tabindex: "0" }, text), h("div", { class: "rows" },
      h("button", { type: "button", class: "wide", onclick: () => navigator.clipboard?.writeText(text).then(() => stage.toast(stage.text("copied"))) }, stage.text("copy")),
      stage.setup.host && h("button", { type: "button", class: "wide act", onclick: () => { this.element.close(); stage.ask("reset"); } }, stage.text("restart")))];
  }

  fault(text) {
    return [h("p", {}, text)];
  }

  /** Another page of the host leads; this one may take over, and else looks on. */
  led() {
    const { stage } = this;
    const wide = (key, act) => h("button", { type: "button", class: `wide${act ? " act" : ""}`, dataset: { act: key }, onclick: () => { this.element.close(); act?.(); } }, stage.text(key));
    return [h("p", {}, stage.text("led_text")), h("div", { class: "rows" }, wide("take_over", () => stage.ask("lead")), wide("look_on"))];
  }
}

/** What the signs on the map mean; a list, with drawn samples. */
export function legend(stage) {
  const { theme } = stage;
  const sample = (draw) => {
    const canvas = h("canvas", { width: 44, height: 44, "aria-hidden": "true" });
    const c = canvas.getContext("2d");
    c.scale(2, 2);
    draw(c);
    return canvas;
  };
  const dot = (kind, quality) => sample((c) => {
    const sprites = makeSprites(6, theme);
    c.drawImage(sprites.of(kind, Math.min(BUCKETS - 1, Math.floor(quality * BUCKETS))), 11 - sprites.size / 2, 11 - sprites.size / 2, sprites.size, sprites.size);
  });
  const ring = (over) => sample((c) => {
    c.beginPath();
    c.arc(11, 11, 8, -Math.PI / 2, over ? 1.5 * Math.PI : Math.PI * 0.8);
    c.strokeStyle = over ? theme.over : theme.accent;
    c.lineWidth = over ? 4 : 2.5;
    c.stroke();
  });
  const items = [
    [dot(0, 0.6), "hbo_student"], [dot(1, 0.6), "mbo_student"], [dot(2, 0.25), "below_floor"],
    [sample((c) => drawHouse(c, 11, 11, 7, false, theme.ink)), "school"], [sample((c) => drawHouse(c, 11, 11, 7, true, theme.ink)), "ikc"],
    [ring(false), "load_ring"],
    [sample((c) => { c.fillStyle = theme.accent; c.beginPath(); c.arc(11, 11, 7, 0, 7); c.fill(); c.fillStyle = theme.card; c.fillRect(10.4, 4, 1.2, 14); }), "trainers_pair"],
    [sample((c) => { c.fillStyle = theme.accent; c.beginPath(); c.arc(11, 11, 7, -1.57, 1.57); c.fill(); c.strokeStyle = theme.over; c.lineWidth = 1.5; c.beginPath(); c.arc(11, 11, 7, 1.57, 4.71); c.closePath(); c.stroke(); }), "vacancy"],
  ];
  items.push([sample((c) => { c.strokeStyle = theme.over; c.lineWidth = 2; c.beginPath(); c.moveTo(6, 6); c.lineTo(16, 16); c.moveTo(16, 6); c.lineTo(6, 16); c.stroke(); }), "no_mentor"]);
  if (stage.mixed) items.push([sample((c) => { c.strokeStyle = theme.ink; c.beginPath(); c.moveTo(2, 8); c.lineTo(20, 8); c.stroke(); c.setLineDash([2, 3]); c.beginPath(); c.moveTo(2, 14); c.lineTo(20, 14); c.stroke(); }), "contact"]);
  if (stage.lanes > 1) items.push([null, "higher_here"], [null, "lower_here"]);
  const ramp = h("li", { class: "ramp" }, h("span", {}, "0"), h("i", { style: `background:linear-gradient(90deg,${[0, 0.2, 0.35, 0.5, 0.7, 1].map((q) => `${qualityColour(q)} ${100 * q}%`).join(",")})` }), h("span", {}, `1 ${stage.text("quality").toLowerCase()}`));
  return h("ul", { class: "legend", "aria-label": stage.text("legend") }, ramp, items.map(([canvas, name]) => h("li", {}, canvas, stage.text(name))));
}
