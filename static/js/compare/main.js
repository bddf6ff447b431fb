import { clockText } from "../lab/format.js";
import { onKey } from "../page/keys.js";
import { Side } from "./side.js";
import { gettext } from "../page/words.js";

const one = (name) => document.querySelector(`[data-${name}]`);
const sides = [...document.querySelectorAll(".side")].map((root) => new Side(root));
const scrub = one("scrub");

const both = (command, fields) => Promise.all(sides.map((side) => side.ask(command, fields)));
let aligned = false;

const known = () => sides.every((side) => side.clock);
const viewing = () => sides[0].clock.viewing_ms;

/** Both stand still, at the same millisecond: the one that is behind catches up. */
async function align() {
  await both("pause");
  const latest = Math.max(...(await both("reach", { at_ms: 0 })).map(({ now_ms }) => now_ms));
  await both("reach", { at_ms: latest });
}

async function playOrPause() {
  if (!known()) return;
  const moving = sides.some((side) => !side.clock.paused);
  if (viewing() !== null) await both("view", { at_ms: null });
  await align();
  if (!moving) await both("play");
}

async function settle() {
  await both("pause");
  await both("settle");
  await align();
}

function draw() {
  if (!known()) return;
  if (!aligned) {
    aligned = true;
    align();
  }
  const shown = Math.max(...sides.map(({ clock }) => clock.viewing_ms ?? clock.now_ms));
  one("clock").textContent = clockText(shown);
  one("play").textContent = sides.some((side) => !side.clock.paused) ? gettext("Pause") : gettext("Play");
  one("past").hidden = viewing() === null;
  one("past-time").textContent = clockText(shown);
  scrub.max = String(Math.min(...sides.map((side) => side.clock.now_ms)));
  scrub.setAttribute("aria-valuetext", clockText(shown));
  if (document.activeElement !== scrub) scrub.value = String(shown);
}

one("play").addEventListener("click", playOrPause);
one("settle").addEventListener("click", settle);
one("speed").addEventListener("change", (event) => both("speed", { factor: Number(event.target.value) }));
one("live").addEventListener("click", () => both("view", { at_ms: null }));
scrub.addEventListener("change", () => both("view", { at_ms: Number(scrub.value) }));
onKey(" ", () => { playOrPause(); });
for (const side of sides) side.store.watch(draw);
