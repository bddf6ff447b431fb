import { announce } from "../../page/announce.js";
import { onKey } from "../../page/keys.js";
import { html } from "../dom.js";
import { tabList } from "../panes.js";
import { startComponents } from "./components.js";
import { startEtcd } from "./etcd.js";
import { startRules } from "./rules.js";
import { startScheduler } from "./scheduler.js";
import { startTrace } from "./trace.js";
import { startUsage } from "./usage.js";

const VIEWS = { components: startComponents, scheduler: startScheduler, rules: startRules, store: startEtcd, usage: startUsage, trace: startTrace };
const AGAIN_MS = 1000;
const HASH = /^#inside\/(\w+)(?:\/(.*))?$/;

/** What goes on inside of the cluster, a tab a view. It follows the cluster while it is open, and the address keeps what is shown. */
export class Inside {
  #stage;
  #button;
  #tabs;
  #panel;
  #ask;
  #reveal;
  #others;
  #before = null;
  #select;
  #name = "components";
  #of = {};
  #view = null;
  #shown = "";
  #again = null;

  /** `reveal()` brings the stage into view, where another part of the page stands in its place. */
  constructor(stage, ask, reveal) {
    this.#stage = stage;
    this.#ask = ask;
    this.#reveal = reveal;
    this.#button = stage.querySelector("[data-inside-toggle]");
    this.#tabs = stage.querySelector("[data-inside-tabs]");
    this.#panel = stage.querySelector("#inside-panel");
    this.#select = tabList(this.#tabs, (tab) => this.#start(tab.dataset.view));
    this.#button.addEventListener("click", () => this.toggle());
    this.#others = [...this.#button.parentElement.children].filter((other) => other !== this.#button);
    for (const other of this.#others) other.addEventListener("click", () => this.close(other));
    stage.querySelector("#inside").addEventListener("keydown", (event) => this.#key(event));
    onKey("i", () => this.toggle());
    document.addEventListener("paneschange", () => this.#load());
    window.addEventListener("hashchange", () => this.#fromAddress());
  }

  get isOpen() {
    return this.#stage.hasAttribute("data-inside");
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open(this.#name);
  }

  open(name, { focus = true, of = undefined } = {}) {
    if (of !== undefined) this.#of[name] = of;
    this.#reveal();
    if (!this.isOpen) this.#before = this.#others.find((other) => other.getAttribute("aria-pressed") === "true");
    this.#stage.toggleAttribute("data-inside", true);
    this.#press(this.#button);
    const tab = this.#tabs.querySelector(`[data-view="${name}"]`);
    this.#select(tab);
    if (focus) tab.focus();
    document.dispatchEvent(new CustomEvent("paneschange"));
  }

  /** Gives the picture or the table back, whichever was there before. */
  close(back = this.#before) {
    if (!this.isOpen) return;
    this.#stage.toggleAttribute("data-inside", false);
    this.#press(back);
    if (this.#stage.querySelector("#inside").contains(document.activeElement) || document.activeElement === document.body) this.#button.focus();
    this.#keepAddress(location.pathname + location.search);
    document.dispatchEvent(new CustomEvent("paneschange"));
  }

  /** Loads again when the cluster has moved, once a second at most. */
  follow(changed) {
    if (!this.isOpen && !this.#fromAddress()) return;
    if (!this.isOpen || (changed.size === 1 && changed.has("traffic"))) return;
    this.#again ??= setTimeout(() => { this.#again = null; this.#load(); }, AGAIN_MS);
  }

  /** Opens what the address names, once; whether it names anything. */
  #fromAddress() {
    const [, name, of = ""] = HASH.exec(location.hash) ?? [];
    if (!(name in VIEWS)) return false;
    if (this.isOpen && name === this.#name && of === (this.#of[name] ?? "")) return true;
    this.open(name, { focus: false, of: decodeURI(of) });
    return true;
  }

  #press(button) {
    for (const each of [...this.#others, this.#button]) each.setAttribute("aria-pressed", String(each === button));
  }

  #keepAddress(address = `#inside/${this.#name}/${encodeURI(this.#of[this.#name] ?? "")}`.replace(/\/$/, "")) {
    history.replaceState(null, "", address);
  }

  #start(name) {
    this.#name = name;
    this.#shown = "";
    this.#tabs.querySelector(`[data-view="${name}"]`).scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#panel.setAttribute("aria-labelledby", `inside-${name}`);
    const choose = (of) => { this.#of[name] = of; this.#keepAddress(); this.#load(); };
    this.#view = VIEWS[name]({ choose, ask: this.#ask, announce });
    this.#panel.replaceChildren(...this.#view.nodes);
    this.#keepAddress();
    this.#load();
  }

  async #load() {
    const view = this.#view;
    if (!this.isOpen || !this.#panel.offsetParent) return;
    const fields = { view: this.#name, of: this.#of[this.#name] ?? "" };
    const result = await this.#ask("inside", fields, { quiet: true }).catch((error) => ({ error: error.message }));
    if (view !== this.#view) return;
    const text = JSON.stringify(result);
    if (text === this.#shown) return;
    this.#shown = text;
    if (result.error) this.#panel.replaceChildren(html("p", { class: "inside__none" }, result.error));
    else this.#show(result);
    this.#of[fields.view] ||= result.of;
  }

  /** Shows anew without taking the focus from what had it. */
  #show(result) {
    const held = this.#panel.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    if (!this.#panel.contains(this.#view.nodes[0])) this.#panel.replaceChildren(...this.#view.nodes);
    const { scrollTop } = this.#panel;
    this.#view.show(result);
    this.#panel.scrollTop = scrollTop;
    if (held) this.#panel.querySelector(`[data-name="${CSS.escape(held)}"]`)?.focus();
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    this.close();
  }
}
