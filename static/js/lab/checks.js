import { announce } from "../page/announce.js";
import { html, svg } from "./dom.js";
import { filled, gettext } from "../page/words.js";

const SIGNS = {
  true: [gettext("Done"), "M4 12.5l5 5L20 6.5"],
  false: [gettext("Not yet"), "M12 5v9M12 18.5h.01"],
  null: [gettext("Not known yet"), "M7 12h.01M12 12h.01M17 12h.01"],
};

const BEFORE_A_UNIT = /(?<=\d) (?=(?:ms|s|min|h|мс|с|мин|ч)(?!\p{L})|%)/gu;

/** A text with its `names` set as code; a number and its unit stay on one line. */
function prose(text) {
  return text.replace(BEFORE_A_UNIT, "\u00a0").split("`").map((part, at) => (at % 2 ? html("code", {}, part) : part));
}

function draw(item, check) {
  const [label, path] = SIGNS[String(check.ok ?? null)];
  item.dataset.ok = String(check.ok ?? null);
  item.replaceChildren(
    svg("svg", { viewBox: "0 0 24 24", role: "img", "aria-label": label }, svg("path", { d: path, class: "line line--bold" })),
    html("span", { class: "check__expects" }, ...prose(check.expects)),
    html("span", { class: "check__observes" }, ...prose(filled(gettext("Now: %(what)s"), { what: check.observes }))),
  );
}

/** The live checklists of the tasks: what each check expects, and what it observes now. */
export function startChecks(store) {
  const known = new Map();
  store.watch((state, changed) => {
    if (!changed.has("checks")) return;
    for (const item of document.querySelectorAll("[data-check]")) {
      const check = state.checks[item.dataset.check];
      if (!check) continue;
      const text = JSON.stringify(check);
      const before = known.get(item);
      if (before === text) continue;
      if (before && check.ok === true && JSON.parse(before).ok !== true) announce(filled(gettext("Check passed: %(what)s"), { what: check.expects.replaceAll("`", "") }));
      known.set(item, text);
      draw(item, check);
    }
  });
}
