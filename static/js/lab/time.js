import { announce } from "../page/announce.js";
import { onKey } from "../page/keys.js";
import { clockText } from "./format.js";
import { Lanes } from "./lanes.js";
import { whyList } from "./why.js";
import { filled, gettext } from "../page/words.js";

const SCRUB_EVERY_MS = 120;
const RECENT = 30;

const wallText = (start, ms) => new Date(Date.parse(start) + ms).toISOString().slice(11, 19);

/** The clock, the lanes and the scrubber: which moment is shown. `ask` sends a command, `onMark` gets the key that a mark is about. */
export function startTime(store, ask, onMark) {
  const root = document.querySelector(".playhead");
  const one = (selector) => document.querySelector(selector);
  const lanes = new Lanes(root.querySelector("[data-lanes]"), root.querySelector("[data-lane-note]"), onMark);
  const scrub = one("[data-scrub]");
  const recent = one("[data-recent]");
  const drawRecent = () => {
    const reasons = Object.values(store.state.reasons).reverse().sort((a, b) => b.at_ms - a.at_ms).slice(0, RECENT);
    recent.replaceChildren(whyList(reasons, { withKey: true }));
  };
  const stepBack = () => {
    const now = store.state.clock.viewing_ms ?? store.state.clock.now_ms;
    const times = Object.values(store.state.reasons).map((reason) => reason.at_ms).filter((at) => at < now);
    if (times.length) ask("view", { at_ms: Math.max(...times) });
  };
  const goBack = one("[data-live]");
  const back = () => ask("view", { at_ms: null }).then(() => announce(goBack.textContent));

  goBack.addEventListener("click", back);
  scrub.addEventListener("input", throttled(() => ask("view", { at_ms: Number(scrub.value) }), SCRUB_EVERY_MS));
  onKey(",", stepBack);
  document.addEventListener("paneschange", () => store.state && recent.offsetParent && drawRecent());
  store.watch((state, changed) => {
    lanes.draw(state, changed);
    drawClock(state.clock, lanes.span()[1], scrub);
    if (recent.offsetParent && changed.has("reasons")) drawRecent();
  });
}

function drawClock({ now_ms, viewing_ms, wall_start }, end, scrub) {
  const shown = viewing_ms ?? now_ms;
  document.querySelector("[data-clock]").textContent = clockText(shown);
  document.querySelector("[data-wall]").textContent = filled(gettext("cluster %(there)s UTC, here %(here)s"), { there: wallText(wall_start, shown), here: new Date().toTimeString().slice(0, 8) });
  document.querySelector("[data-past]").hidden = viewing_ms == null;
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
