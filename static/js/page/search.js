import { html } from "../lab/dom.js";
import { onKey } from "./keys.js";

const MOST = 12;

/** Sections of this page, and the lessons of the course map with what they are about. */
async function places(mapAddress) {
  const here = [...document.querySelectorAll(".story__part > h2")].map((title) => ({ title: title.textContent, about: "This lesson", href: `#${title.parentElement.id}` }));
  const page = new DOMParser().parseFromString(await (await fetch(mapAddress)).text(), "text/html");
  const lessons = [...page.querySelectorAll(".climb li")].map((item) => {
    const link = item.querySelector("a");
    return { title: link.textContent, about: item.querySelector("p").textContent, href: link.getAttribute("href") };
  });
  return [...here, ...lessons];
}

/** Search over lessons and sections: `/`, K, or Ctrl/Cmd+K. */
export function startSearch(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let all = [];
  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    const found = all.filter(({ title, about }) => words.every((word) => `${title} ${about}`.toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, MOST).map(({ title, about, href }) => html("li", {}, html("a", { href, onclick: () => dialog.close() }, title, html("small", {}, about)))));
    dialog.querySelector("[role=status]").textContent = found.length ? "" : "Nothing found.";
  };
  const open = () => {
    dialog.showModal();
    input.select();
    places(dialog.dataset.map).then((found) => { all = found; draw(); });
  };
  input.addEventListener("input", draw);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  document.querySelector("[data-search-open]").addEventListener("click", open);
  for (const key of ["/", "K", "Mod+k"]) onKey(key, open);
}
