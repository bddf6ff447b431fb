import { countText } from "../lab/format.js";
import { svg } from "../lab/dom.js";
import { OWNERS, ownerLabel, pips } from "./owners.js";
import { podState, sign } from "./signs.js";
import { cut, fitted, fullName, text, BOLD_LETTER, LETTER, MONO_LETTER, TIGHT, WIDE_LETTER } from "./writing.js";
import { filled, gettext, ngettext } from "../page/words.js";

/* What stands inside each object's group, drawn from its own corner (0, 0), and how it is called aloud. */

/** A long state in two lines of about one length, broken between its words: CrashLoop, BackOff. */
function inTwo(value) {
  const ends = [...value.matchAll(/(?<=[a-z:])(?=[A-Z])/g)].map(({ index }) => index);
  const longest = (end) => Math.max(end, value.length - end);
  const [best] = ends.sort((a, b) => longest(a) - longest(b));
  return best ? [value.slice(0, best), value.slice(best)] : [value];
}

function stateText(object, w) {
  const restarts = object.restarts ? `↻${object.restarts}` : null;
  const room = w - (restarts ? 19 + 7 * restarts.length : 14);
  const lines = object.text.length * WIDE_LETTER <= room * TIGHT ? [object.text] : inTwo(object.text);
  const last = lines.length > 1 ? 50 : 40;
  return [
    lines.length > 1 && fitted(8, 36, lines[0], (w - 14) * LETTER / WIDE_LETTER, "pod__text"),
    fitted(8, last, lines.at(-1), room * LETTER / WIDE_LETTER, "pod__text"),
    restarts && text(w - 7, last, restarts, "pod__restarts", { "text-anchor": "end" }),
  ];
}

/** What tells a pod from its siblings, in so many letters: what it has beyond its owner's name; the end of all where a StatefulSet numbers it. */
function shortName({ name, owner }, most) {
  if (owner?.startsWith("StatefulSet/")) return name.length > most ? `…${name.slice(1 - most)}` : name;
  const shared = `${owner?.split("/").at(-1)}-`;
  return cut(name.startsWith(shared) ? name.slice(shared.length) : name, most);
}

function podName(name, w) {
  const room = w - 32;
  const wide = name.length * MONO_LETTER;
  return text(28, 20, name, "pod__name", wide > room ? { textLength: room, lengthAdjust: "spacingAndGlyphs" } : {});
}

function bootBar({ object, w, h }) {
  const progress = object.app?.progress;
  if (progress == null || progress >= 1 || object.sign === "terminating") return null;
  return [
    svg("rect", { x: 8, y: h - 9, width: w - 16, height: 3, rx: 1.5, class: "boot" }),
    svg("rect", { x: 8, y: h - 9, width: Math.max(3, (w - 16) * progress), height: 3, rx: 1.5, class: "boot boot--done" }),
  ];
}

function podBox(box, { revisionOf }) {
  const { object, w, h } = box;
  const name = shortName(object, Math.floor((w - 32) * TIGHT / MONO_LETTER));
  const revision = revisionOf(object);
  return [
    svg("title", {}, `${object.name}: ${object.text}`),
    svg("rect", { width: w, height: h, rx: 6, class: `pod pod--${object.sign}` }),
    object.sign === "terminating" && svg("rect", { y: h - 14, width: w, height: 14, rx: 6, class: "pod__hatch", fill: "url(#hatch)" }),
    sign(object.sign, 7, 8, 16),
    podName(name, w),
    revision && 52 + name.length * BOLD_LETTER <= w && text(w - 7, 20, `r${revision}`, "pod__revision", { "text-anchor": "end" }),
    stateText(object, w),
    bootBar(box),
  ];
}

function podLabel({ object }, { revisionOf }) {
  const parts = [`Pod ${object.name}`, podState(object), object.node ? filled(gettext("on %(node)s"), { node: object.node }) : gettext("on no node")];
  if (revisionOf(object)) parts.push(revisionText(revisionOf(object)));
  if (object.app?.phase) parts.push(filled(gettext("app %(phase)s"), { phase: object.app.phase }));
  if (object.restarts) parts.push(countText(object.restarts, "restart"));
  return parts.join(", ");
}

