import { html } from "../dom.js";

/** A labelled select that keeps its place while the cluster changes; `choose(value)` hears what is picked. `show(choices, of)` fills it. */
export function picker(label, choose, name = (choice) => choice) {
  const select = html("select", { onchange: () => choose(select.value) });
  const node = html("label", { class: "inside__picker" }, html("span", {}, label), select);
  let known = "";
  const show = (choices, of) => {
    node.hidden = choices.length === 0;
    const text = JSON.stringify(choices);
    if (text !== known) select.replaceChildren(...choices.map((choice) => html("option", { value: choice }, name(choice))));
    known = text;
    select.value = of;
  };
  return { node, show };
}
