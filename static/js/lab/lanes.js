import { svg } from "./dom.js";
import { clockText, comparedText, didText } from "./format.js";
import { Graph } from "./graph.js";
import { filled, gettext, ngettext } from "../page/words.js";

const LEAST_SPAN_MS = 60_000;
const MARK = 7;

function eventText({ reason, on, message, count }) {
  const text = filled(gettext("%(reason)s on %(object)s: %(message)s"), { reason, object: on, message });
  return count > 1 ? `${text} (${filled(ngettext("%(n)s time", "%(n)s times", count), { n: count })})` : text;
}
const reasonLine = (reason) => `${reason.actor} ${reason.key}: ${[comparedText(reason.compared), didText(reason.did)].filter(Boolean).join(" → ")}`;

/** Three lanes on one time axis: requests and errors, events, controllers' reasoning. A mark tells its text on hover and focus. */
export class Lanes {
  #root;
  #note;
  #graph;
  #state = null;
  #onMark;

  constructor(root, note, onMark) {
    this.#root = root;
    this.#note = note;
    this.#onMark = onMark;
    this.#graph = new Graph(root.querySelector("[data-graph]"), () => this.span().map((ms) => ms / 1000));
    for (const name of ["mouseover", "focusin"]) root.addEventListener(name, (event) => this.#tell(event.target.closest(".lane__mark")));
    root.addEventListener("click", (event) => this.#choose(event.target.closest(".lane__mark")));
    root.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#state && this.draw(this.#state, new Set(["traffic", "events", "reasons", "clock"]))).observe(root);
  }

  /** The virtual milliseconds from the left edge to the right one. */
  span() {
    return [0, Math.max(LEAST_SPAN_MS, this.#state?.clock.end_ms ?? 0)];
  }

  draw(state, changed) {
    this.#state = state;
    if (changed.has("traffic") || changed.has("clock")) this.#graph.draw(state.traffic);
    if (changed.has("events") || changed.has("clock")) {
      this.#marks("events", state.events, (event) => `lane__mark lane__mark--${event.type}`, eventText, (event) => event.on);
    }
    if (changed.has("reasons") || changed.has("clock")) {
      this.#marks("reasons", state.reasons, () => "lane__mark lane__mark--reason", reasonLine, (reason) => reason.key);
    }
    this.#cursor();
  }

  #x(at_ms, width) {
    const [from, to] = this.span();
    return ((at_ms - from) / (to - from)) * width;
  }

  #marks(name, things, style, say, about) {
    const lane = this.#root.querySelector(`[data-lane="${name}"]`);
    const width = lane.clientWidth;
    const middle = lane.clientHeight / 2;
    if (!width) return;
    const focused = lane.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const taken = new Map();
    const marks = Object.entries(things ?? {}).map(([key, thing]) => {
      const x = Math.round(this.#x(thing.at_ms, width));
      const column = Math.round(x / MARK);
      const level = taken.get(column) ?? 0;
      taken.set(column, level + 1);
      const y = middle - 3 + [0, -6, 6][level % 3];
      const label = `${clockText(thing.at_ms)} ${say(thing)}`;
      const shape = thing.type === "Warning" ? `M${x - 4} ${y + 6}l4-8 4 8z` : `M${x - 2.5} ${y}h5v5h-5z`;
      return svg("path", { d: shape, class: style(thing), tabindex: "-1", role: "button", "aria-label": label, "data-name": key, "data-about": about(thing) });
    });
    marks.at(-1)?.setAttribute("tabindex", "0");
    lane.replaceChildren(...marks);
    if (focused) lane.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }

  #cursor() {
    const cursor = this.#root.querySelector("[data-cursor]");
    const plot = this.#root.querySelector("[data-graph]");
    const { viewing_ms, now_ms } = this.#state.clock;
    cursor.hidden = !plot.clientWidth;
    cursor.style.left = `${plot.offsetLeft + this.#x(viewing_ms ?? now_ms, plot.clientWidth)}px`;
  }

  #tell(mark) {
    if (mark) this.#note.textContent = mark.getAttribute("aria-label");
  }

  #choose(mark) {
    if (mark) this.#onMark(mark.dataset.about, mark.closest("[data-lane]").dataset.lane);
  }

  #key(event) {
    const mark = event.target.closest?.(".lane__mark");
    if (!mark) return;
    const next = { ArrowLeft: mark.previousElementSibling, ArrowRight: mark.nextElementSibling }[event.key];
    if (next) next.focus();
    else if (event.key === "Enter") this.#choose(mark);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
