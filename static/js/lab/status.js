import { announce } from "../page/announce.js";
import { clockText, countText, percentText } from "./format.js";

const LINK_TEXT = {
  connecting: "Connecting…",
  live: "",
  lost: "Connection lost. The cluster waits on the server; trying again…",
  refused: "The server closed this lab's connection. Reload the page to go on.",
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
  const traffic = requests ? `${percentText(failed / requests)} of requests failed in the last ${ERROR_WINDOW_S} s` : "no traffic";
  return `${up}/${countText(nodes.length, "node")} ready, ${ready}/${countText(total, "pod")} ready, ${traffic}`;
}

/** The facts in words: beside the title, in the narrow strip; and aloud when requests begin or cease to fail. */
export function startStatus(store, link) {
  const strip = (name) => document.querySelector(`[data-strip="${name}"]`);
  let failing = false;
  store.watch((state) => {
    if (link.dataset.state === "live") link.textContent = clusterLine(state);
    const { ready, total } = readyPods(state.objects);
    const { requests, failed } = recentTraffic(state.traffic);
    strip("ready").textContent = `ready ${ready}/${total}`;
    strip("errors").textContent = `errors ${requests ? percentText(failed / requests) : "–"}`;
    strip("errors").classList.toggle("bad", failed > 0);
    strip("time").textContent = clockText(state.clock.viewing_ms ?? state.clock.now_ms);
    if (failed > 0 !== failing) {
      failing = failed > 0;
      announce(failing ? "Requests begin to fail" : "No request has failed for ten seconds");
    }
  });
}
