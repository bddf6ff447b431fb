import { html } from "../lab/dom.js";
import { gettext } from "../page/words.js";

const SIGNS = { converged: "=", converging: "→", stuck: "✕" };

const STATES = { converged: gettext("converged"), converging: gettext("converging"), stuck: gettext("stuck") };

/** Whether status has come to spec: a sign, the word, and what the API says of it. */
export const badge = ({ state, why }) => html("span", { class: `badge badge--${state}`, title: why || null },
  html("b", {}, `${SIGNS[state]} ${STATES[state]}`), why && [" ", html("span", { lang: "en" }, why)]);
