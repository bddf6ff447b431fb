import { gettext } from "../page/words.js";

const OBJECT = 'a[href^="#object/"]';

/** The key that a link names; `*` stands for the rest of a name (`Pod/default/shop-*`). */
function keyOf(pattern, objects) {
  if (!pattern.endsWith("*")) return pattern in objects ? pattern : undefined;
  return Object.keys(objects).sort().find((key) => key.startsWith(pattern.slice(0, -1)));
}

/** Links of the story to parts of the lab: `#inside/store/...`, `#object/Deployment/default/web`, `#pane/yaml`. Whoever points at one to an object, or at its row of a table, sees that object lit. */
export function startPlaces(story, store, { inside, choose, light, show, tell }) {
  const named = (element) => element.closest("tr")?.querySelector(OBJECT) ?? element.closest(OBJECT);
  const objectAt = (element) => {
    const link = named(element)?.getAttribute("href").slice("#object/".length);
    return link && keyOf(decodeURI(link), store.state?.objects ?? {});
  };
  for (const name of ["mouseover", "focusin"]) story.addEventListener(name, ({ target }) => light(objectAt(target)));
  const GO = {
    inside: (rest) => { const [view, ...of] = rest.split("/"); inside.open(view, { of: of.join("/") }); },
    object: (rest) => {
      const key = keyOf(rest, store.state?.objects ?? {});
      if (!key) return tell(gettext("There is no such object yet."));
      inside.close();
      return choose(key, "why");
    },
    pane: (rest) => show(rest),
  };
  story.addEventListener("click", (event) => {
    const [, place, rest] = /^#(\w+)\/(.+)$/.exec(event.target.closest("a")?.getAttribute("href") ?? "") ?? [];
    if (!(place in GO)) return;
    event.preventDefault();
    GO[place](decodeURI(rest));
  });
}
