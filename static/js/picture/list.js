import { html, svg } from "../lab/dom.js";
import { countText } from "../lab/format.js";
import { drawn } from "./layout.js";
import { BOXES, readers } from "./boxes.js";
import { actionsOf, LABELS } from "./nodes.js";
import { podState, sign } from "./signs.js";
import { gettext } from "../page/words.js";

const ABOVE_NODES = ["Service", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job"];

const row = (key, name, state, mark) => html("li", {}, html("button", { type: "button", "data-key": key },
  mark && svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, sign(mark, 0, 0, 20)), html("span", {}, name), html("small", {}, state)));

function podRow({ key, object }) {
  const restarts = object.restarts ? `, ${countText(object.restarts, "restart")}` : "";
  return row(key, object.name, `${podState(object)}${restarts}`, object.sign);
}

/** Services and what owns pods, but for ReplicaSets that are out of use, as the picture names them. */
function wholeRows(objects) {
  const known = readers(objects);
  return ABOVE_NODES.flatMap((kind) => drawn(objects, kind))
    .filter(({ object }) => object.kind !== "ReplicaSet" || object.desired || object.current)
    .map((box) => {
      const [name, ...state] = BOXES[box.object.kind].label(box, known).split(", ");
      return row(box.key, name, state.join(", "));
    });
}

/** The picture on a narrow screen: what serves and owns, then pods grouped by node, with each node's buttons; `onChoose(key, what)` opens the inspector. */
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
    const text = JSON.stringify(state.objects);
    if (text === this.#text) return;
    this.#text = text;
    const groups = nodes.map(({ key, object }) => ({
      key, name: object.name, actions: this.#onNode ? actionsOf(object) : [], note: object.ready === "True" ? (object.unschedulable ? gettext("cordoned") : "Ready") : "NotReady",
      pods: pods.filter((pod) => pod.object.node === object.name),
    }));
    const waiting = pods.filter((pod) => !pod.object.node);
    if (waiting.length) groups.push({ key: null, name: gettext("Not scheduled yet"), actions: [], note: "", pods: waiting });
    const whole = wholeRows(state.objects);
    this.#place.replaceChildren(...whole.length ? [html("section", {}, html("ul", { class: "pod-list__whole" }, whole))] : [], ...groups.map((group) => html("section", {},
      html("h3", {}, group.key ? html("button", { type: "button", "data-key": group.key }, group.name) : group.name, html("small", {}, group.note)),
      group.actions.length > 0 && html("div", { class: "pod-list__acts" }, group.actions.map((action) => html("button", {
        type: "button", class: "button", "aria-label": `${LABELS[action]} ${group.name}`, onclick: () => this.#onNode(action, group.name),
      }, LABELS[action]))),
      group.pods.length ? html("ul", {}, group.pods.map(podRow)) : html("p", {}, gettext("No pods")))));
  }
}
