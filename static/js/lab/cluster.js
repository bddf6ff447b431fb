import { onKey } from "../page/keys.js";
import { announce } from "../page/announce.js";
import { PodList } from "../picture/list.js";
import { Picture } from "../picture/picture.js";
import { PictureTable } from "../picture/table.js";
import { html } from "./dom.js";
import { clockText } from "./format.js";
import { Inspector } from "./inspector.js";

const FAULTS = { crash: "node-crash", recover: "node-recover", reboot: "node-reboot" };
const FRESH_MS = 10_000;
const DONE = { crash: "killed", recover: "powered on", reboot: "reboots", cordon: "cordoned", uncordon: "uncordoned" };

function lastRefusal(traffic) {
  const failed = Object.values(traffic).flatMap((client) => client.dots ?? []).filter((dot) => !dot.ok);
  return failed.reduce((last, dot) => (last && last.at_ms >= dot.at_ms ? last : dot), null);
}

/** Says which hop refused the last failed request, and why. */
class RefusalLine {
  #line = html("p", { class: "refusal" }, "No request has failed.");
  #shown = null;

  constructor(place) {
    place.append(this.#line);
  }

  draw({ traffic, clock }) {
    const dot = lastRefusal(traffic);
    this.#line.classList.toggle("refusal--old", dot !== null && (clock.viewing_ms ?? clock.now_ms) - dot.at_ms > FRESH_MS);
    if (!dot || dot.at_ms === this.#shown) return;
    this.#shown = dot.at_ms;
    const where = dot.pod ? ` at ${dot.pod.split("/").at(-1)}` : "";
    this.#line.replaceChildren(html("b", {}, `Last refusal ${clockText(dot.at_ms)}${where}`), html("span", {}, dot.cause ?? `status ${dot.status}`));
  }
}

/** The cluster's pane: picture, table and list show the same objects; the inspector opens beside them. */
export function startCluster(store, { ask, kubectl, edit }) {
  const one = (selector) => document.querySelector(selector);
  const inspector = new Inspector(one("[data-inspector]"), ask, (key) => { picture.choose(null); picture.focus(key); });
  const choose = (key, what) => {
    if (what === "edit") return edit(key);
    picture.choose(key);
    inspector.open(key, what);
  };
  const onNode = (action, node) => {
    const done = FAULTS[action] ? ask("inject", { fault: FAULTS[action], arguments: { node } }) : kubectl(`kubectl ${action} ${node}`);
    done.then(() => announce(`${node} ${DONE[action]}`));
  };
  const picture = new Picture(one("[data-picture]"), { onChoose: choose, onNode });
  const table = new PictureTable(one("[data-picture-table]"), choose);
  const list = new PodList(one(".stage__body").insertBefore(html("div", { class: "pod-list" }), one("[data-inspector]")), choose, onNode);
  const refusal = new RefusalLine(one("#stage"));

  const showAs = (name) => {
    one("[data-picture]").hidden = name !== "picture";
    one("[data-picture-table]").hidden = name !== "table";
    for (const button of document.querySelectorAll("[data-show-as]")) button.setAttribute("aria-pressed", String(button.dataset.showAs === name));
  };
  for (const button of document.querySelectorAll("[data-show-as]")) button.addEventListener("click", () => showAs(button.dataset.showAs));
  onKey(":", () => { showAs("table"); table.focusFilter(); });
  onKey("Escape", () => (inspector.key ? inspector.close() : false));

  const draw = (state, changed) => {
    picture.draw(state, changed);
    if (changed.has("objects")) { table.draw(state); list.draw(state); }
    if (changed.has("traffic")) refusal.draw(state);
    inspector.follow(state);
  };
  store.watch(draw);
  document.addEventListener("paneschange", () => store.state && draw(store.state, new Set(["objects", "traffic"])));
  return { choose, light: (key) => picture.light(key) };
}
