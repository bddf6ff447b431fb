const PAUSE_MS = 1500;

let pending = [];
let timer = null;

function speak() {
  const region = document.getElementById("announcer");
  region.textContent = pending.join(". ");
  pending = [];
  timer = setTimeout(() => { timer = null; if (pending.length) speak(); }, PAUSE_MS);
}

/** Says a text to assistive technology, politely: at most one message in 1.5 s, what comes meanwhile is joined (the last four). */
export function announce(text) {
  if (pending.at(-1) === text) return;
  pending = [...pending, text].slice(-4);
  if (timer === null) timer = setTimeout(speak, 30);
}
