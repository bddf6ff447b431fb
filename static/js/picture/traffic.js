import { svg } from "../lab/dom.js";
import { journey } from "./wires.js";

const TRAVEL_MS = 700;
const REST_MS = 2600;
const MOST = 60;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The way of a client's request to a pod, by their names; undefined where either is gone. */
function wayOf(plan, name, pod) {
  const client = plan.clients.find((it) => it.name === name);
  const goal = pod && plan.nodes.flatMap((node) => node.pods).find(({ object }) => object.name === pod || `Pod/${object.namespace}/${object.name}` === pod);
  return client && (goal || !pod) ? journey(client, goal) : undefined;
}

/**
 * Sampled requests on their way. Each dot is one request that the engine sent; a failed one stops at the hop that refused it and stays
 * there for a while as a cross. Without motion only the crosses are shown.
 */
export class Dots {
  #layer;
  #moving = [];
  #seen = -1;
  #running = false;

  constructor(layer) {
    this.#layer = layer;
  }

  show(plan, state) {
    this.#reroute(plan);
    const fresh = [];
    for (const [index, client] of plan.clients.entries()) {
      for (const dot of state.traffic[client.name].dots ?? []) {
        if (dot.at_ms > this.#seen) fresh.push({ dot, client: plan.clients[index] });
      }
    }
    const now = state.clock.viewing_ms ?? state.clock.now_ms;
    if (now < this.#seen) this.#seen = now;
    if (!fresh.length) return;
    const first = Math.min(...fresh.map(({ dot }) => dot.at_ms));
    const last = Math.max(...fresh.map(({ dot }) => dot.at_ms));
    this.#seen = last;
    const spread = last > first ? 240 / (last - first) : 0;
    for (const { dot, client } of fresh.slice(-MOST)) this.#launch(dot, client, plan, (dot.at_ms - first) * spread);
    if (!this.#running && this.#moving.length) {
      this.#running = true;
      requestAnimationFrame((at) => this.#frame(at));
    }
  }

  #launch(dot, client, plan, delay) {
    if (this.#moving.length >= MOST) return;
    if (still.matches && dot.ok) return;
    const way = wayOf(plan, client.name, dot.pod) ?? journey(client);
    const path = svg("path", { d: way });
    const mark = dot.ok
      ? svg("circle", { r: 3.2, class: "dot" })
      : svg("path", { d: "M-4-4l8 8M4-4l-8 8", class: "dot dot--failed" }, svg("title", {}, dot.cause ?? `status ${dot.status}`));
    this.#moving.push({ mark, path, way, client: client.name, pod: dot.pod, length: path.getTotalLength(), ok: dot.ok, start: performance.now() + delay });
  }

  /** Boxes may have moved: what is under way, or rests as a cross, goes with them. */
  #reroute(plan) {
    for (const dot of this.#moving) {
      const way = wayOf(plan, dot.client, dot.pod) ?? dot.way;
      if (way === dot.way) continue;
      dot.path.setAttribute("d", way);
      Object.assign(dot, { way, length: dot.path.getTotalLength() });
    }
  }

  #frame(now) {
    this.#moving = this.#moving.filter((dot) => this.#move(dot, now));
    this.#running = this.#moving.length > 0;
    if (this.#running) requestAnimationFrame((at) => this.#frame(at));
  }

  #move({ mark, path, length, ok, start }, now) {
    const done = still.matches ? 1 : Math.min(1, Math.max(0, (now - start) / TRAVEL_MS));
    if (now < start && !still.matches) return true;
    const gone = done === 1 && (ok || now > start + TRAVEL_MS + REST_MS);
    if (gone) {
      mark.remove();
      return false;
    }
    const { x, y } = path.getPointAtLength(done * length);
    mark.setAttribute("transform", `translate(${x} ${y})`);
    if (!mark.parentNode) this.#layer.append(mark);
    return true;
  }
}
