import { startCluster } from "../lab/cluster.js";
import { Inside } from "../lab/inside/drawer.js";
import { Socket } from "../lab/socket.js";
import { clusterLine, showLink } from "../lab/status.js";
import { Store } from "../lab/store.js";
import { startTime } from "../lab/time.js";
import { announce } from "../page/announce.js";

const one = (selector) => document.querySelector(selector);
const store = new Store();
const link = one("[data-link]");
const socket = new Socket(`labs/${one("[data-share]").dataset.share}`, store, (state) => showLink(link, state));

/** Sends a command; what goes wrong is said aloud and shown, unless the caller shows it itself (`quiet`). */
function ask(command, fields, { quiet = false } = {}) {
  const reply = socket.ask(command, fields);
  if (!quiet) reply.catch((error) => { one("[data-lane-note]").textContent = error.message; announce(error.message); });
  return reply;
}

const cluster = startCluster(store, { ask });
const inside = new Inside(one("#stage"), ask, () => {});
startTime(store, ask, (key) => { if (key) { inside.close(); cluster.choose(key, "why"); } });
store.watch((state, changed) => {
  inside.follow(changed);
  if (link.dataset.state === "live") link.textContent = clusterLine(state);
});
