import { html } from "../dom.js";
import { countText } from "../format.js";
import { filled, gettext, ngettext } from "../../page/words.js";

function pretty(value) {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

function about({ of, encrypted }, version) {
  const how = encrypted ? gettext("encrypted at rest: only the API server can read it") : gettext("stored plainly");
  return html("p", { class: "inside__told" }, html("code", {}, of), ` ${filled(gettext("at version %(version)s, %(how)s."), { version, how })}`);
}

/** Store: etcd's keys, with a filter, and the stored value of one. */
export function startEtcd({ choose }) {
  const filter = html("input", { type: "search", placeholder: "/registry/pods", "aria-label": gettext("Keys that contain"), oninput: () => draw() });
  const latest = html("input", { type: "checkbox", checked: true, onchange: () => draw() });
  const order = html("label", { class: "switch" }, latest, gettext("Written last comes first"));
  const count = html("p", { class: "inside__count" });
  const list = html("ul", { class: "inside__keys" });
  const value = html("pre", { tabindex: "0", "aria-label": gettext("Stored value") });
  const head = html("div");
  let last = null;
  list.addEventListener("click", (event) => {
    const key = event.target.closest("[data-name]");
    if (key) choose(key.dataset.name);
  });

  const item = ([path, version]) => html("li", {}, html("button", {
    type: "button", "data-name": path, "aria-current": path === last.of ? "true" : null,
  }, html("span", {}, path), html("small", {}, version)));

  function draw() {
    const keys = last.keys.filter(([path]) => path.includes(filter.value.trim()));
    if (latest.checked) keys.sort((a, b) => b[1] - a[1]);
    count.textContent = keys.length === last.total ? countText(last.total, "key") : filled(ngettext("%(shown)s of %(n)s key", "%(shown)s of %(n)s keys", last.total), { shown: keys.length, n: last.total });
    list.replaceChildren(...keys.map(item));
  }

  const show = (result) => {
    last = result;
    draw();
    head.replaceChildren(about(result, new Map(result.keys).get(result.of)));
    value.textContent = pretty(result.value);
  };
  const left = html("div", { class: "inside__side" }, filter, order, count, list);
  return { nodes: [html("div", { class: "inside__split" }, left, html("div", { class: "inside__main" }, head, value))], show };
}
