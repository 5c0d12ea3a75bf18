// What the host asks: what pinches, and how far it can grow. Words and figures come from the server.
import { fill, h, sharp } from "./basics.js";

/** A wheel that turns, with what is being waited for. */
function waiting(text) {
  return h("p", { class: "waiting", role: "status" }, h("i", { class: "spinner" }), text);
}

/** A sentence about a lane, named when there are two. */
function said(stage, lane, count, text) {
  return h("p", { class: `said lane-${"ab"[lane]}` }, count > 1 ? h("b", {}, `${"AB"[lane]} · `) : null, text);
}

export function pinchParts(stage, { texts, week }) {
  const t = (key) => stage.text(key);
  if (!texts) return [waiting(t("pinch_wait"))];
  return [h("p", { class: "small" }, `${t("as_it_stands")} ${stage.moment(week)}`),
    ...texts.map((text, lane) => said(stage, lane, texts.length, text)), h("p", { class: "note" }, t("pinch_note"))];
}

export function growthParts(stage, { lanes, done, asked }) {
  const t = (key) => stage.text(key);
  if (!lanes) return [waiting(t("growth_wait")), h("progress", { max: asked, value: done, "aria-label": t("growth_wait") })];
  const words = lanes.flatMap((curve, lane) => said(stage, lane, lanes.length, curve.words.join(" ")));
  const curves = lanes.map((curve, lane) => ({ ...curve, lane })).filter((curve) => curve.sizes.length);
  if (!curves.length) return words;
  const canvas = h("canvas", { class: "growth-curve", role: "img", "aria-label": t("growth_of") });
  requestAnimationFrame(() => drawCurves(stage, canvas, curves, lanes.length > 1));
  return [...words, canvas, h("p", { class: "note" }, fill(t("growth_note"), { n: stage.setup.growth_runs }))];
}

/** The curves with their bands, the floor, and where each lane stands now; named when there are two lanes. */
function drawCurves(stage, canvas, curves, named) {
  const { theme, numbers } = stage;
  const { width, height } = canvas.getBoundingClientRect();
  const c = sharp(canvas, width, height);
  const size = 12 * theme.scale;
  const sizes = curves.flatMap((curve) => curve.sizes);
  const [first, last] = [Math.min(...sizes), Math.max(...sizes)];
  const [left, right, top, bottom] = [3.4 * size, width - 1.2 * size, 0.8 * size, height - 3 * size];
  const x = (count) => left + ((right - left) * (count - first)) / (last - first);
  const y = (share) => bottom - (bottom - top) * share;
  const path = (points) => points.forEach(([px, py], i) => (i ? c.lineTo(px, py) : c.moveTo(px, py)));
  const stroke = (points, colour, thick, dash = []) => {
    c.beginPath();
    path(points);
    [c.strokeStyle, c.lineWidth] = [colour, thick];
    c.setLineDash(dash);
    c.stroke();
    c.setLineDash([]);
  };
  const write = (text, px, py, colour, align = "center", base = "middle") => {
    [c.textAlign, c.textBaseline, c.strokeStyle, c.lineWidth, c.fillStyle] = [align, base, theme.card, 4, colour];
    c.strokeText(text, px, py);
    c.fillText(text, px, py);
  };
  c.clearRect(0, 0, width, height);
  c.font = `${size}px ${theme.font}`;
  c.lineJoin = "round";
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    stroke([[left, y(share)], [right, y(share)]], theme.line, 1);
    write(`${numbers.plain(100 * share)}%`, left - 0.5 * size, y(share), theme.muted, "right");
  }
  for (let count = Math.ceil(first / 5) * 5; count <= last; count += 5) write(numbers.plain(count), x(count), bottom + size, theme.muted);
  write(stage.text("growth_axis"), (left + right) / 2, bottom + 2.3 * size, theme.muted);
  for (const curve of curves) {
    c.beginPath();
    path([...curve.sizes.map((count, i) => [x(count), y(curve.high[i])]), ...curve.sizes.map((count, i) => [x(count), y(curve.low[i])]).reverse()]);
    c.closePath();
    c.fillStyle = curve.lane ? theme.b : theme.a;
    c.globalAlpha = 0.22;
    c.fill();
    c.globalAlpha = 1;
  }
  const { floor } = curves[0];
  stroke([[left, y(floor)], [right, y(floor)]], theme.ink, 1.4, [2, 3]);
  write(stage.text("floor"), right, y(floor) - 0.7 * size, theme.ink, "right");
  for (const curve of curves) {
    const { lane } = curve;
    const colour = lane ? theme.b : theme.a;
    stroke(curve.sizes.map((count, i) => [x(count), y(curve.mean[i])]), colour, 2.6, lane ? [7, 4] : []);
    const at = curve.mean[curve.sizes.indexOf(curve.own)];
    stroke([[x(curve.own), y(at)], [x(curve.own), bottom]], colour, 1.4, [4, 3]);
    c.beginPath();
    if (lane) c.rect(x(curve.own) - 5, y(at) - 5, 10, 10);
    else c.arc(x(curve.own), y(at), 5.5, 0, 2 * Math.PI);
    [c.fillStyle, c.strokeStyle, c.lineWidth] = [colour, theme.card, 2];
    c.fill();
    c.stroke();
    write(`${named ? `${"AB"[lane]} · ` : ""}${stage.text("now")}: ${numbers.plain(curve.own)}`, x(curve.own), bottom - (1 + 1.4 * lane) * size, colour);
  }
}
