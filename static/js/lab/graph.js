import { uPlot } from "../../vendor/graph.js";
import { filled, gettext } from "../page/words.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A token's colour as the canvas understands it: light-dark() is resolved by the browser on a real element. */
function resolved(name) {
  const probe = document.createElement("i");
  probe.style.color = colour(name);
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function makePlot(place, range) {
  const [ready, failed, soft] = ["--ready", "--failed", "--soft"].map(resolved);
  const step = uPlot.paths.stepped({ align: 1 });
  return new uPlot({
    width: place.clientWidth, height: place.clientHeight, padding: [4, 0, 1, 0],
    cursor: { show: false }, legend: { show: false },
    scales: { x: { time: false, range: () => range() }, y: { range: (_, low, high) => [0, Math.max(1, high)], distr: 100, fwd: Math.sqrt, inv: (root) => root * root } },
    axes: [{ show: false }, { show: false }],
    series: [
      {},
      { stroke: ready, width: 1.5, paths: step, points: { show: false } },
      { stroke: failed, fill: failed, width: 1.5, paths: step, points: { show: false } },
    ],
  }, [[], [], []], place);
}

/** All clients' traffic added up by second: [seconds, requests, failed], each as a column; no failure is no mark. */
function columns(traffic) {
  const bySecond = new Map();
  for (const { series } of Object.values(traffic)) {
    for (const [second, [sent, bad]] of Object.entries(series)) {
      const [a, b] = bySecond.get(Number(second)) ?? [0, 0];
      bySecond.set(Number(second), [a + sent, b + bad]);
    }
  }
  const seconds = [...bySecond.keys()].sort((a, b) => a - b);
  return [seconds, seconds.map((second) => bySecond.get(second)[0]), seconds.map((second) => bySecond.get(second)[1] || null)];
}

/** The upper lane: requests and failures a second, on a square-root scale so that few failures among many requests are seen. `range()` gives the seconds that the lanes span. */
export class Graph {
  #place;
  #range;
  #plot = null;
  #data = [[], [], []];

  constructor(place, range) {
    this.#place = place;
    this.#range = range;
    const again = () => { this.#plot?.destroy(); this.#plot = null; this.#paint(); };
    new ResizeObserver(again).observe(place);
    document.addEventListener("themechange", again);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  }

  draw(traffic) {
    this.#data = columns(traffic);
    const failed = this.#data[2].reduce((sum, value) => sum + value, 0);
    const sent = this.#data[1].reduce((sum, value) => sum + value, 0);
    this.#place.setAttribute("role", "img");
    this.#place.setAttribute("aria-label", filled(gettext("%(sent)s requests in view, %(failed)s failed"), { sent, failed }));
    this.#place.previousElementSibling.querySelector("small").textContent = filled(gettext("%(failed)s failed"), { failed });
    this.#paint();
  }

  #paint() {
    if (!this.#place.clientWidth) return;
    this.#plot ??= makePlot(this.#place, this.#range);
    this.#plot.setData(this.#data);
  }
}
