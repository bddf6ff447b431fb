import { announce } from "./announce.js";
import { filled, gettext, ngettext } from "./words.js";

const WARN_S = [300, 60];

/** The time that is left, told aloud five minutes and one minute before the end; then the form hands itself in. */
function startClock(form) {
  const left = form.querySelector("[data-left]");
  const ends = Date.parse(form.dataset.ends);
  let before = Infinity;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    left.textContent = filled(gettext("%(time)s left"), { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
    for (const at of WARN_S) if (before > at && seconds <= at && before !== Infinity) announce(filled(ngettext("%(n)s minute left", "%(n)s minutes left", at / 60), { n: at / 60 }));
    before = seconds;
    if (seconds > 0) return;
    clearInterval(timer);
    form.submit();
  };
  const timer = setInterval(tick, 1000);
  tick();
}

document.querySelectorAll("[data-exam-clock]").forEach(startClock);
