import { html } from "../dom.js";
import { clockText, countText } from "../format.js";
import { picker } from "./picker.js";
import { decimal, filled, gettext } from "../../page/words.js";

const shortName = (key) => key.split("/").at(-1);
const sinceText = (ms) => (ms < 1000 ? filled(gettext("+%(n)s ms"), { n: ms }) : filled(gettext("+%(n)s s"), { n: decimal(ms / 1000, ms < 10_000 ? 2 : 1) }));

function stepOf(step, began_ms) {
  return html("li", {},
    html("p", { class: "trace__who" }, html("time", {}, sinceText(step.at_ms - began_ms)), html("b", {}, step.component), html("span", {}, shortName(step.object))),
    html("ul", {}, step.lines.map((line) => html("li", {}, line))),
    step.refusal && html("p", { class: "trace__refusal" }, `✕ ${step.refusal}`));
}

/** One of the 23 stages: what happened at it, or the button that lets time run to it. */
function stageOf(stage, began_ms, runTo) {
  const [first, ...others] = stage.steps;
  const count = others.length + stage.more;
  const stop = began_ms !== null && html("button", { type: "button", class: "button", "data-name": `stop-${stage.number}`, onclick: () => runTo(stage.number) }, gettext("Run to here"));
  const real = stage.steps.find((step) => step.real)?.real;
  return html("li", { class: first ? "is-reached" : null, "data-number": stage.number },
    html("h4", {}, stage.title),
    first ? html("ul", { class: "trace__steps" }, stepOf(first, began_ms)) : stop,
    count > 0 && html("details", { "data-keep": `more-${stage.number}` }, html("summary", {}, filled(gettext("%(n)s more at this step"), { n: count })),
      html("ul", { class: "trace__steps" }, others.map((step) => stepOf(step, began_ms))), stage.more > 0 && html("p", {}, filled(gettext("and %(n)s that are not shown"), { n: stage.more }))),
    real && html("p", { class: "trace__real" }, html("b", {}, gettext("In truth:"), " "), real));
}

function told({ began_ms, total_ms, stages }) {
  if (began_ms === null) return gettext("Apply a Deployment: each of the 23 steps that it takes appears here as it happens.");
  const reached = stages.filter((stage) => stage.steps.length).length;
  const values = { at: clockText(began_ms), reached, time: sinceText(total_ms).slice(1) };
  return filled(gettext("Applied at %(at)s; %(reached)s of 23 steps in %(time)s. From step 9 on nobody waits for anybody."), values);
}

/** Trace: the way of the latest apply, step by step, and buttons that let time run to the next one or to any. */
export function startTrace({ choose, ask, announce }) {
  const pods = picker(gettext("Follow"), choose, (key) => (key ? shortName(key) : gettext("all pods")));
  const about = html("p", { class: "inside__told" });
  const list = html("ol", { class: "trace" });
  const step = html("button", { type: "button", class: "button", onclick: () => ask("step") }, gettext("Step"));
  const next = html("button", { type: "button", class: "button", onclick: () => runTo(Number(next.dataset.number)) }, gettext("Run to the next step"));

  const runTo = (number) => ask("reach-step", { step: number }).then(({ reached }) => announce(filled(reached ? gettext("Step %(number)s is reached; time stands.") : gettext("Step %(number)s did not come within two minutes."), { number })), () => {});

  const show = (result) => {
    pods.show(result.choices.length ? ["", ...result.choices] : [], result.of);
    about.textContent = told(result);
    const open = new Set([...list.querySelectorAll("details[open]")].map((each) => each.dataset.keep));
    list.replaceChildren(...result.stages.map((stage) => stageOf(stage, result.began_ms, runTo)));
    for (const each of list.querySelectorAll("details")) each.open = open.has(each.dataset.keep);
    const last = result.stages.findLast((stage) => stage.steps.length)?.number ?? 0;
    next.hidden = result.began_ms === null || last === 23;
    next.dataset.number = last + 1;
  };
  return { nodes: [html("div", { class: "trace__tools" }, pods.node, step, next), about, list], show };
}
