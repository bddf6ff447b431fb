import { svg } from "../dom.js";

const GUTTER = 10;
const BUS = 12;

/** The lines of the components' diagram, drawn between boxes wherever the page has put them. */
export class Wiring {
  #root;
  #edges = [];
  #lines = svg("svg", { class: "parts__wires", "aria-hidden": "true" });

  constructor(root) {
    this.#root = root;
    root.prepend(this.#lines);
    new ResizeObserver(() => this.#paint()).observe(root);
  }

  draw(edges) {
    this.#edges = edges;
    this.#paint();
  }

  #paint() {
    const origin = this.#root.getBoundingClientRect();
    if (!origin.width) return;
    const place = (name) => {
      const { left, top, width, height } = this.#root.querySelector(`[data-name="${CSS.escape(name)}"]`).getBoundingClientRect();
      return { left: left - origin.left, top: top - origin.top, bottom: top - origin.top + height, middle: left - origin.left + width / 2, centre: top - origin.top + height / 2 };
    };
    const from = this.#edges.length ? place(this.#edges[0][0]) : null;
    this.#lines.replaceChildren(...this.#edges.map(([api, name]) => svg("path", { "data-edge": `${api} ${name}`, d: way(from, place(name), this.#rowOf(name)) })));
  }

  #rowOf(name) {
    const box = this.#root.querySelector(`[data-name="${CSS.escape(name)}"]`);
    const columns = getComputedStyle(box.parentElement).gridTemplateColumns.split(" ").length;
    return columns === 1 ? "stacked" : box.dataset.row;
  }
}

/** Straight where the two face each other; around by the left, where other boxes stand between. */
function way(api, box, row) {
  if (row === "client" || row === "store") return `M${box.middle} ${box.bottom}V${api.top}`;
  if (row === "plane") return `M${box.middle} ${api.bottom}V${box.top}`;
  const x = api.left + GUTTER;
  if (row === "stacked") return `M${x} ${api.bottom}V${box.centre}H${box.left}`;
  return `M${x} ${api.bottom}V${box.top - BUS}H${box.middle}V${box.top}`;
}
