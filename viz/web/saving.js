// Saving: a picture of what is seen, and files that the server made.
import { h, penOf } from "./basics.js";

/** @import { StageView } from "./stage.js" */

/**
 * @param {string} name
 * @param {Blob} blob
 */
export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const HEADINGS = "h1, h3, .clock, .count, .lane-title, .map .made-up, .chart .numbers";

/**
 * All maps and charts, with their headings, as one PNG.
 *
 * @param {StageView} stage
 * @returns {Promise<Blob | null>}
 */
export function picture(stage) {
  const canvas = document.createElement("canvas");
  const box = stage.root.getBoundingClientRect();
  const ratio = 2;
  canvas.width = box.width * ratio;
  canvas.height = stage.root.scrollHeight * ratio;
  const c = penOf(canvas);
  c.scale(ratio, ratio);
  c.fillStyle = stage.theme.paper;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.fillStyle = stage.theme.ink;
  c.textBaseline = "top";
  const top = box.top - stage.root.scrollTop;
  for (const part of stage.root.querySelectorAll(HEADINGS)) {
    const at = part.getBoundingClientRect();
    const style = getComputedStyle(part);
    if (!at.width || part.closest("[hidden]")) continue;
    c.font = `${style.fontWeight} ${style.fontSize} ${stage.theme.font}`;
    c.fillText(part.textContent ?? "", at.left - box.left, at.top - top);
  }
  for (const part of [...stage.maps, ...stage.charts].map((drawn) => drawn.canvas)) {
    const at = part.getBoundingClientRect();
    if (at.width) c.drawImage(part, at.left - box.left, at.top - top, at.width, at.height);
  }
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
