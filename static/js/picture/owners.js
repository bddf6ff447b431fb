import { svg } from "../lab/dom.js";
import { BOLD_LETTER, LETTER, WIDE_LETTER, cut, fitted, fullName, text } from "./writing.js";
import { filled, gettext } from "../page/words.js";

/** What owns pods: Deployments above their ReplicaSets, all others above what they want. */

/** How many of the wanted pods are ready. */
export const readyText = (object) => filled(gettext("%(ready)s of %(all)s ready"), { ready: object.ready ?? 0, all: object.desired });

/** How far a Job is. */
export function jobText({ ended, suspended, done, desired }) {
  if (ended === "Failed") return gettext("has failed");
  if (suspended) return gettext("suspended");
  return filled(gettext("%(done)s of %(all)s done"), { done, all: desired });
}

/** How many pods of a Job have failed, or how many Jobs of a CronJob run. */
export const failedText = ({ failed }) => (failed ? filled(gettext("%(n)s failed"), { n: failed }) : "");
export const runningText = ({ active }) => filled(gettext("%(n)s running"), { n: active });

const scheduleText = ({ suspended, schedule }) => (suspended ? gettext("suspended") : schedule);

function header({ object, w }, told) {
  const name = fullName(object);
  const room = w - (told.length + 1) * WIDE_LETTER;
  const title = `${object.kind} ${name}`;
  return [
    fitted(0, 14, title.length * BOLD_LETTER <= room ? title : name, room * LETTER / BOLD_LETTER, "deployment__name"),
    text(w, 14, told, `deployment__text${object.ended === "Failed" ? " deployment__text--bad" : ""}`, { "text-anchor": "end" }),
    svg("path", { d: `M0.5 32v-7a3 3 0 0 1 3-3h${w - 7}a3 3 0 0 1 3 3v7`, class: "deployment" }),
    svg("rect", { x: 0, y: 0, width: w, height: 24, class: "hit" }),
  ];
}

/** A mark for each pod that is wanted or there. */
export function pips({ desired, current, ready }, w, y = 28) {
  const count = Math.max(desired ?? 0, current ?? 0);
  const size = Math.min(11, (w - 24) / Math.max(count, 1) - 3);
  return Array.from({ length: count }, (_, index) => svg("rect", {
    x: 12 + index * (size + 3), y, width: Math.max(1, size), height: 7, rx: 2,
    class: index < (ready ?? 0) ? "pip pip--ready" : index < (current ?? 0) ? "pip pip--made" : "pip",
  }));
}

/** An owner without ReplicaSets: `told` beside its name; below its image, `more`, and a mark for each pod of `counted`. */
function owner(told, more, counted) {
  return (box) => {
    const { object, w, h } = box;
    const top = h - 44;
    return [
      svg("rect", { y: top, width: w, height: h - top, rx: 6, class: "set" }),
      text(12, top + 19, cut((object.image ?? "").split("/").at(-1), 20), "set__name"),
      text(w - 12, top + 19, more(object), "set__text", { "text-anchor": "end" }),
      pips(counted(object), w, top + 28),
      header(box, told(object)),
    ];
  };
}

const shareText = ({ ready, desired }) => `${ready ?? 0}/${desired}`;
const replicas = owner(readyText, shareText, (object) => object);
const ends = ({ desired, active, done }) => ({ desired, current: done + active, ready: done });
const runs = ({ active }) => ({ desired: active, current: active });
const called = (told) => ({ object }) => `${object.kind} ${fullName(object)}, ${told(object)}`;

export const ownerLabel = called(readyText);

export const OWNERS = {
  Deployment: { draw: (box) => header(box, readyText(box.object)), label: ownerLabel },
  StatefulSet: { draw: replicas, label: ownerLabel },
  DaemonSet: { draw: replicas, label: ownerLabel },
  Job: { draw: owner(jobText, failedText, ends), label: called(jobText) },
  CronJob: { draw: owner(scheduleText, runningText, runs), label: called(scheduleText) },
};
