// Windows over the page.
import { guestAddress } from "./address.js";
import { button, fill, h, wideButton } from "./basics.js";
import { growthParts, pinchParts } from "./questions.js";

/**
 * @import { StageView } from "./stage.js"
 * @import { Failure, GrowthNews, PinchNews } from "./types.js"
 */

/** @type {Set<string | undefined>} */
const QUESTIONS = new Set(["pinch", "growth"]); // an answer takes a while: who closes its window wants it no more

export class Windows {
  /** @param {StageView} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("dialog", {
      class: "window",
      onclick: (e) => e.target === e.currentTarget && e.currentTarget.close(), // beside the window
      onclose: ({ currentTarget }) => QUESTIONS.has(currentTarget.dataset.kind) && stage.ask("enough"),
    });
  }

  /**
   * Open a window, or fill the open one anew.
   *
   * @param {string} kind
   * @param {string} title
   * @param {HTMLElement[]} parts
   */
  show(kind, title, parts) {
    const close = button("close", this.stage.text("close"), () => this.element.close(), { bare: true, class: "quiet" });
    this.element.setAttribute("aria-label", title);
    this.element.dataset.kind = kind;
    this.element.replaceChildren(h("div", { class: "side-head" }, h("h2", {}, title), close), ...parts);
    if (this.element.open) close.focus(); // what had the focus is gone with the old contents
    this.appear();
  }

  /** Open as soon as the element is in the page. */
  appear() {
    if (!this.element.isConnected) requestAnimationFrame(() => this.appear());
    else if (!this.element.open) this.element.showModal();
  }

  /**
   * Show an answer to a question, in the window that its first sign of life opened; who closed it wants no more.
   *
   * @param {PinchNews | GrowthNews} news
   */
  answer(news) {
    const { stage, element } = this;
    const first = !news.lanes && !("done" in news && news.done);
    if (!first && !(element.open && element.dataset.kind === news.say)) return;
    const parts = news.say === "pinch" ? pinchParts(stage, news) : growthParts(stage, news);
    this.show(news.say, stage.text(news.say), parts);
  }

  share() {
    const { stage } = this;
    const { url, qr, room } = stage.setup.invite ?? {};
    const image = qr && h("img", { class: "qr", alt: `${stage.text("scan")}: ${url}`, src: qr });
    this.show("share", stage.text("share"), [
      h("p", {}, stage.text("scan")),
      ...(image ? [image] : []),
      h("p", { class: "address" }, url),
      h("p", { class: "note" }, stage.text(room ? "open_to" : "loopback")),
    ]);
  }

  more() {
    const { stage } = this;
    const watching = h("p", { class: "note" }, `${stage.state.watchers ?? 1} ${stage.text("watching")}`);
    this.show("more", stage.text("more"), [
      h("div", { class: "rows" }, this.looks(), stage.live && this.files(), this.luck()),
      h("p", { class: "note" }, stage.bandText()),
      ...(stage.live && !stage.alone ? [watching] : []),
    ]);
  }

  /**
   * A row of the window "more"; what is switched leaves the window open and shows how it stands.
   *
   * @param {string} label
   * @param {() => void} act
   * @param {boolean} [pressed]
   */
  row(label, act, pressed) {
    const done = () => (pressed === undefined ? this.element.close() : this.more());
    const both = () => {
      act();
      done();
    };
    return wideButton(label, both, { "aria-pressed": pressed === undefined ? null : String(pressed) });
  }

  looks() {
    const { stage } = this;
    const { big, dark } = stage.look;
    return [
      this.row(stage.text("language"), () => stage.setLanguage(stage.lang === "nl" ? "en" : "nl")),
      this.row(stage.text("projector"), () => stage.setLook({ big: !big }), big),
      this.row(stage.text("dark"), () => stage.setLook({ dark: !dark }), dark),
      this.row(stage.text("png"), () => stage.savePicture()),
    ];
  }

  files() {
    const { stage } = this;
    return [
      this.row(stage.text("csv"), () => stage.send({ ask: "csv", lang: stage.lang })),
      !stage.alone && this.row(stage.text("replay"), () => stage.send({ ask: "replay", lang: stage.lang })),
      stage.setup.kind !== "notebook" && this.row(stage.text("link"), () => this.copy(guestAddress(stage))),
    ];
  }

  luck() {
    const { stage } = this;
    const { seed } = stage.state;
    if (!stage.setup.host || !stage.live) return null;
    const label = `${stage.text("new_luck")} (${stage.text("seed")} ${seed})`;
    return [
      this.row(label, () => stage.ask("reseed", { seed: (seed ?? 1) + 1 })), stage.alone && this.lives(),
    ];
  }

  /** Which life goes over the map: the first is that of this luck, the others are those of the band. */
  lives() {
    const { stage } = this;
    const count = 1 + (stage.bands?.replications ?? 0);
    const options = Array.from({ length: count }, (_, life) => h("option", { value: String(life) }, String(life + 1)));
    const select = h("select", {
      id: "life", onchange: (e) => stage.ask("life", { life: Number(e.currentTarget.value) }),
    }, options);
    select.value = stage.state.address?.life ?? "0";
    return h("div", { class: "which-life" }, h("label", { for: "life" }, fill(stage.text("life"), { count })), select);
  }

  /** @param {string} text */
  copy(text) {
    navigator.clipboard?.writeText(text).then(() => this.stage.toast(this.stage.text("copied")));
  }

  help() {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    const keys = [
      ["␣", "key_space"], ["→", "key_right"], ["↑", "key_up"], ["↓", "key_down"], ["End", "key_end"],
      ["Home", "key_home"], ["Esc", "key_esc"], ["?", "key_help"],
    ];
    this.show("help", t("help"), [
      h("p", {}, t("help_text")),
      h("h3", {}, t("keys")),
      h("dl", { class: "keys" }, keys.map(([key, name]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(name))])),
    ]);
  }

  /** @param {Failure} failure */
  error({ cause, scenario, seed, week, version }) {
    const { stage } = this;
    const t = (/** @type {string} */ key) => stage.text(key);
    const lines = Object.entries({ [t("cause")]: cause, scenario, seed, week, version });
    const text = lines.map(([name, value]) => `${name}: ${value}`).join("\n");
    const restart = () => {
      this.element.close();
      stage.ask("reset");
    };
    this.show("error", t("error"), [
      h("p", {}, t("error_text")),
      h("pre", { class: "cause", tabindex: "0" }, text),
      h("div", { class: "rows" },
        wideButton(t("copy"), () => this.copy(text)),
        stage.setup.host && wideButton(t("restart"), restart, { class: "wide act" })),
    ]);
  }

  /** @param {string} text */
  fault(text) {
    this.show("fault", this.stage.text("fault"), [h("p", {}, text)]);
  }

  /** Another page of the host leads; this one may take over, and else looks on. */
  led() {
    const { stage } = this;
    const takeOver = () => {
      this.element.close();
      stage.ask("lead");
    };
    this.show("led", stage.text("led"), [
      h("p", {}, stage.text("led_text")),
      h("div", { class: "rows" },
        wideButton(stage.text("take_over"), takeOver, { class: "wide act", dataset: { act: "take_over" } }),
        wideButton(stage.text("look_on"), () => this.element.close(), { dataset: { act: "look_on" } })),
    ]);
  }
}
