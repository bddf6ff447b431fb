import { FitAddon, Terminal } from "../../vendor/terminal.js";
import { complete } from "./completion.js";
import { LineEditor } from "./line.js";
import { STDERR } from "./said.js";
import { gettext } from "../page/words.js";

const PROMPT = "\x1b[1;34m$\x1b[0m ";
const NOTHING = { insert: "", choices: [] };

/** Runs `action` while style elements that the page makes get its nonce: xterm.js makes three as it opens. */
function withNonce(action) {
  const { nonce } = document.querySelector('meta[name="csp-nonce"]');
  document.createElement = (name, options) => {
    const element = Document.prototype.createElement.call(document, name, options);
    if (element.localName === "style") element.nonce = nonce;
    return element;
  };
  try {
    action();
  } finally {
    delete document.createElement;
  }
}

function theme() {
  const probe = document.createElement("i");
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const hex = (name) => `#${colour(name).match(/\d+/g).slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
  const colours = {
    background: hex("--raised"), foreground: hex("--ink"), cursor: hex("--accent"), cursorAccent: hex("--raised"),
    selectionBackground: hex("--accent-wash"), blue: hex("--accent"), red: hex("--failed"), brightBlack: hex("--soft"),
  };
  probe.remove();
  return colours;
}

/** Control characters in what the cluster prints never reach the terminal as commands; line ends and tabs stay. */
const printable = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd").replace(/\n/g, "\r\n");

/** The wide screen's terminal: xterm.js with its screen-reader mode, a line editor of our own, and the lab's Shell behind it. */
export class ShellTerminal {
  #terminal;
  #line;
  #run;
  #interrupt;
  #ahead = [];
  #busy = false;
  #open = false;
  #inside = false;

  constructor(place, store, run, interrupt) {
    this.#run = run;
    this.#interrupt = interrupt;
    const look = getComputedStyle(document.documentElement).getPropertyValue("--mono");
    this.#terminal = new Terminal({
      screenReaderMode: true, cursorBlink: false, fontFamily: look, fontSize: 13, lineHeight: 1.35, scrollback: 4000,
      theme: theme(),
    });
    const fit = new FitAddon();
    this.#terminal.loadAddon(fit);
    withNonce(() => this.#terminal.open(place));
    new ResizeObserver(() => place.clientWidth && fit.fit()).observe(place);
    const themed = () => { this.#terminal.options.theme = theme(); };
    document.addEventListener("themechange", themed);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
    this.#line = new LineEditor({ prompt: PROMPT, write: (text) => this.#terminal.write(text), complete: (line) => (this.#inside ? NOTHING : complete(line, store.state)), submit: (line) => this.#submit(line) });
    this.#terminal.onData((data) => this.#feed(data));
    this.#terminal.attachCustomKeyEventHandler((event) => !(event.altKey && /^Digit[1-5]$/.test(event.code)) && !(event.key === "Tab" && (event.shiftKey || this.#line.text === "")));
    this.#terminal.write(`${gettext("kubectl works here as in any terminal.")}\r\n${gettext("Tab completes; on an empty line it leaves.")}\r\n`);
    this.#line.begin();
  }

  /** Puts a command at the prompt, to be run by the learner. */
  type(command) {
    this.#line.replace(command);
    this.#terminal.focus();
  }

  /** Shows a command that ran elsewhere (the editor's apply), with what it said. */
  show(command, result) {
    this.#line.clear();
    this.#terminal.write(`${PROMPT}${printable(command)}\r\n`);
    this.#print(result.said);
    this.#endLine();
    this.#line.begin();
  }

  /** What is typed while a command runs waits for its end; Ctrl+C ends it. Ctrl+D leaves a shell in a container. */
  #feed(data) {
    if (!this.#busy) {
      const rest = this.#line.feed(data === "\x04" && this.#inside && !this.#line.text ? "exit\r" : data);
      if (rest) this.#ahead.unshift(rest);
    } else if (data === "\x03") {
      this.#ahead = [];
      this.#terminal.write("^C\r\n");
      this.#interrupt();
    } else this.#ahead.push(data);
  }

  #begin() {
    this.#busy = false;
    this.#line.begin();
    while (!this.#busy && this.#ahead.length) this.#feed(this.#ahead.shift());
  }

  async #submit(line) {
    this.#busy = true;
    await null; // what is behind this line, of what was pasted, waits for its end
    if (!line.trim()) return this.#begin();
    if (line.trim() === "clear") {
      this.#terminal.clear();
      return this.#begin();
    }
    const result = await this.#run(line, (said) => this.#print(said));
    this.#print(result.said);
    this.#endLine();
    this.#inside = Boolean(result.prompt);
    this.#line.prompt = result.prompt ? printable(result.prompt) : PROMPT;
    return this.#begin();
  }

  #print(said) {
    for (const [text, descriptor] of said) {
      const shown = printable(text);
      this.#terminal.write(descriptor === STDERR ? `\x1b[31m${shown}\x1b[0m` : shown);
      if (text) this.#open = !text.endsWith("\n");
    }
  }

  /** The prompt has a line of its own. */
  #endLine() {
    if (this.#open) this.#terminal.write("\r\n");
    this.#open = false;
  }
}
