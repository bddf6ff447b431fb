import { announce } from "../page/announce.js";
import { clockText, percentText } from "./format.js";
import { filled, gettext, ngettext } from "../page/words.js";

const LINK_TEXT = {
  connecting: gettext("Connecting…"),
  live: "",
  lost: gettext("Connection lost. The cluster waits on the server; trying again…"),
  refused: gettext("The server closed this lab's connection. Reload the page to go on."),
};
const ERROR_WINDOW_S = 10;

/** Requests and failures of the last ten virtual seconds, from the traffic of every client. */
export function recentTraffic(traffic) {
  let requests = 0;
  let failed = 0;
  for (const { series } of Object.values(traffic ?? {})) {
    for (const [sent, bad] of Object.values(series).slice(-ERROR_WINDOW_S)) {
      requests += sent;
      failed += bad;
    }
  }
  return { requests, failed };
}

export function readyPods(objects) {
  const pods = Object.values(objects).filter((object) => object.kind === "Pod");
  return { ready: pods.filter((pod) => pod.sign === "ready").length, total: pods.length };
}

/** Says how the connection stands beside the cluster's title. */
export function showLink(place, state) {
  if (place.dataset.state && place.dataset.state !== "connecting" && state !== "live") announce(LINK_TEXT[state]);
  place.dataset.state = state;
  place.textContent = LINK_TEXT[state];
}

/** How the cluster stands, in words. */
export function clusterLine(state) {
  const { ready, total } = readyPods(state.objects);
  const { requests, failed } = recentTraffic(state.traffic);
  const nodes = Object.values(state.objects).filter((object) => object.kind === "Node");
  const up = nodes.filter((node) => node.ready === "True").length;
  const share = { share: percentText(failed / requests), seconds: ERROR_WINDOW_S };
  const traffic = requests ? filled(gettext("%(share)s of requests failed in the last %(seconds)s s"), share) : gettext("no traffic");
  const upText = filled(ngettext("%(up)s/%(n)s node ready", "%(up)s/%(n)s nodes ready", nodes.length), { up, n: nodes.length });
  const readyText = filled(ngettext("%(ready)s/%(n)s pod ready", "%(ready)s/%(n)s pods ready", total), { ready, n: total });
  return `${upText}, ${readyText}, ${traffic}`;
}

/** How the cluster stands, or why its time does: the engine failed, or all is over. */
function tellStanding(link, state) {
  const { error } = state.clock;
  if (error && !link.hasAttribute("data-stopped")) announce(error);
  link.toggleAttribute("data-stopped", Boolean(error));
  link.textContent = error ?? clusterLine(state);
}

/** The facts in words: beside the title, in the narrow strip; and aloud when requests begin or cease to fail. */
export function startStatus(store, link) {
  const strip = (name) => document.querySelector(`[data-strip="${name}"]`);
  let failing = false;
  store.watch((state) => {
    if (link.dataset.state === "live") tellStanding(link, state);
    const { ready, total } = readyPods(state.objects);
    const { requests, failed } = recentTraffic(state.traffic);
    strip("ready").textContent = filled(gettext("ready %(ready)s/%(total)s"), { ready, total });
    strip("errors").textContent = filled(gettext("errors %(share)s"), { share: requests ? percentText(failed / requests) : "–" });
    strip("errors").classList.toggle("bad", failed > 0);
    strip("time").textContent = clockText(state.clock.viewing_ms ?? state.clock.now_ms);
    if (failed > 0 !== failing) {
      failing = failed > 0;
      announce(failing ? gettext("Requests begin to fail") : gettext("No request has failed for ten seconds"));
    }
  });
}
