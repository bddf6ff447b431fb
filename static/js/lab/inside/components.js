import { html } from "../dom.js";
import { clockText, comparedText, countText } from "../format.js";
import { Wiring } from "./wiring.js";

const ROLES = {
  kubectl: "A client, like the controllers: it asks the API server, and nobody else.",
  "kube-apiserver": "The only door. It checks each request, stores what is right, and tells those who watch.",
  etcd: "Keeps every object. Only the API server opens it.",
  "kube-scheduler": "Gives each pod without a node the node that suits it best.",
  "kube-controller-manager": "Many loops in one program: each compares what is wanted with what is, and mends it.",
  "cloud-controller-manager": "The loops that talk to a cloud: load balancers, the nodes' machines.",
};
const STATES = { runs: "", stopped: "stopped", absent: "not in this cluster" };

const lastText = (last) => (last ? `${clockText(last.at_ms)} ${last.did}` : "nothing yet");

function boxOf(box, chosen) {
  return html("button", {
    type: "button", class: "part", "data-name": box.name, "data-row": box.row, "data-state": box.state, "aria-pressed": String(box.name === chosen),
  },
  html("b", {}, box.name), box.row === "node" && html("span", {}, "kubelet, kube-proxy, runtime"), STATES[box.state] && html("em", {}, STATES[box.state]), html("small", {}, box.state === "absent" ? "" : lastText(box.last)));
}

function table(heads, rows) {
  return html("div", { class: "inside__wide", tabindex: "0", role: "region", "aria-label": heads[0] }, html("table", { class: "inside__table" },
    html("thead", {}, html("tr", {}, heads.map((head) => html("th", { scope: "col" }, head)))),
    html("tbody", {}, rows.map(([first, ...rest]) => html("tr", {}, html("th", { scope: "row" }, first), rest.map((text) => html("td", {}, text)))))));
}

function nodeCard({ runtime, components, pods, log }) {
  return [
    html("p", { class: "inside__told" }, `kubelet, kube-proxy and a container runtime (${runtime}), and ${countText(pods.length, "pod")}.`),
    table(["Program", "Version", "Did last"], components.map(({ name, version, last }) => [name, version, lastText(last)])),
    table(["Pod", "Phase", "Did last"], pods.map(({ name, phase, last }) => [name, phase, lastText(last)])),
    html("details", {}, html("summary", {}, "The kubelet's latest passes"), html("pre", { tabindex: "0" }, log.join("\n") || "None yet.")),
  ];
}

function loopsCard({ loops }) {
  const busy = [...loops].sort((a, b) => b.syncs - a.syncs);
  const rows = busy.map((loop) => [loop.name, String(loop.syncs), String(loop.pending), lastText(loop.last), html("span", { class: "soft" }, loop.watches.join(", "))]);
  return rows.length ? [table(["Loop", "Passes", "In queue", "Did last", "Watches"], rows)] : [];
}

/** Four of the API server's clients, each as the same loop. */
function patternCard({ pattern }) {
  const line = (name, text) => [html("dt", {}, name), html("dd", {}, text)];
  return [
    html("h4", {}, "One pattern: whoever asks it looks, compares and acts"),
    html("ol", { class: "why" }, pattern.map((each) => html("li", {},
      html("h5", {}, each.name, each.binary !== each.name && html("small", {}, ` in ${each.binary}`)),
      html("dl", {}, line("Looks at", each.input), line("Wants", each.desired), line("Compared", comparedText(each.compared) || "nothing yet"), line("Did last", lastText(each.last)))))),
  ];
}

function moreOf(card) {
  if (card.pattern) return patternCard(card);
  return card.components ? nodeCard(card) : loopsCard(card);
}

function cardOf({ of, boxes, card }) {
  const box = boxes.find(({ name }) => name === of);
  const more = moreOf(card);
  const last = box && !card.components && html("p", { class: "inside__told" }, "Did last: ", lastText(box.last));
  return [html("h3", {}, of), ROLES[of] && html("p", {}, ROLES[of]), last, ...more].filter(Boolean);
}

/** Components: the control plane's programs, the nodes, and who talks to whom; a box tells more. */
export function startComponents({ choose }) {
  const boxes = html("div", { class: "parts__boxes" });
  const diagram = html("div", { class: "parts__diagram", role: "group", "aria-label": "The cluster's programs" }, boxes);
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
    more.textContent = hidden > 0 ? `and ${countText(hidden, "more node")}` : "";
    card.replaceChildren(...cardOf(result));
    wiring.draw(result.edges);
  };
  return { nodes: [html("div", { class: "parts" }, html("div", {}, diagram, more), card)], show };
}
