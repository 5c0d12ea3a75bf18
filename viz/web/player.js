// Playing a film: the stage without a server.
import { h } from "./basics.js";
import { readFrame, splitFrames } from "./reading.js";
import { render } from "./stage.js";

/** A film plays without a server: it answers what the stage asks, as far as a film can. */
class Player {
  constructor(film) {
    this.film = film;
    this.values = { setup: film.setup, land: film.land, bands: film.bands, state: { ...film.state, playing: false, error: null }, history: null, frame: null };
    this.heard = new Map();
    this.at = 0;
    this.last = film.frames[0].length - 1;
    this.rate = 8;
    this.values.state.rate = this.rate;
    this.player = this;
    this.slider = h("input", { type: "range", class: "scrub", min: "0", max: String(this.last), value: "0", "aria-label": "week", oninput: (e) => this.go(Number(e.target.value)) });
    this.frameAt(0);
  }

  get(name) {
    return this.values[name];
  }

  on(event, act) {
    this.heard.set(event, act);
  }

  set(name, value) {
    this.values[name] = value;
    this.heard.get(`change:${name}`)?.();
  }

  frameAt(week) {
    const parts = this.film.frames.map((frames) => frames[week]);
    const size = parts.reduce((sum, part) => sum + 4 + part.byteLength + ((4 - (part.byteLength % 4)) % 4), 0);
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      new DataView(whole.buffer).setUint32(at, part.byteLength, true);
      whole.set(new Uint8Array(part), at + 4);
      at += 4 + part.byteLength + ((4 - (part.byteLength % 4)) % 4);
    }
    this.values.frame = whole.buffer;
  }

  go(week) {
    this.at = Math.max(0, Math.min(this.last, week));
    const rows = this.film.frames.map((frames) => frames.slice(1, this.at + 1).map((frame) => readFrame(frame).series));
    const width = this.film.setup.series.length;
    const all = new Float32Array(rows.length * this.at * width);
    rows.flat().forEach((row, i) => all.set(row, i * width));
    this.set("history", all.buffer);
    this.frameAt(this.at);
    this.set("frame", this.values.frame);
    this.slider.value = String(this.at);
  }

  play(on) {
    clearInterval(this.timer);
    this.set("state", { ...this.values.state, playing: on, rate: this.rate });
    if (on) this.timer = setInterval(() => (this.at >= this.last ? this.play(false) : this.go(this.at + 1)), 1000 / this.rate);
  }

  send(message) {
    const acts = {
      play: () => this.play(true), pause: () => this.play(false), step: () => this.go(this.at + 1),
      jump: () => this.go(this.at + 40 - (this.at % 40)), reset: () => this.go(0),
      rate: () => { this.rate = message.rate; this.play(this.values.state.playing); },
    };
    acts[message.ask]?.();
  }
}

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function playFilm(packed, el) {
  const bands = await inflate(packed.bands);
  const frames = await Promise.all(packed.frames.map(async (text) => splitFrames(await inflate(text))));
  render({ model: new Player({ ...packed, bands, frames }), el });
}
