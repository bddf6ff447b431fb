import { html } from "../lab/dom.js";
import { gettext } from "../page/words.js";

const SIGNS = { ok: "✓", failing: "✕", waiting: "…" };

const STATES = { ok: gettext("passes"), failing: gettext("fails"), waiting: gettext("waits") };

const COLOURS = { ok: "converged", failing: "stuck", waiting: "converging" };

const light = (container, [probe, state]) => html("span", { class: `badge badge--${COLOURS[state]}` },
  html("span", { lang: "en" }, `${container} ${probe} `), html("b", {}, `${SIGNS[state]} ${STATES[state]}`));

/** A light for each probe of a pod: whose and which, a sign and a word. */
export const lights = (probes) => Object.entries(probes).flatMap(
  ([container, each]) => Object.entries(each).map((verdict) => light(container, verdict)));
