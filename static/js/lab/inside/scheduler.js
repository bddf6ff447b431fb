import { html } from "../dom.js";
import { clockText } from "../format.js";
import { picker } from "./picker.js";
import { filled, gettext } from "../../page/words.js";

const cell = (text, style) => html("td", { class: style }, text);

function row(node, decision) {
  const reasons = decision.filters[node];
  const won = node === decision.chosen;
  const name = html("th", { scope: "row" }, won ? html("span", { class: "won" }, `✓ ${node}`) : node);
  if (reasons) return html("tr", { class: "is-dropped" }, name, html("td", { colspan: decision.plugins.length + 1 }, filled(gettext("Dropped: %(why)s"), { why: reasons.join("; ") })));
  const scores = decision.plugins.map((plugin) => cell(String(decision.scores[node][plugin] ?? 0), "number"));
  return html("tr", { class: won ? "is-chosen" : null }, name, cell(String(decision.totals[node]), "number total"), scores);
}

function tableOf(decision) {
  const head = [gettext("Node"), gettext("Total"), ...decision.plugins].map((title, at) => html("th", { scope: "col", class: at ? "number" : null }, title));
  const nodes = [...Object.keys(decision.scores).sort((a, b) => decision.totals[b] - decision.totals[a]), ...Object.keys(decision.filters)];
  return html("div", { class: "inside__wide", tabindex: "0", role: "region", "aria-label": gettext("Filters and scores") },
    html("table", { class: "inside__table" }, html("thead", {}, html("tr", {}, head)), html("tbody", {}, nodes.map((node) => row(node, decision)))));
}

function told({ pod, at_ms, chosen, filters, scores }) {
  const [left, dropped] = [Object.keys(scores).length, Object.keys(filters).length];
  const end = chosen ? [gettext("It goes to"), " ", html("b", {}, chosen), "."] : [html("b", {}, gettext("No node would do")), ": ", gettext("it waits, Pending.")];
  const counts = { at: clockText(at_ms), pod, dropped, all: left + dropped, left };
  return html("p", { class: "inside__told" }, `${filled(gettext("At %(at)s, for %(pod)s: %(dropped)s of %(all)s nodes were dropped by the filters, %(left)s scored."), counts)} `, ...end);
}

/** Scheduler: the latest decision on a pod, a row a node: what dropped it, or how each plugin scored it. */
export function startScheduler({ choose }) {
  const pods = picker(gettext("Pod"), choose);
  const body = html("div");
  const show = ({ choices, of, decision }) => {
    pods.show(choices, of);
    if (decision) body.replaceChildren(told(decision), tableOf(decision));
    else body.replaceChildren(html("p", { class: "inside__none" }, gettext("The scheduler has placed no pod yet. Apply something that makes pods, and look again.")));
  };
  return { nodes: [pods.node, body], show };
}
