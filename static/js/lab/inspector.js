import { announce } from "../page/announce.js";
import { badge } from "../picture/badge.js";
import { lights } from "../picture/lights.js";
import { html } from "./dom.js";
import { tabList } from "./panes.js";
import { whyList } from "./why.js";
import { filled, gettext } from "../page/words.js";

const TABS = { why: gettext("Why"), describe: "Describe", yaml: "YAML", logs: gettext("Logs"), events: gettext("Events") };

function content(what, result) {
  if (what !== "why") return html("pre", { tabindex: "0" }, result.text || gettext("Nothing yet."));
  if (!result.reasons?.length) return html("p", {}, gettext("No controller has had to act on it yet."));
  return whyList(result.reasons);
}

/** The drawer beside the picture: one object's why, describe, YAML, logs and events, in the server's own words; follows the cluster. */
export class Inspector {
  #root;
  #ask;
  #onClose;
  #key = null;
  #what = "why";
  #version = null;
  #badge = html("p", { class: "inspector__badge" });
  #body = html("div", { class: "inspector__body", role: "tabpanel", tabindex: "0", "aria-label": gettext("Details") });

  constructor(root, ask, onClose) {
    this.#root = root;
    this.#ask = ask;
    this.#onClose = onClose;
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  get key() {
    return this.#key;
  }

  open(key, what, object) {
    this.#key = key;
    this.#what = what in TABS ? what : "why";
    this.#root.hidden = false;
    this.#draw();
    this.#judge(object);
    this.#load();
    this.#root.querySelector("[role=tab][aria-selected=true]").focus();
    announce(`${TABS[this.#what]}: ${key}`);
  }

  close() {
    const key = this.#key;
    this.#key = null;
    this.#root.hidden = true;
    this.#onClose(key);
  }

  /** Loads again when the object has changed, or time was moved. */
  follow(state) {
    if (this.#key === null) return;
    this.#judge(state.objects[this.#key]);
    const version = `${state.objects[this.#key]?.version}@${state.clock.viewing_ms}`;
    if (version === this.#version) return;
    this.#version = version;
    this.#load();
  }

  /** Whether status has come to spec, and what each probe says. */
  #judge({ progress, probes = {} } = {}) {
    this.#badge.replaceChildren(...(progress ? [badge(progress)] : []), ...lights(probes));
  }

  #draw() {
    const [kind, namespace, name] = this.#key.split("/");
    const tabs = Object.entries(TABS).filter(([what]) => what !== "logs" || kind === "Pod").map(([what, title]) => html("button", {
      type: "button", role: "tab", "data-what": what, "aria-selected": String(what === this.#what), tabindex: what === this.#what ? "0" : "-1",
    }, title));
    const list = html("div", { class: "tabs", role: "tablist", "aria-label": gettext("About this object") }, tabs);
    tabList(list, (tab) => { this.#what = tab.dataset.what; this.#load(); });
    const close = html("button", { type: "button", class: "tool", "aria-label": gettext("Close"), onclick: () => this.close() }, "×");
    const title = html("h3", { id: "inspector-title" }, name, html("small", {}, namespace ? filled(gettext("%(kind)s in %(namespace)s"), { kind, namespace }) : kind));
    this.#root.replaceChildren(html("header", { class: "inspector__head" }, title, close), this.#badge, list, this.#body);
    this.#body.replaceChildren();
  }

  async #load() {
    const [key, what] = [this.#key, this.#what];
    const shown = await this.#ask("show", { what, key }, { quiet: true })
      .then((result) => content(what, result), (error) => html("p", {}, error.message));
    if (key !== this.#key || what !== this.#what) return;
    const { scrollTop } = this.#body;
    this.#body.replaceChildren(shown);
    this.#body.scrollTop = scrollTop;
  }
}