function nodeState(object) {
  if (object.ready === "True") return object.unschedulable ? gettext("Ready, cordoned") : "Ready";
  return object.ready === "False" ? "NotReady" : gettext("NotReady, silent");
}

function nodeBox({ object, w, h }) {
  const bad = object.kind === "Node" && object.ready !== "True";
  return [
    svg("rect", { width: w, height: h, rx: 9, class: `node${bad ? " node--bad" : ""}${object.up === false ? " node--down" : ""}${object.kind === "Waiting" ? " node--waiting" : ""}` }),
    bad && sign("failed", 11, h - 25, 14),
    text(bad ? 31 : 12, h - 13, object.name, "node__name"),
    object.kind === "Node" && text((bad ? 43 : 24) + object.name.length * 7.4, h - 13, w > 260 ? nodeState(object) : "", `node__state${bad ? " node__state--bad" : ""}`),
  ];
}

function serviceBox({ object, w, h }, { endpointsOf }) {
  const endpoints = endpointsOf(object);
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  const port = object.ports?.[0];
  const wide = w >= 300;
  const middle = h / 2 + 5;
  const told = filled(ngettext("%(ready)s of %(n)s endpoint ready", "%(ready)s of %(n)s endpoints ready", endpoints.length), { ready, n: endpoints.length });
  return [
    svg("rect", { width: w, height: h, rx: 6, class: `service${ready ? "" : " service--none"}` }),
    text(12, middle, wide ? `Service ${fullName(object)}` : cut(fullName(object), 10), "service__name"),
    text(w - 12, middle, wide ? told : `${ready}/${endpoints.length}`, "service__text", { "text-anchor": "end" }),
    w > 460 && port && text(24 + (fullName(object).length + 8) * 8.2, middle, object.cluster_ip === "None" ? "headless" : `${object.cluster_ip}:${port.port ?? port}`, "service__text service__text--mono"),
  ];
}

function setBox({ object, w, h }) {
  const image = (object.image ?? "").split("/").at(-1);
  return [
    svg("title", {}, object.name),
    svg("rect", { width: w, height: h, rx: 6, class: `set${object.desired || object.current ? "" : " set--empty"}` }),
    text(12, 19, `r${object.revision}  ${cut(image, 14)}`, "set__name"),
    text(w - 12, 19, `${object.ready ?? 0}/${object.desired}`, "set__text", { "text-anchor": "end" }),
    pips(object, w),
  ];
}

/** A ReplicaSet that no Deployment made has no revision. */
export const revisionText = (revision) => (revision ? filled(gettext("revision %(n)s"), { n: revision }) : "");

/** So many endpoints are ready. */
export const endpointsText = (count) => filled(ngettext("%(n)s endpoint ready", "%(n)s endpoints ready", count), { n: count });

/** What a box needs to know of other objects. */
export function readers(objects) {
  return {
    revisionOf: (pod) => objects[pod.owner]?.revision,
    endpointsOf: (service) => Object.values(objects)
      .filter((object) => object.kind === "EndpointSlice" && object.service === service.name && object.namespace === service.namespace)
      .flatMap((slice) => slice.endpoints ?? []),
  };
}

export const BOXES = {
  Pod: { draw: podBox, label: podLabel },
  Node: { draw: nodeBox, layer: "nodes", label: ({ object }) => `Node ${object.name}, ${nodeState(object)}, ${countText(object.pods ?? 0, "pod")}` },
  Waiting: { draw: nodeBox, layer: "nodes", label: ({ object }) => object.name },
  Service: {
    draw: serviceBox,
    label: ({ object }, { endpointsOf }) => `Service ${fullName(object)}, ${endpointsText(endpointsOf(object).filter((endpoint) => endpoint.ready).length)}`,
  },
  ...OWNERS,
  ReplicaSet: { draw: (box) => (box.sole ? OWNERS.StatefulSet.draw(box) : setBox(box)), label: (box) => [ownerLabel(box), revisionText(box.object.revision)].filter(Boolean).join(", ") },
};
