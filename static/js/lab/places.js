import { gettext } from "../page/words.js";

/** The key that a link names; `*` stands for the rest of a name (`Pod/default/shop-*`). */
function keyOf(pattern, objects) {
  if (!pattern.endsWith("*")) return pattern in objects ? pattern : undefined;
  return Object.keys(objects).sort().find((key) => key.startsWith(pattern.slice(0, -1)));
}

/** Links of the story to parts of the lab: `#inside/store/...`, `#object/Deployment/default/web`, `#pane/yaml`. */
export function startPlaces(story, store, { inside, choose, show, tell }) {
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
