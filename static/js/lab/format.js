import { decimal, filled, gettext, ngettext } from "../page/words.js";

/** Virtual milliseconds as m:ss, or h:mm:ss from one hour on. */
export function clockText(ms) {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes}:${seconds}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${seconds}`;
}

/** A share in 0..1 as per cent: whole from 10 % on, one place below it, never 0 % when it is not. */
export function percentText(share) {
  const percent = share * 100;
  if (percent === 0 || percent >= 10) return `${Math.round(percent)}\u00a0%`;
  return percent < 0.1 ? `< ${decimal(0.1, 1)}\u00a0%` : `${decimal(percent, 1)}\u00a0%`;
}

const COUNTED = {
  cluster: (n) => ngettext("%(n)s cluster", "%(n)s clusters", n),
  hand: (n) => ngettext("%(n)s hand", "%(n)s hands", n),
  key: (n) => ngettext("%(n)s key", "%(n)s keys", n),
  "more node": (n) => ngettext("%(n)s more node", "%(n)s more nodes", n),
  node: (n) => ngettext("%(n)s node", "%(n)s nodes", n),
  "OOM kill": (n) => ngettext("%(n)s OOM kill", "%(n)s OOM kills", n),
  pod: (n) => ngettext("%(n)s pod", "%(n)s pods", n),
  restart: (n) => ngettext("%(n)s restart", "%(n)s restarts", n),
  vote: (n) => ngettext("%(n)s vote", "%(n)s votes", n),
};

/** `count` with its noun: 1 pod, 2 pods. */
export const countText = (count, noun) => filled(COUNTED[noun](count), { n: count });

/** What a reconcile compared, entries (what, want, have), as one line. */
export const comparedText = (entries) => (entries ?? []).map(([what, want, have]) => filled(gettext("%(what)s: want %(want)s, have %(have)s"), { what, want, have: have ?? "none" })).join("; ");

const EVENT = /^(created|updated) Event\//;

/** What it did, its Events counted: their names say nothing. */
export function didText(did) {
  const events = did.filter((deed) => EVENT.test(deed)).length;
  const told = { 0: [], 1: ["wrote an Event"] }[events] ?? [`wrote ${events} Events`];
  return [...did.filter((deed) => !EVENT.test(deed)), ...told].join("; ");
}
