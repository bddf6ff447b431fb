import { announce } from "../page/announce.js";
import { onKey } from "../page/keys.js";
import { startTime } from "./time.js";
import { gettext } from "../page/words.js";

/** Play, pause, step, speed, settle, fork, share, reset, and the moment that is shown. `ask` sends a command and shows what goes wrong. */
export function startPlayhead(store, ask, onMark) {
  const one = (selector) => document.querySelector(selector);
  const clock = () => store.state.clock;
  startTime(store, ask, onMark);

  const playOrPause = () => store.state && ask(clock().paused ? "play" : "pause").then(() => announce(clock().paused ? gettext("Paused") : gettext("Playing")));
  const step = () => ask("step").then((reason) => reason?.actor && announce(`${reason.actor}: ${reason.key}`));

  document.querySelectorAll("[data-play]").forEach((button) => button.addEventListener("click", playOrPause));
  one('.playhead [data-do="step"]').addEventListener("click", step);
  one('.playhead [data-do="settle"]').addEventListener("click", () => ask("settle").then(() => announce(gettext("The cluster is quiet"))));
  one('.playhead [data-do="fork"]')?.addEventListener("click", () => fork(ask, clock()));
  one("[data-reset]").addEventListener("click", () => confirm(gettext("Start this lab over? What you applied is undone.")) && ask("reset"));
  one("[data-speed]").addEventListener("change", (event) => ask("speed", { factor: Number(event.target.value) }));
  onKey(" ", () => { playOrPause(); });
  onKey(".", step);
  store.watch((state) => drawControls(state.clock));
}

function drawControls({ paused, speed }) {
  for (const button of document.querySelectorAll("[data-play]")) button.textContent = paused ? gettext("Play") : gettext("Pause");
  const speeds = document.querySelector("[data-speed]");
  if (document.activeElement !== speeds) speeds.value = String(speed);
}

async function fork(ask, { viewing_ms }) {
  const { lab } = await ask("fork", viewing_ms == null ? {} : { at_ms: viewing_ms });
  const { lab: original, compare } = document.querySelector(".desk").dataset;
  location.assign(`${compare}?labs=${original},${lab}`);
}
