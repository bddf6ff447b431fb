import { announce } from "../page/announce.js";
import { html } from "./dom.js";
import { filled, gettext } from "../page/words.js";

const AGAIN_MS = 1000;

/** An input's share of the fault's arguments. */
const ARGUMENTS = {
  node: (name, value) => ({ [name]: value }),
  choice: (name, value) => ({ [name]: value }),
  text: (name, value) => (value ? { [name]: value } : {}),
  number: (name, value) => ({ [name]: Number(value) }),
  switch: (name, value) => ({ [name]: value === "yes" }),
  pod: (_, value) => ({ namespace: value.split("/")[0], pod: value.split("/")[1] }),
  watch: (_, value) => ({ actor: value.split("/")[0], kind: value.split("/")[1] }),
};

const CHOICES = {
  node: (objects) => Object.values(objects).filter(({ kind }) => kind === "Node").map(({ name }) => name),
  pod: (objects) => Object.values(objects).filter(({ kind }) => kind === "Pod").map(({ namespace, name }) => `${namespace}/${name}`),
};

function fill(select, names) {
  const chosen = select.value;
  if ([...select.options].map((option) => option.value).join() === names.join()) return;
  select.replaceChildren(...names.map((name) => html("option", {}, name)));
  if (names.includes(chosen)) select.value = chosen;
}

/** The panel "Break something": a form a fault; above them what is broken now, each with the button that mends it. */
export function startFaults(root, store, ask) {
  const now = root.querySelector("[data-broken]");
  const refusal = root.querySelector("[data-faults-refusal]");
  let shown = "";
  let again = null;

  const inject = async (fault, args, said) => {
    try {
      await ask("inject", { fault, arguments: args }, { quiet: true });
      refusal.hidden = true;
      announce(said);
    } catch (error) {
      refusal.textContent = error.message;
      refusal.hidden = false;
    }
    look();
  };

  const drawBroken = (broken) => {
    const text = JSON.stringify(broken);
    if (text === shown) return;
    shown = text;
    root.querySelector("[data-broken-none]").hidden = broken.length > 0;
    now.replaceChildren(...broken.map(({ says, fault, arguments: args }) => html("li", {}, html("span", {}, says),
      html("button", { type: "button", class: "button", "aria-label": filled(gettext("Mend: %(what)s"), { what: says }), onclick: () => inject(fault, args, filled(gettext("Mended: %(what)s"), { what: says })) }, gettext("Mend")))));
  };

  /** Asks what is broken, now and each second, for as long as the panel is seen. */
  const look = () => {
    clearTimeout(again);
    if (!root.offsetParent) return;
    again = setTimeout(look, AGAIN_MS);
    if (!store.state) return;
    for (const [form, names] of Object.entries(CHOICES)) {
      const found = names(store.state.objects).sort(new Intl.Collator("en", { numeric: true }).compare);
      for (const select of root.querySelectorAll(`[data-form="${form}"]`)) fill(select, found);
    }
    ask("broken", {}, { quiet: true }).then(({ broken }) => drawBroken(broken), () => {});
  };

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const parts = [...form.querySelectorAll("[data-form]")].map(({ name, value, dataset }) => ARGUMENTS[dataset.form](name, value));
    inject(form.dataset.fault, Object.assign({}, ...parts), filled(gettext("Done: %(what)s"), { what: form.querySelector("h4").textContent }));
  });
  document.addEventListener("paneschange", look);
  look();
}
