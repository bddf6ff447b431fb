import { html } from "../lab/dom.js";
import { onKey } from "./keys.js";
import { gettext } from "./words.js";

const MOST = 12;

/** Where search looks beside this page: in each page what an entry is, its title, what it is about, and the element that its link leads to. */
const INDEXES = [
  { of: "map", entry: ".climb li", title: "a", about: "p" },
  { of: "sandbox", entry: ".preset", title: "h2", about: ".preset__crux" },
  { of: "glossary", entry: ".glossary > div", title: "dt", about: "dd > span" },
];

/** The entries of one of the INDEXES; a title that is a link leads there, else its entry (or title) has an id. */
async function entries({ entry, title, about }, address) {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  return [...page.querySelectorAll(entry)].map((item) => {
    const named = item.querySelector(title);
    return { title: named.textContent, about: item.querySelector(about).textContent, href: named.getAttribute("href") ?? `${address}#${item.id || named.id}` };
  });
}

/** Sections of this page, lessons, presets of the sandbox, and words of the glossary. */
async function places(addresses) {
  const here = [...document.querySelectorAll(".story__part > h2")].map((title) => ({ title: title.textContent, about: gettext("This lesson"), href: `#${title.parentElement.id}` }));
  const there = await Promise.all(INDEXES.map((index) => entries(index, addresses[index.of])));
  return [...here, ...there.flat()];
}

/** Search over lessons, sections, presets and words: `/`, K, or Ctrl/Cmd+K. */
export function startSearch(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let all = [];
  const draw = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    const has = (text) => words.every((word) => text.toLowerCase().includes(word));
    const named = all.filter(({ title }) => has(title));
    const found = [...named, ...all.filter((it) => !named.includes(it) && has(`${it.title} ${it.about}`))];
    list.replaceChildren(...found.slice(0, MOST).map(({ title, about, href }) => html("li", {}, html("a", { href, onclick: () => dialog.close() }, title, html("small", {}, about)))));
    dialog.querySelector("[role=status]").textContent = found.length ? "" : gettext("Nothing found.");
  };
  const open = () => {
    dialog.showModal();
    input.select();
    places(dialog.dataset).then((found) => { all = found; draw(); });
  };
  input.addEventListener("input", draw);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  dialog.querySelector("[data-search-close]").addEventListener("click", () => dialog.close());
  document.querySelector("[data-search-open]").addEventListener("click", open);
  for (const key of ["/", "K", "Mod+k"]) onKey(key, open);
}
