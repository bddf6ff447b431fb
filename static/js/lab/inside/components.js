import { html } from "../dom.js";
import { clockText, comparedText, countText, didText } from "../format.js";
import { Wiring } from "./wiring.js";
import { filled, gettext } from "../../page/words.js";

const ROLES = {
  kubectl: gettext("A client, like the controllers: it asks the API server, and nobody else."),
  "kube-apiserver": gettext("The only door. It checks each request, stores what is right, and tells those who watch."),
  etcd: gettext("Keeps every object. Only the API server opens it."),
  "kube-scheduler": gettext("Gives each pod without a node the node that suits it best."),
  "kube-controller-manager": gettext("Many loops in one program: each compares what is wanted with what is, and mends it."),
  "cloud-controller-manager": gettext("The loops that talk to a cloud: load balancers, the nodes' machines."),
};
const STATES = { runs: "", stopped: gettext("stopped"), absent: gettext("not in this cluster") };

const lastText = (last) => (last ? `${clockText(last.at_ms)} ${didText(last.did.split("; "))}` : gettext("nothing yet"));

function boxOf(box, chosen) {
  return html("button", {
    type: "button", class: "part", "data-name": box.name, "data-row": box.row, "data-state": box.state, "aria-pressed": String(box.name === chosen),
  },
  html("b", {}, box.name), box.row === "node" && html("span", {}, gettext("kubelet, kube-proxy, runtime")), STATES[box.state] && html("em", {}, STATES[box.state]), html("small", {}, box.state === "absent" ? "" : lastText(box.last)));
}

function table(heads, rows) {
  return html("div", { class: "inside__wide", tabindex: "0", role: "region", "aria-label": heads[0] }, html("table", { class: "inside__table" },
    html("thead", {}, html("tr", {}, heads.map((head) => html("th", { scope: "col" }, head)))),
    html("tbody", {}, rows.map(([first, ...rest]) => html("tr", {}, html("th", { scope: "row" }, first), rest.map((text) => html("td", {}, text)))))));
}

function nodeCard({ runtime, components, pods, log }) {
  return [
    html("p", { class: "inside__told" }, filled(gettext("kubelet, kube-proxy and a container runtime (%(runtime)s), and %(pods)s."), { runtime, pods: countText(pods.length, "pod") })),
    table([gettext("Program"), gettext("Version"), gettext("Did last")], components.map(({ name, version, last }) => [name, version, lastText(last)])),
    table(["Pod", gettext("Phase"), gettext("Did last")], pods.map(({ name, phase, last }) => [name, phase, lastText(last)])),
    html("details", {}, html("summary", {}, gettext("The kubelet's latest passes")), html("pre", { tabindex: "0" }, log.join("\n") || gettext("None yet."))),
  ];
}

function loopsCard({ loops }) {
  const busy = [...loops].sort((a, b) => b.syncs - a.syncs);
  const rows = busy.map((loop) => [loop.name, String(loop.syncs), String(loop.pending), lastText(loop.last), html("span", { class: "soft" }, loop.watches.join(", "))]);
  return rows.length ? [table([gettext("Loop"), gettext("Passes"), gettext("In queue"), gettext("Did last"), gettext("Watches")], rows)] : [];
}

/** Four of the API server's clients, each as the same loop. */
function patternCard({ pattern }) {
  const line = (name, text) => [html("dt", {}, name), html("dd", {}, text)];
  return [
    html("h4", {}, gettext("One pattern: whoever asks it looks, compares and acts")),
    html("ol", { class: "why" }, pattern.map((each) => html("li", {},
      html("h5", {}, each.name, each.binary !== each.name && html("small", {}, ` ${filled(gettext("in %(program)s"), { program: each.binary })}`)),
      html("dl", {}, line(gettext("Looks at"), each.input), line(gettext("Wants"), each.desired), line(gettext("Compared"), comparedText(each.compared) || gettext("nothing yet")), line(gettext("Did last"), lastText(each.last)))))),
  ];
}

function moreOf(card) {
  if (card.pattern) return patternCard(card);
  return card.components ? nodeCard(card) : loopsCard(card);
}

function cardOf({ of, boxes, card }) {
  const box = boxes.find(({ name }) => name === of);
  const more = moreOf(card);
  const last = box && !card.components && html("p", { class: "inside__told" }, gettext("Did last:"), " ", lastText(box.last));
  return [html("h3", {}, of), ROLES[of] && html("p", {}, ROLES[of]), last, ...more].filter(Boolean);
}

/** Components: the control plane's programs, the nodes, and who talks to whom; a box tells more. */
export function startComponents({ choose }) {
  const boxes = html("div", { class: "parts__boxes" });
  const diagram = html("div", { class: "parts__diagram", role: "group", "aria-label": gettext("The cluster's programs") }, boxes);
  const wiring = new Wiring(diagram);
  const more = html("p", { class: "inside__count" });
  const card = html("section", { class: "parts__card", "aria-live": "off" });
  boxes.addEventListener("click", (event) => {
    const box = event.target.closest("[data-name]");
    if (box) choose(box.dataset.name);
  });
  const show = (result) => {
    const rows = Object.groupBy(result.boxes, ({ row }) => ({ client: "top", store: "top" })[row] ?? row);
    boxes.replaceChildren(...["top", "api", "plane", "node"].map((row) => html("div", { class: `parts__row parts__row--${row}` }, (rows[row] ?? []).map((box) => boxOf(box, result.of)))));
    const hidden = result.choices.length - result.boxes.length;
    more.textContent = hidden > 0 ? filled(gettext("and %(more)s"), { more: countText(hidden, "more node") }) : "";
    card.replaceChildren(...cardOf(result));
    wiring.draw(result.edges);
  };
  return { nodes: [html("div", { class: "parts" }, html("div", {}, diagram, more), card)], show };
}
