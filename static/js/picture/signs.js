import { svg } from "../lab/dom.js";
import { gettext } from "../page/words.js";

/** The sign of each state in a 20 x 20 box: shape first, colour second. */
const SHAPES = {
  ready: () => [
    svg("circle", { cx: 10, cy: 10, r: 9, class: "sign__solid" }),
    svg("path", { d: "M5.8 10.4l3 3 5.6-6.4", class: "sign__on" }),
  ],
  running: () => [
    svg("circle", { cx: 10, cy: 10, r: 8, class: "sign__line" }),
    svg("path", { d: "M10 2a8 8 0 0 1 0 16z", class: "sign__solid" }),
  ],
  pending: () => [4, 10, 16].map((x) => svg("circle", { cx: x, cy: 10, r: 2, class: "sign__solid" })),
  failed: () => [svg("path", { d: "M4 4l12 12M16 4L4 16", class: "sign__thick" })],
  terminating: () => [svg("path", { d: "M3 10L10 3M3 17L17 3M10 17l7-7", class: "sign__line" })],
};

/** A pod's state in words: kubectl's STATUS, and whether it is ready where that does not follow. */
export function podState({ sign: name, text }) {
  return { ready: `${text}, ${gettext("ready")}`, running: `${text}, ${gettext("not ready")}` }[name] ?? text;
}

export function sign(name, x, y, size = 18) {
  return svg("g", { class: `sign sign--${name}`, transform: `translate(${x} ${y}) scale(${size / 20})` }, SHAPES[name]());
}
