import { svg } from "../dom.js";
import { clockText } from "../format.js";

const [WIDTH, HEIGHT] = [460, 190];
const [LEFT, RIGHT, TOP, FOOT] = [56, 12, 14, 22];
const TICKS = 4;

/** The least of 1, 2, 5 x 10^n (or of powers of two) that cuts `most` into few even steps. */
function stepOf(most, binary) {
  const rough = Math.max(most, 1) / TICKS;
  if (binary) return 2 ** Math.ceil(Math.log2(rough));
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
}

/**
 * A line over time, with level lines (a limit, a request) and crosses (kills): its scale always begins at nothing.
 * `points` are [ms, value or null], the scale reaches to `least` at least, `levels` [{ value, text, style }], `crosses` [{ at_ms, text }].
 */
export function chart({ label, from_ms, to_ms, points, levels, crosses, unit, least, binary = false }) {
  const most = Math.max(...points.map(([, value]) => value ?? 0), ...levels.map(({ value }) => value), least) * 1.08;
  const x = (ms) => LEFT + ((ms - from_ms) / Math.max(1, to_ms - from_ms)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - FOOT - (value / most) * (HEIGHT - TOP - FOOT);
  const text = (at, up, words, style) => svg("text", { x: at, y: up, class: style }, words);

  const step = stepOf(most, binary);
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
  const grid = ticks.flatMap((value) => [
    svg("path", { class: "chart__grid", d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}` }), text(LEFT - 8, y(value) + 4, unit(value), "chart__tick chart__tick--y"),
  ]);
  const times = [0, 0.5, 1].map((share) => {
    const ms = from_ms + share * (to_ms - from_ms);
    return text(x(ms), HEIGHT - 5, clockText(ms), `chart__tick chart__tick--${["start", "middle", "end"][share * 2]}`);
  });
  const path = points.map(([ms, value], at) => (value == null ? "" : `${at && points[at - 1][1] != null ? "L" : "M"}${x(ms).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
  const lines = levels.flatMap(({ value, text: words, style }) => [
    svg("path", { class: `chart__level chart__level--${style}`, d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}` }),
    text(WIDTH - RIGHT, y(value) - 4, words, "chart__name"),
  ]);
  const marks = crosses.map(({ at_ms, text: words }) => svg("g", { class: "chart__cross", transform: `translate(${x(at_ms).toFixed(1)} ${y(levels[0]?.value ?? 0)})` },
    svg("title", {}, words), svg("path", { d: "M-5-5 5 5M5-5-5 5" })));
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, grid, times, svg("path", { class: "chart__line", d: path }), lines, marks);
}
