import { announce } from "../announce.js";
import { html, svg } from "../../lab/dom.js";
import { filled, gettext } from "../words.js";

/** The seven steps of a diagnosis: what it is, whether a command (its words without flags) takes it, and an example. */
const STEPS = [
  [gettext("describe the pod"), ([verb]) => verb === "describe", "kubectl describe pod NAME"],
  [gettext("its log, and the log before the crash"), ([verb]) => verb === "logs", "kubectl logs NAME -c CONTAINER -p"],
  [gettext("events, the newest last"), ([verb, kind]) => verb === "events" || (verb === "get" && /^ev(ents?)?$/.test(kind)), "kubectl get events -A --sort-by=.lastTimestamp"],
  [gettext("is the rollout stuck?"), ([verb, what]) => verb === "rollout" && what === "status", "kubectl rollout status deployment/NAME"],
  [gettext("a look from inside"), ([verb]) => verb === "exec", "kubectl exec -it NAME -- sh"],
  [gettext("the node itself"), ([verb, what]) => verb === "debug" && what?.startsWith("node/"), "kubectl debug node/NODE -it --image=busybox"],
  [gettext("who uses what"), ([verb]) => verb === "top", "kubectl top pods"],
];
const KUBECTL = /^\s*(kubectl|k)\s/;
const TAKES_VALUE = new Set(["-n", "--namespace", "--context", "-l", "-c"]);

/** The words of a kubectl command without its name and flags. */
function words(command) {
  const all = command.split(/\s+/).slice(1);
  return all.filter((word, at) => !word.startsWith("-") && !TAKES_VALUE.has(all[at - 1]));
}

/** The kubectl commands of a line, one for each side of a pipe or a semicolon. */
const commands = (line) => line.split(/\||;|&&/).map((part) => part.trim()).filter((part) => KUBECTL.test(part)).map(words);

/** Seven steps that tick themselves as their commands are typed; cleared for the next case. */
export function startChecklist(place) {
  const taken = new Set();
  const list = html("ol", { class: "checklist" });
  const again = html("button", { type: "button", class: "button", onclick: () => { taken.clear(); draw(); announce(gettext("The checklist is clear")); } }, gettext("Next case"));
  const draw = () => list.replaceChildren(...STEPS.map(([title, , example], at) => html("li", { "data-ok": String(taken.has(at)) },
    svg("svg", { viewBox: "0 0 24 24", role: "img", "aria-label": taken.has(at) ? gettext("Done") : gettext("Not yet") }, svg("path", { class: "line line--bold", d: taken.has(at) ? "M4 12.5l5 5L20 6.5" : "M7 12h10" })),
    html("span", {}, title, " ", html("code", {}, example)))));
  document.addEventListener("terminalline", ({ detail }) => {
    for (const command of commands(detail)) {
      const at = STEPS.findIndex(([, takes]) => takes(command));
      if (at < 0 || taken.has(at)) continue;
      taken.add(at);
      announce(filled(gettext("Step %(number)s of %(all)s: %(what)s"), { number: at + 1, all: STEPS.length, what: STEPS[at][0] }));
    }
    draw();
  });
  draw();
  place.replaceChildren(list, again);
}
