import { html } from "./dom.js";
import { filled, gettext } from "../page/words.js";

const STYLES = { "+": "added", "-": "removed", "@": "place" };

/** The hunks of a unified diff as a list of lines; the sign at the start of each stays, so colour is not needed. */
export function diffView(text, name) {
  const lines = text.split("\n").filter(Boolean);
  if (!lines.length) return [html("h4", {}, filled(gettext("Applying %(name)s would change nothing."), { name }))];
  return [
    html("h4", {}, filled(gettext("What applying %(name)s would change"), { name })),
    html("ol", {}, lines.map((line) => html("li", { class: STYLES[line[0]] ?? "" }, line))),
  ];
}
