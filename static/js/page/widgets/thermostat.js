import { html, svg } from "../../lab/dom.js";
import { filled, gettext, ngettext } from "../words.js";

/** Two things that drift: what is wished, by how much one action moves them, and what each hour does to them. */
const THINGS = {
  room: {
    title: gettext("A room"), wishes: [66, 68, 70, 72, 74, 76], wish: 72, low: 54, high: 82, push: 2, up: gettext("Heat"), down: gettext("Cool"), text: (value) => `${value}°`,
    hours: [[-3, gettext("the night is cold")], [-6, gettext("somebody opens a window")], [5, gettext("the sun comes out")], [-4, gettext("it rains")]],
  },
  replicas: {
    title: gettext("Replicas"), wishes: [1, 2, 3, 4, 5], wish: 3, low: 0, high: 6, push: 1, up: gettext("Start a copy"), down: gettext("Stop a copy"), text: (value) => `${value}`,
    hours: [[-1, gettext("a copy crashes")], [-2, gettext("a machine dies")], [1, gettext("somebody starts one too many")], [-1, gettext("a copy crashes")]],
  },
};
const MODES = { remote: gettext("Remote control"), loop: gettext("Thermostat") };
const [WIDTH, HEIGHT, LEFT, HOURS] = [420, 120, 40, 12];

const begin = (thing, mode) => ({ thing, mode, wish: thing.wish, value: thing.wish, hour: 0, held: 0, yours: 0, loops: 0, past: [thing.wish], told: gettext("It is as you wish. Let an hour pass.") });
const signed = (number) => (number > 0 ? `+${number}` : `−${-number}`);

/** What one action makes of a value: a push towards the wish, never past it. */
function towards(value, wish, push) {
  const difference = wish - value;
  return value + Math.sign(difference) * Math.min(push, Math.abs(difference));
}

/** An hour later: the world moves the value; in the loop's mode the loop then measures, compares and acts until nothing differs. */
function later(state) {
  const { thing, mode, wish } = state;
  const [drift, why] = thing.hours[state.hour % thing.hours.length];
  const met = Math.max(thing.low, state.value + drift);
  let [value, acts] = [met, 0];
  while (mode === "loop" && value !== wish) {
    value = towards(value, wish, thing.push);
    acts += 1;
  }
  const seen = { met: thing.text(met), wish: thing.text(wish), n: acts };
  const acted = ngettext("The loop measures %(met)s, wants %(wish)s, takes %(n)s action.", "The loop measures %(met)s, wants %(wish)s, takes %(n)s actions.", acts);
  const looped = acts ? acted : gettext("The loop measures %(met)s, wants %(wish)s, does nothing.");
  const did = mode === "remote" ? gettext("Nobody measures.") : filled(looped, seen);
  return {
    ...state, value, hour: state.hour + 1, held: state.held + Number(value === wish), loops: state.loops + acts,
    past: [...state.past, met, value].slice(-2 * HOURS), told: `${filled(gettext("Hour %(hour)s: %(why)s (%(drift)s)."), { hour: state.hour + 1, why, drift: signed(drift) })} ${did}`,
  };
}

/** The learner presses: one push, whether it helps or not. */
function pressed(state, way) {
  const value = Math.min(state.thing.high, Math.max(state.thing.low, state.value + way * state.thing.push));
  return { ...state, value, yours: state.yours + 1, past: [...state.past, value].slice(-2 * HOURS), told: filled(gettext("You pressed. It is %(value)s now."), { value: state.thing.text(value) }) };
}

function curve({ thing, past, wish }) {
  const x = (at) => LEFT + (at / (2 * HOURS - 1)) * (WIDTH - LEFT - 8);
  const y = (value) => HEIGHT - 12 - ((value - thing.low) / (thing.high - thing.low)) * (HEIGHT - 24);
  const line = past.map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return svg("svg", { class: "thermostat__curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": filled(gettext("Wished %(wish)s, now %(value)s"), { wish: thing.text(wish), value: thing.text(past.at(-1)) }) },
    svg("path", { class: "thermostat__wish", d: `M${LEFT} ${y(wish)}H${WIDTH}` }), svg("text", { x: LEFT - 8, y: y(wish) + 4 }, thing.text(wish)),
    svg("path", { class: "thermostat__line", d: line }), svg("circle", { class: "thermostat__now", cx: x(past.length - 1), cy: y(past.at(-1)), r: 4 }));
}

function segments(label, choices, current, choose) {
  return html("div", { class: "segments", role: "group", "aria-label": label }, Object.entries(choices).map(([name, title]) => html("button", {
    type: "button", "aria-pressed": String(name === current), "data-name": name, onclick: () => choose(name),
  }, title)));
}

/** A thermostat beside a remote control, for a room or for replicas: who acts, and how often. It is a model, and says so. */
export function startThermostat(place) {
  let [name, mode] = ["room", "remote"];
  let state = begin(THINGS[name], mode);
  const told = html("p", { class: "thermostat__told", role: "status" });
  const body = html("div");
  place.replaceChildren(body, told);
  const set = (next) => { state = next; draw(); };
  const anew = () => set(begin(THINGS[name], mode));
  const action = (title, make, data) => html("button", { type: "button", class: "button", "data-name": data, onclick: () => set(make()) }, title);

  function draw() {
    const held = body.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    const { thing } = state;
    const wish = html("select", { "data-name": "wish", onchange: (event) => set({ ...state, wish: Number(event.target.value) }) },
      thing.wishes.map((value) => html("option", { value, selected: value === state.wish }, thing.text(value))));
    const presses = mode === "remote" && [action(thing.up, () => pressed(state, 1), "up"), action(thing.down, () => pressed(state, -1), "down")];
    const counts = [[gettext("Your actions"), state.yours], [gettext("The loop's actions"), state.loops], [gettext("Hours as wished"), filled(gettext("%(n)s of %(all)s"), { n: state.held, all: state.hour })]];
    body.replaceChildren(
      html("div", { class: "thermostat__choices" }, segments(gettext("Who acts"), MODES, mode, (to) => { mode = to; anew(); }),
        segments(gettext("What drifts"), { room: THINGS.room.title, replicas: THINGS.replicas.title }, name, (to) => { name = to; anew(); })),
      curve(state),
      html("div", { class: "thermostat__choices" }, html("label", {}, gettext("Wish"), " ", wish), action(gettext("Let an hour pass"), () => later(state), "hour"), presses),
      html("dl", { class: "thermostat__counts" }, counts.map(([title, value]) => html("div", {}, html("dt", {}, title), html("dd", {}, String(value))))));
    told.textContent = state.told;
    if (held) body.querySelector(`[data-name="${held}"]`)?.focus();
  }
  draw();
}
