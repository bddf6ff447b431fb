import { html } from "../dom.js";
import { percentText } from "../format.js";
import { filled, gettext } from "../../page/words.js";

const ENTRY = /^-A KUBE-SERVICES -d (\S+)\/32 .*--comment "(\S+) cluster IP".*--dport (\d+) -j (KUBE-SVC-\S+)$/gm;
const PICK = /^-A (KUBE-SVC-\S+) -m comment --comment "\S+ -> (\S+)"(?:.*--probability (\S+))? -j (KUBE-SEP-\S+)$/gm;

/**
 * The way through a node's rules to each Service's pods, read from `iptables-save`: [{ name, address, chain, picks }]; a pick is
 * { to, chain, odds, share }: the odds at its own rule, and the share of all packets that comes of them.
 */
export function chainsOf(text) {
  const picks = Map.groupBy([...text.matchAll(PICK)], ([, chain]) => chain);
  return [...text.matchAll(ENTRY)].map(([, ip, name, port, chain]) => {
    let left = 1;
    return {
      name, chain, address: `${ip}:${port}`,
      picks: (picks.get(chain) ?? []).map(([, , to, probability, sep]) => {
        const odds = Number(probability ?? 1);
        const share = left * odds;
        left -= share;
        return { to, chain: sep, odds, share };
      }),
    };
  });
}

const oddsText = (odds, at) => (odds === 1 ? (at ? gettext("what is left") : gettext("every packet")) : filled(gettext("%(share)s of what comes here"), { share: percentText(odds) }));

/** A Service's chains as a tree; `link(chain)` makes the name that leads to a chain's rules. */
export function chainTree({ address, chain, picks }, link) {
  const leaf = ({ to, chain: sep, odds, share }, at) => html("li", {}, `${filled(gettext("rule %(number)s, %(odds)s:"), { number: at + 1, odds: oddsText(odds, at) })} `, link(sep), " → DNAT to ", html("b", {}, to), html("span", { class: "soft" }, ` ${filled(gettext("%(share)s of all"), { share: percentText(share) })}`));
  const tree = (...parts) => html("ul", {}, html("li", {}, ...parts));
  const last = picks.length ? html("ul", {}, picks.map(leaf)) : html("ul", {}, html("li", {}, gettext("no rule: no pod is ready")));
  return html("div", { class: "inside__chains", role: "group", "aria-label": gettext("The way of a packet") },
    tree("PREROUTING, OUTPUT", tree(link("KUBE-SERVICES"), " → ", html("b", {}, address), tree(link(chain), last))));
}
