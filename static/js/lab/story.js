import { announce } from "../page/announce.js";
import { onKey } from "../page/keys.js";
import { filled, gettext } from "../page/words.js";

/** Shows the text of one altitude, says so, and keeps it in the address. */
function setAltitude(name, aloud) {
  for (const block of document.querySelectorAll(".story [data-altitude]")) {
    block.hidden = !block.dataset.altitude.split(" ").includes(name);
  }
  for (const choice of document.querySelectorAll("[data-altitude-choice]")) {
    if (choice.dataset.altitudeChoice === name) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  const altitude = document.querySelector("[data-altitude-choice][aria-current]").textContent.toLowerCase();
  document.querySelector("[data-altitude-now]").textContent = filled(gettext("You read at %(altitude)s altitude."), { altitude });
  if (!aloud) return;
  const address = new URL(location);
  address.searchParams.set("altitude", name);
  history.replaceState(null, "", address);
  announce(filled(gettext("Altitude: %(altitude)s"), { altitude }));
}

function startAltitudes() {
  const choices = [...document.querySelectorAll("[data-altitude-choice]")];
  if (!choices.length) return;
  const names = choices.map((choice) => choice.dataset.altitudeChoice);
  let current = Math.max(0, choices.findIndex((choice) => choice.hasAttribute("aria-current")));
  const go = (index) => {
    current = index;
    setAltitude(names[index], true);
    fetch(`?altitude=${names[index]}`, { method: "HEAD", credentials: "same-origin" }).catch(() => {});
  };
  choices.forEach((choice, index) => choice.addEventListener("click", (event) => { event.preventDefault(); go(index); }));
  onKey("t", () => go((current + 1) % names.length));
  setAltitude(names[current], false);
}

function startSectionKeys() {
  const parts = [...document.querySelectorAll(".story__part")];
  const here = () => {
    const focused = parts.findIndex((part) => part.contains(document.activeElement));
    return focused >= 0 ? focused : parts.findLastIndex((part) => part.getBoundingClientRect().top < 160);
  };
  const go = (index) => {
    const part = parts[Math.min(Math.max(index, 0), parts.length - 1)];
    part?.scrollIntoView();
    part?.focus({ preventScroll: true });
  };
  onKey("j", () => go(here() + 1));
  onKey("k", () => go(here() - 1));
}

/** The lesson's text: altitudes, section keys, chips that fill the terminal, buttons that act or run a command. */
export function startStory({ type, run, ask }) {
  startAltitudes();
  startSectionKeys();
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-try]");
    if (chip) type(chip.dataset.try);
    const line = event.target.closest("[data-run]");
    if (line) run(line.dataset.run);
    const act = event.target.closest("button[data-do][data-arguments]");
    if (act) ask(act.dataset.do, JSON.parse(act.dataset.arguments)).then(() => announce(filled(gettext("Done: %(what)s"), { what: act.textContent.trim() })));
  });
}
