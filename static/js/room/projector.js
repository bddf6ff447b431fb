import { html } from "../lab/dom.js";
import { countText } from "../lab/format.js";
import { Room, timeLeft } from "./room.js";
import { filled, ngettext } from "../page/words.js";

const one = (name) => document.querySelector(`[data-${name}]`);
const room = new Room(one("room").dataset.room, { asConsole: true, onChange: draw });

function draw() {
  const here = [...room.seats.values()].filter((seat) => seat.here).length;
  one("here").textContent = filled(ngettext("%(n)s is here", "%(n)s are here", here), { n: here });
  one("poll").replaceChildren(...pollView(room.room.poll));
}

/** The question; bars only once it is closed. */
function pollView(poll) {
  if (!poll) return [];
  const most = Math.max(1, ...(poll.counts ?? []));
  return [
    html("h2", {}, poll.question),
    html("ol", {}, ...poll.options.map((option, at) => html("li", { class: poll.right === at ? "right" : null },
      html("span", {}, option),
      poll.closed && html("progress", { max: most, value: poll.counts[at], "aria-label": countText(poll.counts[at], "vote") }),
      poll.closed && html("b", {}, String(poll.counts[at]))))),
  ];
}

setInterval(() => { one("timer").textContent = timeLeft(room.room.timer_ends); }, 500);
