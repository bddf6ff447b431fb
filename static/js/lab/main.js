import { announce } from "../page/announce.js";
import { startChecks } from "./checks.js";
import { startCluster } from "./cluster.js";
import { CommandLine } from "./command-line.js";
import { html } from "./dom.js";
import { Editor } from "./editor.js";
import { startImport } from "./files.js";
import { Inside } from "./inside/drawer.js";
import { startOwnKubectl } from "./own-kubectl.js";
import { startPanes } from "./panes.js";
import { startPlaces } from "./places.js";
import { startPlayhead } from "./playhead.js";
import { STDERR } from "./said.js";
import { startShare } from "./share.js";
import { Socket } from "./socket.js";
import { startSplitter } from "./splitter.js";
import { showLink, startStatus } from "./status.js";
import { Store } from "./store.js";
import { startStory } from "./story.js";
import { ShellTerminal } from "./terminal.js";

const one = (selector) => document.querySelector(selector);
const narrow = matchMedia("(max-width: 43.99rem)");

const desk = one(".desk");
const store = new Store();
const link = one("[data-link]");
const socket = new Socket(`labs/${desk.dataset.lab}`, store, (state) => showLink(link, state));

/** Says a text aloud, and shows it. */
function tell(text) {
  one("[data-lane-note]").textContent = text;
  announce(text);
}

/** Sends a command. What goes wrong is said aloud and shown, unless the caller shows it itself (`quiet`). */
function ask(command, fields, { quiet = false } = {}) {
  const reply = socket.ask(command, fields);
  if (!quiet) reply.catch((error) => tell(error.message));
  return reply;
}

/** Runs a line of the terminal; others on the page hear which. */
const run = (line, hear) => {
  document.dispatchEvent(new CustomEvent("terminalline", { detail: line }));
  return socket.ask("line", { line }, hear).catch((error) => ({ said: [[error.message, STDERR]], exit_code: 1 }));
};
const show = startPanes(desk);
startSplitter(desk);
startOwnKubectl(one("#own-kubectl"), one("[data-own-kubectl]"));

one("[data-terminal]").hidden = narrow.matches;
one("[data-terminal-line]").hidden = !narrow.matches;
const terminal = narrow.matches ? new CommandLine(one("[data-terminal-line]"), run) : new ShellTerminal(one("[data-terminal]"), store, run, () => socket.ask("interrupt"));

async function kubectl(line) {
  const result = await run(line);
  terminal.show(line, result);
  return result;
}

const files = JSON.parse(one("#lab-files").textContent);
const editor = new Editor(one("[data-editor]"), files, ask, (name, result) => terminal.show(`kubectl apply -f ${name}`, result));
startImport(one("[data-editor]"), editor);

async function edit(key) {
  const [kind, , name] = key.split("/");
  const { text } = await ask("show", { what: "yaml", key });
  editor.open(`${kind.toLowerCase()}-${name}.yaml`, text);
  show("yaml");
}

const cluster = startCluster(store, { ask, kubectl, edit });
const inside = new Inside(one("#stage"), ask, () => { one('.panes [data-pane="cluster"]').click(); one("[data-enlarge][aria-pressed=true]")?.click(); });
store.watch((_, changed) => inside.follow(changed));
startPlayhead(store, ask, (key) => { if (key) { inside.close(); cluster.choose(key, "why"); } });
if (one("#share-sheet")) startShare(one("[data-share]"), one("#share-sheet"), store, ask);
startStatus(store, link);
startChecks(store);
startPlaces(one("#story"), store, { inside, choose: cluster.choose, light: cluster.light, show, tell });
startStory({ type: (command) => { show("terminal", { focus: false }); terminal.type(command); }, run: (command) => { show("terminal", { focus: false }); kubectl(command); }, ask });

/** What is handed in is the state that the learner saw: time stands, which saves it, before the form goes. */
one("[data-hand-in]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  if (submitter?.name) target.append(html("input", { type: "hidden", name: submitter.name, value: submitter.value }));
  socket.ask("pause").catch(() => {}).finally(() => target.submit());
});

if (one("[data-faults]")) {
  const { startFaults } = await import("./faults.js");
  startFaults(one("[data-faults]"), store, ask);
}
const roomId = new URLSearchParams(location.search).get("room");
if (roomId) {
  const { startRoom } = await import("../room/learner.js");
  startRoom(roomId, { openFile: (name, text) => { editor.open(name, text); show("yaml"); }, light: cluster.light, slug: location.pathname.split("/")[2] });
}
