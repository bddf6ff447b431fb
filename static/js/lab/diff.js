import { html } from "./dom.js";

const STYLES = { "+": "added", "-": "removed", "@": "place" };
const BOOKKEEPING = /^[ +-]\s*(kubectl\.kubernetes\.io\/last-applied-configuration:|\{"apiVersion":|generation: \d)/;

/** The hunks that change something a person wrote: kubectl's own bookkeeping is left out. */
function hunks(text) {
  const found = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("@@")) found.push([line]);
    else if (found.length && line && !BOOKKEEPING.test(line)) found.at(-1).push(line);
  }
  return found.filter((lines) => lines.some((line) => "+-".includes(line[0])));
}

/** A unified diff as a list of lines; the sign at the start of each stays, so colour is not needed. */
export function diffView(text, name) {
  const lines = hunks(text).flat();
  if (!lines.length) return [html("h4", {}, `Applying ${name} would change nothing.`)];
  return [
    html("h4", {}, `What applying ${name} would change`),
    html("ol", {}, lines.map((line) => html("li", { class: STYLES[line[0]] ?? "" }, line))),
  ];
}
