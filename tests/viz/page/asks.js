// What the page says of answers, and small parts of how they are found, for tests.
import { Numbers } from "../../../viz/web/basics.js";
import { growthText, pinchText } from "../../../viz/web/questions.js";

const TELLERS = { growth: growthText, pinch: pinchText };

/** What is said of facts in both languages. */
export function told(kind, facts, texts) {
  return Object.fromEntries(Object.keys(texts).map((lang) =>
    [lang, TELLERS[kind]({ lang, numbers: new Numbers(lang), text: (key) => texts[lang][key] }, facts)]));
}

/** Numbers as the page writes them in both languages. */
export function written(values, digits) {
  return ["nl", "en"].map((lang) => values.map((value) => new Numbers(lang).plain(value, digits)));
}
