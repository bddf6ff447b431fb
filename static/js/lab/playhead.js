import { announce } from "../page/announce.js";
import { onKey } from "../page/keys.js";
import { clockText } from "./format.js";
import { Lanes } from "./lanes.js";
import { whyList } from "./why.js";

const SCRUB_EVERY_MS = 120;
const RECENT = 30;

const wallText = (start, ms) => new Date(Date.parse(start) + ms).toISOString().slice(11, 19);

/** Play, pause, step, speed, settle, fork, reset and the scrubber. `ask` sends a command and shows what goes wrong. */
export function startPlayhead(store, ask, onMark) {
  const root = document.querySelector(".playhead");
  const one = (selector) => document.querySelector(selector);
  const lanes = new Lanes(root.querySelector("[data-lanes]"), root.querySelector("[data-lane-note]"), onMark);
  const scrub = one("[data-scrub]");
  const clock = () => store.state.clock;
  const recent = one("[data-recent]");
  const drawRecent = () => {
    const reasons = Object.values(store.state.reasons).reverse().sort((a, b) => b.at_ms - a.at_ms).slice(0, RECENT);
    recent.replaceChildren(whyList(reasons, { withKey: true }));
  };

  const playOrPause = () => store.state && ask(clock().paused ? "play" : "pause").then(() => announce(clock().paused ? "Paused" : "Playing"));
  const step = () => ask("step").then((reason) => reason?.actor && announce(`${reason.actor}: ${reason.key}`));
  const stepBack = () => {
    const now = clock().viewing_ms ?? clock().now_ms;
    const times = Object.values(store.state.reasons).map((reason) => reason.at_ms).filter((at) => at < now);
    if (times.length) ask("view", { at_ms: Math.max(...times) });
  };
  const backToLive = () => ask("view", { at_ms: null }).then(() => announce("Back to live"));

  document.querySelectorAll("[data-play]").forEach((button) => button.addEventListener("click", playOrPause));
  one('.playhead [data-do="step"]').addEventListener("click", step);
  one('.playhead [data-do="settle"]').addEventListener("click", () => ask("settle").then(() => announce("The cluster is quiet")));
  one('.playhead [data-do="fork"]')?.addEventListener("click", () => fork(ask, clock()));
  one("[data-reset]").addEventListener("click", () => confirm("Start this lab over? What you applied is undone.") && ask("reset"));
  one("[data-speed]").addEventListener("change", (event) => ask("speed", { factor: Number(event.target.value) }));
  one("[data-live]").addEventListener("click", backToLive);
  scrub.addEventListener("input", throttled(() => ask("view", { at_ms: Number(scrub.value) }), SCRUB_EVERY_MS));
  onKey(" ", () => { playOrPause(); });
  onKey(".", step);
  onKey(",", stepBack);

  document.addEventListener("paneschange", () => store.state && recent.offsetParent && drawRecent());
  store.watch((state, changed) => {
    lanes.draw(state, changed);
    drawClock(state.clock, lanes.span()[1], scrub);
    if (recent.offsetParent && changed.has("reasons")) drawRecent();
  });
}

function drawClock({ now_ms, viewing_ms, wall_start, paused, speed }, end, scrub) {
  const shown = viewing_ms ?? now_ms;
  document.querySelector("[data-clock]").textContent = clockText(shown);
  document.querySelector("[data-wall]").textContent = `cluster ${wallText(wall_start, shown)} UTC, here ${new Date().toTimeString().slice(0, 8)}`;
  for (const button of document.querySelectorAll("[data-play]")) button.textContent = paused ? "Play" : "Pause";
  const speeds = document.querySelector("[data-speed]");
  if (document.activeElement !== speeds) speeds.value = String(speed);
  const past = document.querySelector("[data-past]");
  past.hidden = viewing_ms == null;
  document.querySelector("[data-past-time]").textContent = clockText(shown);
  scrub.max = String(end);
  scrub.setAttribute("aria-valuetext", clockText(shown));
  if (document.activeElement !== scrub || viewing_ms == null) scrub.value = String(shown);
}

/** Calls `action` at once and then at most every `pause_ms`, the last call never lost. */
function throttled(action, pause_ms) {
  let timer = null;
  let again = false;
  const run = () => {
    action();
    again = false;
    timer = setTimeout(() => { timer = null; if (again) run(); }, pause_ms);
  };
  return () => { if (timer === null) run(); else again = true; };
}

async function fork(ask, { viewing_ms }) {
  const { lab } = await ask("fork", viewing_ms == null ? {} : { at_ms: viewing_ms });
  const { lab: original, compare } = document.querySelector(".desk").dataset;
  location.assign(`${compare}?labs=${original},${lab}`);
}
