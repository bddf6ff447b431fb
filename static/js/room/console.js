import { html, svg } from "../lab/dom.js";
import { countText } from "../lab/format.js";
import { announce } from "../page/announce.js";
import { onKey } from "../page/keys.js";
import { Room, timeLeft } from "./room.js";
import { filled, gettext, ngettext } from "../page/words.js";

const one = (name) => document.querySelector(`[data-${name}]`);
const root = one("room");
const STATES = { connecting: gettext("Connecting…"), live: gettext("Live"), lost: gettext("Connection lost, trying again"), refused: gettext("Not connected") };
const SIGN_NAMES = { ready: gettext("ready"), running: gettext("running"), pending: gettext("pending"), failed: gettext("failed"), terminating: gettext("terminating") };
const SIGNS = Object.keys(SIGN_NAMES);
const checks = JSON.parse(document.getElementById("room-checks").textContent);
const sections = JSON.parse(document.getElementById("room-sections").textContent);
let tiles = new Map();

function say(text) {
  one("said").textContent = text;
  announce(text);
}

const room = new Room(root.dataset.room, {
  asConsole: true,
  onLink: (state) => { one("link-state").textContent = STATES[state]; },
  onChange: draw,
  onOther: (frame) => { if (frame.type === "votes") one("votes").textContent = countText(frame.votes, "vote"); },
});

const ask = (command, fields, done) => room.ask(command, fields).then((result) => say(done(result ?? {}))).catch((error) => say(error.message));

function draw(changed) {
  const state = room.room;
  press("freeze", state.frozen, gettext("Let time go on"), gettext("Freeze everyone"));
  press("lock", state.locked, gettext("Unlock the door"), gettext("Lock the door"));
  if (changed.has("lesson")) {
    document.querySelector("[name=lesson]").value = state.lesson;
    one("sections").replaceChildren(...(sections[state.lesson] ?? []).map(([id, title]) => html("option", { value: id }, title)));
  }
  one("let-go").hidden = !state.place;
  one("close-poll").hidden = !state.poll || state.poll.closed;
  if (changed.has("poll") && state.poll?.closed) one("votes").textContent = state.poll.counts.map((count, at) => `${state.poll.options[at]}: ${count}`).join(" · ");
  if (changed.has("seats") || changed.has("lesson")) drawSeats();
}

function press(name, on, yes, no) {
  const button = one(name);
  button.setAttribute("aria-pressed", String(Boolean(on)));
  button.textContent = on ? yes : no;
}

function drawSeats() {
  const seats = [...room.seats.values()].sort((a, b) => (a.hand ?? Infinity) - (b.hand ?? Infinity) || a.nickname.localeCompare(b.nickname));
  const hands = seats.filter((seat) => seat.hand);
  one("here").textContent = seats.filter((seat) => seat.here).length;
  one("all").textContent = seats.length;
  one("hands").textContent = hands.length ? filled(gettext("%(hands)s up, first: %(name)s"), { hands: countText(hands.length, "hand"), name: hands[0].nickname }) : gettext("no hands up");
  one("empty").hidden = seats.length > 0;
  one("groups").replaceChildren(...groups(seats));
  drawHeat(seats.filter((seat) => seat.held && seat.lesson === room.room.lesson));
  keepFocus(() => drawTiles(seats));
}

/**
 * A row for each check of the lesson that is on, a cell in it for each learner, filled where it holds. Who is furthest stands first,
 * in all rows alike, so that the edge of the filled part shows where everyone is.
 */
