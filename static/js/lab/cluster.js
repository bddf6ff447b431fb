import { onKey } from "../page/keys.js";
import { PodList } from "../picture/list.js";
import { Picture } from "../picture/picture.js";
import { PictureTable } from "../picture/table.js";
import { html } from "./dom.js";
import { Inspector } from "./inspector.js";
import { nodeActions } from "./nodes.js";
import { RefusalLine } from "./refusal.js";

/**
 * The cluster's pane: picture, table and list show the same objects; the inspector opens beside them.
 * Without `kubectl` and `edit` it can only be looked at.
 */
export function startCluster(store, { ask, kubectl, edit }) {
  const one = (selector) => document.querySelector(selector);
  const inspector = new Inspector(one("[data-inspector]"), ask, (key) => { picture.choose(null); picture.focus(key); });
  const choose = (key, what) => {
    if (what === "edit") return edit?.(key);
    picture.choose(key);
    inspector.open(key, what, store.state?.objects[key]);
  };
  const onNode = kubectl && nodeActions({ ask, kubectl });
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
