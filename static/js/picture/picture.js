import { svg } from "../lab/dom.js";
import { BOXES, readers } from "./boxes.js";
import { layOut } from "./layout.js";
import { nodeButtons } from "./nodes.js";
import { startRoving } from "./roving.js";
import { Dots } from "./traffic.js";
import { clientBox, wires } from "./wires.js";
import { gettext } from "../page/words.js";

const LEAST_WIDTH = 300;
const LAYERS = ["nodes", "wires", "clients", "boxes", "buttons", "dots"];

function allBoxes(plan) {
  return [
    ...plan.services,
    ...plan.nodes.flatMap((node) => [node, ...node.pods]),
    ...plan.owners.flatMap((owner) => [owner, ...owner.sets]),
  ];
}

/**
 * The cluster as SVG. Each object is one focusable group that stays the same element while the object lives, so focus, hover and
 * position hold. `onChoose(key, what)` is called for Enter, click and the letters d, l, y, e; `onNode(action, name)` for a node's
 * buttons (without it, a node has none).
 */
export class Picture {
  #place;
  #svg;
  #layers = {};
  #groups = new Map();
  #state = null;
  #chosen = null;
  #dots;

  constructor(place, { onChoose, onNode }) {
    this.#place = place;
    this.#svg = svg("svg", { class: "cluster", role: "application", "aria-label": gettext("Cluster picture: arrow keys move between objects") });
    this.#svg.append(hatch());
    for (const name of LAYERS) {
      this.#svg.append((this.#layers[name] = svg("g", { class: `layer layer--${name}` })));
    }
    this.#dots = new Dots(this.#layers.dots);
    this.onNode = onNode;
    place.append(this.#svg);
    startRoving(this.#svg, onChoose);
    for (const type of ["pointerover", "focusin"]) this.#svg.addEventListener(type, ({ target }) => this.#lightKin(target.closest(".box")?.dataset.key));
    for (const type of ["pointerleave", "focusout"]) this.#svg.addEventListener(type, () => this.#lightKin());
    new ResizeObserver(() => this.#state && this.draw(this.#state, new Set(["objects"]))).observe(place);
  }

  draw(state, changed) {
    this.#state = state;
    const width = Math.max(LEAST_WIDTH, this.#place.clientWidth);
    if (!this.#place.clientWidth) return;
    const plan = layOut(state, width);
    if (changed.has("objects") || changed.has("traffic")) this.#drawBoxes(plan, readers(state.objects));
    if (changed.has("traffic")) this.#dots.show(plan, state);
  }

  /** Lights an object (a row or word of the story points at it); without a key, none. */
  light(key) {
    for (const [name, { group }] of this.#groups) group.classList.toggle("is-lit", name === key);
  }

  /** Marks the object whose inspector is open. */
  choose(key) {
    this.#chosen = key;
    for (const [name, { group }] of this.#groups) group.classList.toggle("is-chosen", name === key);
  }

  /** Lights what an object owns, and what owns it, while somebody points at it. */
  #lightKin(key) {
    const { objects } = this.#state ?? {};
    const owns = (owner, each) => Boolean(objects[each]?.owner) && (objects[each].owner === owner || owns(owner, objects[each].owner));
    for (const [name, { group }] of this.#groups) group.classList.toggle("is-kin", Boolean(key) && (owns(key, name) || owns(name, key)));
  }

  focus(key) {
    this.#groups.get(key)?.group.focus();
  }

  #drawBoxes(plan, known) {
    this.#svg.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`);
    this.#svg.setAttribute("width", plan.width);
    this.#svg.setAttribute("height", plan.height);
    this.#layers.wires.replaceChildren(...wires(plan, known));
    this.#layers.clients.replaceChildren(...plan.clients.map((client) => clientBox(client, this.#state.traffic[client.name])));
    const boxes = allBoxes(plan);
    const keys = new Set(boxes.map((box) => box.key));
    for (const [key, { group }] of this.#groups) {
      if (keys.has(key)) continue;
      group.remove();
      this.#groups.delete(key);
    }
    for (const box of boxes) this.#drawBox(box, known);
    this.#drawButtons(plan);
    if (!this.#svg.querySelector('[tabindex="0"]')) this.#layers.boxes.querySelector("[data-key]")?.setAttribute("tabindex", "0");
  }

  #drawBox(box, known) {
    const { draw, label, layer = "boxes" } = BOXES[box.object.kind];
    const say = label(box, known);
    const signature = JSON.stringify([box.w, box.h, say, box.object]);
    const old = this.#groups.get(box.key);
    const group = old?.group ?? svg("g", { class: "box", tabindex: "-1", role: "graphics-object", "data-key": box.key });
    group.style.transform = `translate(${box.x}px, ${box.y}px)`;
    if (!old) this.#layers[layer].append(group);
    if (old?.signature !== signature) {
      group.setAttribute("aria-label", say);
      group.replaceChildren(...draw(box, known).flat().filter(Boolean));
      group.classList.toggle("is-chosen", box.key === this.#chosen);
    }
    this.#groups.set(box.key, { group, signature });
  }

  #drawButtons(plan) {
    if (!this.onNode) return;
    const nodes = plan.nodes.filter((node) => node.object.kind === "Node");
    const signature = JSON.stringify(nodes.map(({ key, x, y, w, h, object }) => [key, x, y, w, h, object.up, object.unschedulable]));
    if (this.#layers.buttons.dataset.signature === signature) return;
    this.#layers.buttons.dataset.signature = signature;
    const focused = document.activeElement?.dataset?.button;
    this.#layers.buttons.replaceChildren(...nodes.flatMap((node) => nodeButtons(node, this.onNode)));
    if (focused) this.#layers.buttons.querySelector(`[data-button="${focused}"]`)?.focus();
  }
}

function hatch() {
  const pattern = svg("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(svg("rect", { width: 2, height: 7, class: "hatch" }));
  const defs = svg("defs", {}, pattern);
  return defs;
}
