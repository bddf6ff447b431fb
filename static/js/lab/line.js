import { unfinished } from "./unfinished.js";

const MORE = "> ";
const KEYS = {
  "\r": "enter", "\x7f": "backspace", "\b": "backspace", "\t": "complete", "\x03": "cancel", "\x15": "wipe", "\x17": "dropWord",
  "\x01": "home", "\x05": "end", "\x1b[A": "older", "\x1b[B": "newer", "\x1b[C": "right", "\x1b[D": "left",
  "\x1b[H": "home", "\x1b[F": "end", "\x1b[3~": "delete",
};

/**
 * One editable line at a prompt: cursor, history, completion. `feed` takes what the terminal sends, and gives back
 * what is behind a line that it submitted; `write` shows. A command that is not complete goes on in the next line.
 */
export class LineEditor {
  #prompt;
  #write;
  #complete;
  #submit;
  #held = "";
  #text = "";
  #at = 0;
  #past = [];
  #place = 0;

  constructor({ prompt, write, complete, submit }) {
    this.#prompt = prompt;
    this.#write = write;
    this.#complete = complete;
    this.#submit = submit;
  }

  set prompt(text) {
    this.#prompt = text;
  }

  get text() {
    return this.#text;
  }

  begin() {
    this.#set("");
  }

  clear() {
    this.#write("\r\x1b[K");
  }

  replace(text) {
    this.#set(text);
  }

  feed(data) {
    if (KEYS[data]) {
      this[KEYS[data]]();
      return "";
    }
    if (data.startsWith("\x1b")) return "";
    const lines = data.replace(/\r\n?/g, "\n").split("\n");
    for (let at = 0; ; at += 1) {
      this.#insert(lines[at].replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ""));
      if (at === lines.length - 1) return "";
      if (this.enter()) return lines.slice(at + 1).join("\n");
    }
  }

  #insert(text) {
    this.#set(this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at), this.#at + text.length);
  }

  #set(text, at = text.length) {
    this.#text = text;
    this.#at = at;
    const back = text.length - at;
    const shown = text.replaceAll("\n", `\r\n${MORE}`);
    this.#write(`\r\x1b[K${this.#held ? MORE : this.#prompt}${shown}${back ? `\x1b[${back}D` : ""}`);
  }

  /** Submits the command if it is complete; whether it is. */
  enter() {
    const command = this.#held + this.#text;
    this.#write("\r\n");
    this.#text = "";
    this.#at = 0;
    this.#held = unfinished(command) ? `${command}\n` : "";
    if (this.#held) {
      this.#set("");
      return false;
    }
    if (command.trim() && this.#past.at(-1) !== command) this.#past.push(command);
    this.#place = this.#past.length;
    this.#submit(command);
    return true;
  }

  backspace() {
    if (this.#at) this.#set(this.#text.slice(0, this.#at - 1) + this.#text.slice(this.#at), this.#at - 1);
  }

  delete() {
    this.#set(this.#text.slice(0, this.#at) + this.#text.slice(this.#at + 1), this.#at);
  }

  cancel() {
    this.#write("^C\r\n");
    this.#held = "";
    this.#set("");
  }

  wipe() {
    this.#set(this.#text.slice(this.#at), 0);
  }

  dropWord() {
    const kept = this.#text.slice(0, this.#at).replace(/\S+\s*$/, "");
    this.#set(kept + this.#text.slice(this.#at), kept.length);
  }

  left() {
    this.#set(this.#text, Math.max(0, this.#at - 1));
  }

  right() {
    this.#set(this.#text, Math.min(this.#text.length, this.#at + 1));
  }

  home() {
    this.#set(this.#text, 0);
  }

  end() {
    this.#set(this.#text);
  }

  older() {
    this.#recall(-1);
  }

  newer() {
    this.#recall(1);
  }

  #recall(step) {
    const place = this.#place + step;
    if (place < 0 || place > this.#past.length) return;
    this.#place = place;
    this.#set(this.#past[place] ?? "");
  }

  complete() {
    const { insert, choices } = this.#complete(this.#text.slice(0, this.#at));
    if (insert) return this.#insert(insert);
    if (choices.length < 2) return;
    this.#write(`\r\n${choices.join("  ")}\r\n`);
    this.#set(this.#text, this.#at);
  }
}
