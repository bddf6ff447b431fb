import { html, svg } from "../lab/dom.js";
import { drawn } from "./layout.js";
import { actionsOf, LABELS } from "./nodes.js";
import { podState, sign } from "./signs.js";

function podRow({ key, object }) {
  const restarts = object.restarts ? `, ${object.restarts} restarts` : "";
  return html("li", {}, html("button", { type: "button", "data-key": key },
    svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, sign(object.sign, 0, 0, 20)),
    html("span", {}, object.name), html("small", {}, `${podState(object)}${restarts}`)));
}

/** The picture on a narrow screen: pods in a list, grouped by node, with each node's buttons; `onChoose(key, what)` opens the inspector. */
export class PodList {
  #place;
  #text = "";
  #onNode;

  constructor(place, onChoose, onNode) {
    this.#place = place;
    this.#onNode = onNode;
    place.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-key]");
      if (button) onChoose(button.dataset.key, "why");
    });
  }

  draw(state) {
    const pods = drawn(state.objects, "Pod");
    const nodes = drawn(state.objects, "Node");
    const text = JSON.stringify([pods, nodes]);
    if (text === this.#text) return;
    this.#text = text;
    const groups = nodes.map(({ key, object }) => ({
      key, name: object.name, actions: actionsOf(object), note: object.ready === "True" ? (object.unschedulable ? "cordoned" : "Ready") : "NotReady",
      pods: pods.filter((pod) => pod.object.node === object.name),
    }));
    const waiting = pods.filter((pod) => !pod.object.node);
    if (waiting.length) groups.push({ key: null, name: "Not scheduled yet", actions: [], note: "", pods: waiting });
    this.#place.replaceChildren(...groups.map((group) => html("section", {},
      html("h3", {}, group.key ? html("button", { type: "button", "data-key": group.key }, group.name) : group.name, html("small", {}, group.note)),
      group.actions.length > 0 && html("div", { class: "pod-list__acts" }, group.actions.map((action) => html("button", {
        type: "button", class: "button", "aria-label": `${LABELS[action]} ${group.name}`, onclick: () => this.#onNode(action, group.name),
      }, LABELS[action]))),
      group.pods.length ? html("ul", {}, group.pods.map(podRow)) : html("p", {}, "No pods"))));
  }
}
