import { html } from "../dom.js";
import { chainTree, chainsOf } from "./chains.js";
import { picker } from "./picker.js";
import { gettext } from "../../page/words.js";

const PARTS = /(--comment "[^"]*")|(?<=-j )(KUBE-[A-Z0-9-]+)|(?<=^-A )(KUBE-[A-Z0-9-]+)/g;

/** One rule; the chain that it jumps to is a button that leads there. */
function lineOf(text, link) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(PARTS)) {
    const [whole, comment, target] = found;
    parts.push(text.slice(from, found.index));
    if (comment) parts.push(html("span", { class: "soft" }, whole));
    else if (target) parts.push(link(whole));
    else parts.push(html("b", {}, whole));
    from = found.index + whole.length;
  }
  const chain = /^-A (\S+)/.exec(text)?.[1];
  return html("li", { "data-chain": chain, tabindex: chain ? "-1" : null }, ...parts, text.slice(from));
}

/** Rules: a Service's chains as a tree, and all that `iptables-save` prints on a node; a chain's name leads to its rules. */
export function startRules({ choose }) {
  const nodes = picker(gettext("Node"), choose);
  const services = picker("Service", (name) => { service = name; draw(); });
  const list = html("ol", { class: "inside__rules inside__wide", tabindex: "0", "aria-label": "iptables-save" });
  const tree = html("div");
  const about = html("p", { class: "inside__told" }, gettext("What kube-proxy wrote on this node, and what each packet to a Service follows. A chain's name leads to its rules."));
  let [ways, service, shown] = [[], null, null];
  const jump = (chain) => {
    const line = list.querySelector(`[data-chain="${CSS.escape(chain)}"]`);
    line?.scrollIntoView({ block: "center" });
    line?.focus({ preventScroll: true });
  };
  const link = (chain) => html("button", { type: "button", class: "jump", "data-name": chain, onclick: () => jump(chain) }, chain);

  function draw() {
    const way = ways.find(({ name }) => name === service) ?? ways.at(-1);
    services.show(ways.map(({ name }) => name), way?.name ?? "");
    tree.replaceChildren(...(way ? [chainTree(way, link)] : []));
  }

  const show = ({ choices, of, text }) => {
    nodes.show(choices, of);
    if (text === shown) return;
    shown = text;
    ways = chainsOf(text);
    draw();
    list.replaceChildren(...text.trimEnd().split("\n").map((line) => lineOf(line, link)));
  };
  return { nodes: [html("div", { class: "inside__pickers" }, nodes.node, services.node), about, tree, list], show };
}
