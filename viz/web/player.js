// Playing a film: the stage without a server.
import { h } from "./basics.js";
import { inflate, readFrame, splitFrames } from "./reading.js";
import { render } from "./stage.js";

/**
 * @import { Ask, Film, Hearing, Model, PackedFilm, Row, State, Traits } from "./types.js"
 */

/** Bytes from the end of a part to where the next one may start. */
const padding = (/** @type {number} */ length) => (4 - (length % 4)) % 4;

/**
 * A film plays without a server: it answers what the stage asks, as far as a film can.
 *
 * @implements {Model}
 */
class Player {
  /** @param {Film} film */
  constructor(film) {
    this.film = film;
    this.at = 0;
    this.last = film.frames[0].length - 1;
    this.rate = 8;
    this.playing = false;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** @type {Partial<Hearing>} */
    this.heard = {};
    /** @type {Traits} */
    this.values = {
      setup: film.setup, land: film.land, bands: film.bands, state: this.state(), history: null, frame: this.frameAt(0),
    };
    this.slider = h("input", {
      type: "range", class: "scrub", min: "0", max: String(this.last), value: "0", "aria-label": "week",
      oninput: (e) => this.go(Number(e.currentTarget.value)),
    });
  }

  /** @returns {State} */
  state() {
    return { ...this.film.state, playing: this.playing, rate: this.rate, error: null };
  }

  /**
   * @template {keyof Traits} Name
   * @param {Name} name
   */
  get(name) {
    return this.values[name];
  }

  /**
   * @template {keyof Hearing} Event
   * @param {Event} event
   * @param {Hearing[Event]} act
   */
  on(event, act) {
    this.heard[event] = act;
  }

  /**
   * @template {keyof Traits} Name
   * @param {Name} name
   * @param {Traits[Name]} value
   */
  set(name, value) {
    this.values[name] = value;
    this.heard[/** @type {`change:${keyof Traits}`} */ (`change:${name}`)]?.();
  }

  /**
   * The frames of all lanes as the server sends them.
   *
   * @param {number} week
   */
  frameAt(week) {
    const parts = this.film.frames.map((frames) => frames[week]);
    const size = parts.reduce((sum, part) => sum + 4 + part.byteLength + padding(part.byteLength), 0);
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      new DataView(whole.buffer).setUint32(at, part.byteLength, true);
      whole.set(new Uint8Array(part), at + 4);
      at += 4 + part.byteLength + padding(part.byteLength);
    }
    return whole.buffer;
  }

  /** @param {number} week */
  go(week) {
    this.at = Math.max(0, Math.min(this.last, week));
    /** @type {Row[]} */
    const rows = this.film.frames.flatMap((frames) =>
      frames.slice(1, this.at + 1).map((frame) => readFrame(frame).series));
    const width = this.film.setup.series.length;
    const all = new Float32Array(rows.length * width);
    rows.forEach((row, i) => all.set(row, i * width));
    this.set("history", all.buffer);
    this.set("frame", this.frameAt(this.at));
    this.slider.value = String(this.at);
  }

  /** @param {boolean} on */
  play(on) {
    clearInterval(this.timer);
    this.playing = on;
    this.set("state", this.state());
    if (!on) return;
    this.timer = setInterval(() => (this.at >= this.last ? this.play(false) : this.go(this.at + 1)), 1000 / this.rate);
  }

  /** @param {Ask} message */
  send(message) {
    /** @type {Record<string, () => void>} */
    const acts = {
      play: () => this.play(true),
      pause: () => this.play(false),
      step: () => this.go(this.at + 1),
      jump: () => this.go(this.at + 40 - (this.at % 40)),
      reset: () => this.go(0),
      rate: () => {
        this.rate = message.rate ?? this.rate;
        this.play(this.playing);
      },
    };
    acts[message.ask]?.();
  }
}

/**
 * The film's page calls this.
 *
 * @param {PackedFilm} packed
 * @param {HTMLElement} el
 */
export async function playFilm(packed, el) {
  const bands = await inflate(packed.bands);
  const frames = await Promise.all(packed.frames.map(async (text) => splitFrames(await inflate(text))));
  render({ model: new Player({ ...packed, bands, frames }), el });
}
