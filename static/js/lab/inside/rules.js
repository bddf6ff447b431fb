import { html } from "../dom.js";
import { picker } from "./picker.js";

const PARTS = /(--comment "[^"]*")|(?<=-j )(KUBE-[A-Z0-9-]+)|(?<=^-A )(KUBE-[A-Z0-9-]+)/g;
const ENTRIES = /^-A KUBE-SERVICES .*--comment "(\S+) cluster IP".* -j (KUBE-SVC-\S+)$/gm;

/** One rule; the chain that it jumps to is a button that leads there. */
function lineOf(text, jump) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(PARTS)) {
    const [whole, comment, target] = found;
    parts.push(text.slice(from, found.index));
    if (comment) parts.push(html("span", { class: "soft" }, whole));
    else if (target) parts.push(html("button", { type: "button", class: "jump", onclick: () => jump(whole) }, whole));
    else parts.push(html("b", {}, whole));
    from = found.index + whole.length;
  }
  const chain = /^-A (\S+)/.exec(text)?.[1];
  return html("li", { "data-chain": chain, tabindex: chain ? "-1" : null }, ...parts, text.slice(from));
}

/** Rules: what `iptables-save` prints on a node; a chain's name leads to the chain, as a packet goes. */
export function startRules({ choose }) {
  const nodes = picker("Node", choose);
  const services = picker("Service", (chain) => jump(chain), (chain) => chains.get(chain) ?? "find its chain");
  const list = html("ol", { class: "inside__rules inside__wide", tabindex: "0", "aria-label": "iptables-save" });
  let shown = null;
  let chains = new Map();
  const jump = (chain) => {
    const line = list.querySelector(`[data-chain="${CSS.escape(chain)}"]`);
    line?.scrollIntoView({ block: "center" });
    line?.focus({ preventScroll: true });
  };
  const show = ({ choices, of, text }) => {
    nodes.show(choices, of);
    chains = new Map([...text.matchAll(ENTRIES)].map(([, name, chain]) => [chain, name]));
    services.show(chains.size ? ["", ...chains.keys()] : [], "");
    if (text !== shown) list.replaceChildren(...text.trimEnd().split("\n").map((line) => lineOf(line, jump)));
    shown = text;
  };
  const about = html("p", { class: "inside__told" }, "What kube-proxy wrote on this node, and what each request to a Service follows. Choose a chain after ", html("code", {}, "-j"), " to go where the packet goes.");
  return { nodes: [html("div", { class: "inside__pickers" }, nodes.node, services.node), about, list], show };
}
