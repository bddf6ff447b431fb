import { announce } from "../page/announce.js";
import { html } from "./dom.js";
import { filled, gettext } from "../page/words.js";

/** Writes each step's place into its select, which is what the form sends. */
function number(list) {
  const items = [...list.children];
  items.forEach((item, index) => { item.querySelector("select").selectedIndex = index; });
  items.forEach((item, index) => {
    item.querySelector("[data-move='-1']").disabled = index === 0;
    item.querySelector("[data-move='1']").disabled = index === items.length - 1;
  });
}

function move(item, step) {
  const list = item.parentElement;
  if (step < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  number(list);
  const place = [...list.children].indexOf(item) + 1;
  announce(filled(gettext("Moved to place %(place)s of %(all)s"), { place, all: list.children.length }));
}

function button(item, step, label) {
  return html("button", {
    type: "button", class: "tool", "data-move": String(step), "aria-label": label,
    onclick: (event) => {
      move(item, step);
      const here = event.currentTarget;
      (here.disabled ? item.querySelector("[data-move]:not(:disabled)") : here)?.focus();
    },
  }, step < 0 ? "↑" : "↓");
}

/** Order questions: a list whose steps move by buttons instead of numbers in selects. Without JavaScript the selects stay. */
export function startSteps(root) {
  for (const list of root.querySelectorAll("[data-steps]:not(.is-ready)")) {
    list.classList.add("is-ready");
    for (const item of list.children) {
      const words = item.querySelector("span").textContent.trim();
      item.querySelector("select").hidden = true;
      item.append(button(item, -1, filled(gettext("Move up: %(what)s"), { what: words })), button(item, 1, filled(gettext("Move down: %(what)s"), { what: words })));
    }
    number(list);
  }
}
