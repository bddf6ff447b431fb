import { html } from "./dom.js";
import { clockText, comparedText, didText } from "./format.js";
import { gettext } from "../page/words.js";

/** One reconcile as a list item: who, when, what it read, what it compared, what it did. */
function reasonItem(reason, withKey) {
  const line = (name, text, style = "") => (text ? [html("dt", {}, name), html("dd", { class: style, lang: "en" }, text)] : []);
  return html("li", {},
    html("h4", {}, withKey ? `${reason.actor}: ${reason.key}` : reason.actor, html("time", {}, clockText(reason.at_ms))),
    html("dl", {}, line(gettext("Read"), reason.read.join("; ")), line(gettext("Compared"), comparedText(reason.compared)), line(gettext("Did"), didText(reason.did), "did")));
}

/** Reconciles in the order given, which is the latest first; with their keys where they are not all about one object. */
export const whyList = (reasons, { withKey = false } = {}) => html("ol", { class: "why" }, reasons.map((reason) => reasonItem(reason, withKey)));
