import { html } from "../lab/dom.js";
import { announce } from "../page/announce.js";
import { Room, timeLeft } from "./room.js";
import { filled, gettext, ngettext } from "../page/words.js";

const WHERE_EVERY_MS = 2000;

/** The room's bar on a learner's lesson page: what the instructor says, and what the learner can say back. */
export function startRoom(id, { openFile, light, slug }) {
  const bar = html("aside", { class: "room-bar", "aria-label": gettext("Workshop") });
  document.querySelector("#main").prepend(bar);
  let heard = 0;
  let place = null;
  let asked = null;
  let voted = null;
  const room = new Room(id, { onChange: draw, onOther: hear, onLink: (state) => { bar.dataset.link = state; } });
  const ask = (command, fields) => room.ask(command, fields).catch((error) => announce(error.message));

  function draw(changed) {
    const { lesson, hints = [], place: wanted, frozen } = room.room;
    if (lesson && lesson !== slug) return location.assign(`/rooms/${id}/seat/`);
    if (changed.has("hints") && hints.length > heard) announce(filled(gettext("Hint: %(text)s"), { text: hints.at(-1).text }));
    if (changed.has("frozen")) announce(frozen ? gettext("Your instructor has stopped time.") : gettext("Time goes on."));
    if (changed.has("place") && wanted && JSON.stringify(wanted) !== JSON.stringify(place)) follow(wanted);
    heard = hints.length;
    place = wanted;
    bar.replaceChildren(...content());
  }

  function content() {
    const { title, hints = [], poll, frozen } = room.room;
    const { hand, consent } = room.seat;
    return [
      html("p", { class: "room-bar__title" }, html("b", {}, title), html("span", {}, room.seat.nickname)),
      html("output", { class: "room-bar__timer", "data-room-timer": "" }, timeLeft(room.room.timer_ends)),
      frozen && html("p", { class: "room-bar__frozen" }, gettext("Your instructor has stopped time.")),
      hints.length && html("details", { class: "room-bar__hints", open: true }, html("summary", {}, filled(ngettext("A hint", "%(n)s hints", hints.length), { n: hints.length })), html("p", {}, hints.at(-1).text)),
      poll && pollForm(poll),
      asked && html("p", { class: "room-bar__asked" }, asked === "help" ? gettext("Your instructor asks to act in your cluster.") : gettext("Your instructor asks to look into your cluster."),
        html("button", { type: "button", class: "button button--main", onclick: () => { ask("consent", { give: asked }); asked = null; } }, gettext("Let them in")),
        html("button", { type: "button", class: "button", onclick: () => { asked = null; draw(new Set()); } }, gettext("Not now"))),
      consent && html("p", { class: "room-bar__asked" }, consent === "help" ? gettext("Your instructor may act here.") : gettext("Your instructor may watch here."),
        html("button", { type: "button", class: "button", onclick: () => ask("consent", { give: "" }) }, gettext("Send them out"))),
      html("button", { type: "button", class: "button room-bar__hand", "aria-pressed": String(Boolean(hand)), onclick: () => ask("hand", { up: !hand }).then(() => { room.seat.hand = hand ? null : 1; draw(new Set()); }) }, hand ? gettext("Take your hand down") : gettext("Raise your hand")),
    ].filter(Boolean);
  }

  function pollForm(poll) {
    const pick = (at) => ask("vote", { poll: poll.id, option: at }).then(() => { voted = { poll: poll.id, at }; draw(new Set()); });
    const mine = voted?.poll === poll.id ? voted.at : null;
    return html("fieldset", { class: "room-bar__poll" }, html("legend", {}, poll.question),
      ...poll.options.map((option, at) => html("button", {
        type: "button", class: "button", disabled: poll.closed, "aria-pressed": String(mine === at), onclick: () => pick(at),
      }, option, poll.closed && ` · ${poll.counts[at]}${poll.right === at ? ` · ${gettext("right")}` : ""}`)));
  }

  function hear(frame) {
    if (frame.type === "file") openFile(frame.name, frame.text);
    if (frame.type === "asked") {
      asked = frame.want;
      announce(gettext("Your instructor asks to look into your cluster."));
      draw(new Set());
    }
  }

  function follow(wanted) {
    if (wanted.section) document.getElementById(wanted.section)?.scrollIntoView({ block: "start" });
    if (wanted.object) light(wanted.object);
  }

  let told = "";
  setInterval(() => {
    const timer = bar.querySelector("[data-room-timer]");
    if (timer) timer.textContent = timeLeft(room.room.timer_ends);
  }, 500);
  setInterval(() => {
    const sections = [...document.querySelectorAll(".story section[id]")].filter((section) => section.getBoundingClientRect().top < innerHeight / 2);
    const section = sections.at(-1)?.id ?? "";
    if (section !== told && bar.dataset.link === "live") {
      told = section;
      room.ask("where", { section }).catch(() => { told = ""; });
    }
  }, WHERE_EVERY_MS);
}
