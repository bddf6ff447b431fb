import { html } from "../lab/dom.js";
import { countText } from "../lab/format.js";
import { badge } from "./badge.js";
import { endpointsText, revisionText } from "./boxes.js";
import { failedText, jobText, readyText, runningText } from "./owners.js";
import { drawn } from "./layout.js";
import { podState } from "./signs.js";
import { filled, gettext } from "../page/words.js";

const KINDS = ["Service", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "Node"];

const counts = (object) => [readyText(object), filled(gettext("%(updated)s updated, %(available)s available"), { updated: object.updated ?? "–", available: object.available ?? 0 })];

const COLUMNS = {
  Service: (object, known) => [endpointsText(known.ready(object)), `${object.type} ${object.cluster_ip}`],
  Deployment: counts,
  ReplicaSet: (object) => [readyText(object), revisionText(object.revision)],
  StatefulSet: counts,
  DaemonSet: counts,
  CronJob: (object) => [object.suspended ? gettext("suspended") : object.schedule, runningText(object)],
  Job: (object) => [jobText(object), failedText(object)],
  Pod: (object) => [podState(object), [object.node ?? gettext("no node"), object.restarts ? countText(object.restarts, "restart") : ""].filter(Boolean).join(", ")],
  Node: (object) => [object.ready === "True" ? "Ready" : "NotReady", [countText(object.pods ?? 0, "pod"), object.unschedulable ? gettext("cordoned") : ""].filter(Boolean).join(", ")],
};

function readyEndpoints(objects, service) {
  return Object.values(objects)
    .filter((object) => object.kind === "EndpointSlice" && object.service === service.name)
    .flatMap((slice) => slice.endpoints ?? []).filter((endpoint) => endpoint.ready).length;
}

/** The picture's equal: every object that it draws, as a table with a filter; `onChoose(key, what)` opens the inspector. */
export class PictureTable {
  #body = html("tbody");
  #filter = html("input", { type: "search", placeholder: "pod, node, web…", "aria-label": gettext("Filter by kind or name") });
  #state = null;
  #text = "";

  constructor(place, onChoose) {
    const head = html("tr", {}, [gettext("Kind"), gettext("Name"), gettext("State"), gettext("Spec is met"), gettext("More")].map((name) => html("th", { scope: "col" }, name)));
    place.append(html("div", { class: "objects__filter" }, this.#filter), html("table", { class: "objects" }, html("thead", {}, head), this.#body));
    this.#filter.addEventListener("input", () => this.draw(this.#state));
    this.#body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-key]");
      if (button) onChoose(button.dataset.key, "why");
    });
  }

  focusFilter() {
    this.#filter.focus();
    this.#filter.select();
  }

  draw(state) {
    this.#state = state;
    const wanted = this.#filter.value.trim().toLowerCase();
    const known = { ready: (service) => readyEndpoints(state.objects, service) };
    const rows = KINDS.flatMap((kind) => drawn(state.objects, kind))
      .filter(({ key }) => key.toLowerCase().includes(wanted))
      .map(({ key, object }) => [key, object.kind, object.name, ...COLUMNS[object.kind](object, known), object.sign, object.progress]);
    const text = JSON.stringify(rows);
    if (text === this.#text) return;
    this.#text = text;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.#body.replaceChildren(...rows.map(([key, kind, name, main, more, sign, progress]) => html("tr", { "data-sign": sign },
      html("td", {}, kind), html("th", { scope: "row" }, html("button", { type: "button", "data-key": key }, name)), html("td", {}, main), html("td", {}, progress && badge(progress)), html("td", {}, more))));
    if (focused) this.#body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}