function drawHeat(seats) {
  const rows = checks[room.room.lesson] ?? [];
  const order = [...seats].sort((a, b) => b.passed - a.passed || a.nickname.localeCompare(b.nickname));
  one("no-heat").hidden = order.length > 0;
  one("heat").replaceChildren(...(order.length ? rows : []).map((expects, row) => {
    const cells = (sign) => order.map((seat, at) => (seat.held[row] === sign ? `M${at} 0h.8v1h-.8z` : "")).join("");
    const count = order.filter((seat) => seat.held[row] === "1").length;
    return html("li", {},
      html("span", { class: "heat__check" }, expects.replaceAll("`", "")),
      html("b", {}, filled(gettext("%(done)s of %(n)s"), { done: count, n: order.length })),
      svg("svg", { viewBox: `0 0 ${order.length} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("path", { class: "heat__open", d: cells("0") }), svg("path", { class: "heat__held", d: cells("1") })));
  }));
}

/** Learners by what is wrong with their cluster, the largest group first. */
function groups(seats) {
  const found = new Map();
  for (const seat of seats.filter((each) => each.wrong && each.passed < each.tasks)) found.set(seat.wrong, [...(found.get(seat.wrong) ?? []), seat.nickname]);
  return [...found].sort((a, b) => b[1].length - a[1].length).map(([wrong, names]) =>
    html("li", {}, html("b", {}, String(names.length)), html("span", {}, wrong), html("small", {}, names.length > 8 ? filled(gettext("%(names)s and %(n)s more"), { names: names.slice(0, 8).join(", "), n: names.length - 8 }) : names.join(", "))));
}

/** Only what changed is drawn again: a button stays under the pointer that presses it. */
function drawTiles(seats) {
  tiles = new Map(seats.map((seat) => [seat.id, drawTile(seat, tiles.get(seat.id) ?? { element: html("li") })]));
  const list = one("tiles");
  const elements = [...tiles.values()].map(({ element }) => element);
  if (elements.length !== list.children.length || elements.some((element, at) => element !== list.children[at])) list.replaceChildren(...elements);
}

function drawTile(seat, { element, drawn, buttons }) {
  if (seat === drawn) return { element, drawn, buttons };
  const classes = ["tile", !seat.here && "tile--away", seat.hand && "tile--hand", seat.failing && "tile--failing", seat.tasks && seat.passed === seat.tasks && "tile--done"];
  element.className = classes.filter(Boolean).join(" ");
  if (!drawn || seat.consent !== drawn.consent || Boolean(seat.hand) !== Boolean(drawn.hand)) {
    buttons = html("p", { class: "tile__acts" }, ...acts(seat));
    element.replaceChildren(buttons);
  }
  while (element.firstChild !== buttons) element.firstChild.remove();
  buttons.before(...facts(seat));
  return { element, drawn: seat, buttons };
}

function facts(seat) {
  const pods = SIGNS.filter((sign) => seat.pods?.[sign]);
  return [
    html("h3", {}, seat.nickname, seat.hand && html("span", { class: "tile__hand" }, gettext("hand up"))),
    html("p", { class: "tile__pods", role: "img", "aria-label": pods.map((sign) => `${seat.pods[sign]} ${SIGN_NAMES[sign]}`).join(", ") || gettext("no pods") },
      ...pods.flatMap((sign) => Array.from({ length: Math.min(seat.pods[sign], 12) }, () => html("i", { class: `dot dot--${sign}` })))),
    html("p", { class: "tile__tasks" }, seat.tasks ? filled(ngettext("%(done)s of %(n)s task", "%(done)s of %(n)s tasks", seat.tasks), { done: seat.passed, n: seat.tasks }) : seat.here ? gettext("reading") : gettext("away"), seat.failing ? html("b", {}, ` ${filled(gettext("%(n)s failing/s"), { n: seat.failing })}`) : null),
    html("p", { class: "tile__wrong" }, seat.nodes && seat.nodes[0] < seat.nodes[1] && html("span", { class: "tile__nodes" }, `${filled(ngettext("%(up)s of %(n)s node", "%(up)s of %(n)s nodes", seat.nodes[1]), { up: seat.nodes[0], n: seat.nodes[1] })} `), seat.wrong || ""),
  ];
}

function acts(seat) {
  const who = { name: seat.nickname };
  const act = (label, command, fields, done) => html("button", { type: "button", class: "button button--quiet", "data-act": `${seat.id} ${command} ${fields?.want ?? ""}`, onclick: () => ask(command, { seat: seat.id, ...fields }, () => done) }, label);
  return [
    seat.consent ? html("a", { class: "button button--quiet", href: `${location.pathname}seats/${seat.id}/` }, seat.consent === "help" ? gettext("Help") : gettext("Watch")) : act(gettext("Ask to watch"), "ask", { want: "watch" }, filled(gettext("%(name)s is asked"), who)),
    seat.consent === "help" ? null : act(gettext("Ask to help"), "ask", { want: "help" }, filled(gettext("%(name)s is asked"), who)),
    seat.consent ? act(gettext("Hand back"), "hand back", {}, filled(gettext("%(name)s is alone again"), who)) : null,
    seat.hand ? act(gettext("Hand seen"), "answer hand", {}, filled(gettext("%(name)s's hand is down"), who)) : null,
    act(gettext("Remove"), "remove", {}, filled(gettext("%(name)s is out"), who)),
  ].filter(Boolean);
}

/** Redraws, and gives the focus back to the button that had it. */
function keepFocus(work) {
  const had = document.activeElement?.dataset?.act;
  work();
  if (had) document.querySelector(`[data-act="${CSS.escape(had)}"]`)?.focus();
}

one("freeze").addEventListener("click", freeze);
one("lock").addEventListener("click", () => ask("lock", { locked: !room.room.locked }, () => (room.room.locked ? gettext("The door is locked") : gettext("The door is open"))));
one("close-poll").addEventListener("click", () => ask("close poll", {}, () => gettext("The results are shown")));
one("let-go").addEventListener("click", () => ask("follow", { place: null }, () => gettext("Everyone looks where they like")));
onKey("f", freeze);

function freeze() {
  ask("freeze", { frozen: !room.room.frozen }, () => (room.room.frozen ? gettext("Everyone's time stands") : gettext("Everyone's time goes on")));
}

const FORMS = {
  lesson: (form) => ask("lesson", { lesson: form.lesson.value }, () => gettext("Everyone is brought to the lesson")),
  follow: (form) => ask("follow", { place: { section: form.section.value } }, () => gettext("Everyone is brought to that part")),
  hint: (form) => ask("hint", { text: form.text.value }, () => { form.text.value = ""; return gettext("The hint is shown"); }),
  timer: (form) => ask("timer", { seconds: form.minutes.value * 60 }, () => gettext("The timer runs")),
  manifest: (form) => ask("manifest", { name: form.name.value, text: form.text.value, apply: form.apply.checked }, outcome),
  fault: (form) => ask("fault", { fault: form.fault.value, arguments: pairs(form.arguments.value) }, outcome),
  poll(form) {
    const lines = form.options.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const right = lines.findIndex((line) => line.startsWith("*"));
    ask("poll", { question: form.question.value, options: lines.map((line) => line.replace(/^\*\s*/, "")), right: right < 0 ? null : right }, () => gettext("The question is open"));
  },
};

function outcome({ labs, refused }) {
  const names = Object.keys(refused);
  const clusters = countText(labs, "cluster");
  const values = { clusters, names: names.slice(0, 5).join(", "), why: refused[names[0]] };
  return names.length ? filled(gettext("%(clusters)s; not for %(names)s: %(why)s"), values) : clusters;
}

/** "node=node-2 seconds=30" as an object; numbers are numbers. */
function pairs(text) {
  const entries = text.split(/\s+/).filter(Boolean).map((pair) => pair.split(/=(.*)/s).slice(0, 2));
  return Object.fromEntries(entries.map(([name, value = ""]) => [name, /^\d+$/.test(value) ? Number(value) : value]));
}

for (const form of document.querySelectorAll("[data-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    FORMS[form.dataset.form](form.elements);
  });
}
setInterval(() => { one("timer").textContent = timeLeft(room.room.timer_ends); }, 500);
