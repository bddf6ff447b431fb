import { svg } from "../lab/dom.js";
import { gettext } from "../page/words.js";

const SIZE = 26;

const ICONS = {
  crash: "M13 4v8M8.2 6.6a7 7 0 1 0 9.6 0",
  recover: "M13 4v8M8.2 6.6a7 7 0 1 0 9.6 0",
  reboot: "M19 13a6 6 0 1 1-2-4.5M19 5v4h-4",
  cordon: "M6 10h14v5H6zM9 15v4M17 15v4M9 15l3-5M14 15l3-5",
  uncordon: "M6 10h14v5H6zM9 15v4M17 15v4",
};
export const LABELS = {
  crash: gettext("Kill"), recover: gettext("Power on"), reboot: gettext("Reboot"), cordon: gettext("Cordon"), uncordon: gettext("Uncordon"),
};

/** What can be done to a node as it stands. */
export function actionsOf(node) {
  return [node.up === false ? "recover" : "crash", "reboot", node.unschedulable ? "uncordon" : "cordon"];
}

/** A node's three buttons, in its lower right corner: kill or power on, reboot, cordon or uncordon. */
export function nodeButtons({ x, y, w, h, object }, onNode) {
  const actions = actionsOf(object);
  return actions.map((action, index) => {
    const act = () => onNode(action, object.name);
    const label = `${LABELS[action]} ${object.name}`;
    return svg("g", {
      class: `node-button node-button--${action}`, role: "button", tabindex: "0", "aria-label": label, "data-button": `${object.name}/${index}`,
      transform: `translate(${x + w - 8 - (actions.length - index) * (SIZE + 2)} ${y + h - SIZE - 5})`,
      onclick: act,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        act();
      },
    },
    svg("title", {}, label),
    svg("rect", { width: SIZE, height: SIZE, rx: 5, class: "node-button__area" }),
    svg("path", { d: ICONS[action], class: "line" }));
  });
}
