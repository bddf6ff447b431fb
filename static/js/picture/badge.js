import { html } from "../lab/dom.js";

const SIGNS = { converged: "=", converging: "→", stuck: "✕" };

/** Whether status has come to spec: a sign, the word, and what the API says of it. */
export const badge = ({ state, why }) => html("span", { class: `badge badge--${state}`, title: why || null },
  html("b", {}, `${SIGNS[state]} ${state}`), why && ` ${why}`);
