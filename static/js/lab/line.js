const KEYS = {
  "\r": "enter", "\x7f": "backspace", "\b": "backspace", "\t": "complete", "\x03": "cancel", "\x15": "wipe", "\x17": "dropWord",
  "\x01": "home", "\x05": "end", "\x1b[A": "older", "\x1b[B": "newer", "\x1b[C": "right", "\x1b[D": "left",
  "\x1b[H": "home", "\x1b[F": "end", "\x1b[3~": "delete",
};

/** One editable line at a prompt: cursor, history, completion. `feed` takes what the terminal sends; `write` shows. */
export class LineEditor {
  #prompt;
  #write;
  #complete;
  #submit;
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
    if (KEYS[data]) return this[KEYS[data]]();
    if (data.startsWith("\x1b")) return;
    const lines = data.replace(/\r\n?/g, "\n").split("\n");
    this.#insert(lines[0].replace(/[\u0000-\u001f\u007f]/g, ""));
    if (lines.length > 1) this.enter();
  }

  #insert(text) {
    this.#set(this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at), this.#at + text.length);
  }

  #set(text, at = text.length) {
    this.#text = text;
    this.#at = at;
    const back = text.length - at;
    this.#write(`\r\x1b[K${this.#prompt}${text}${back ? `\x1b[${back}D` : ""}`);
  }

  enter() {
    const line = this.#text;
    if (line.trim() && this.#past.at(-1) !== line) this.#past.push(line);
    this.#place = this.#past.length;
    this.#write("\r\n");
    this.#text = "";
    this.#at = 0;
    this.#submit(line);
  }

  backspace() {
    if (this.#at) this.#set(this.#text.slice(0, this.#at - 1) + this.#text.slice(this.#at), this.#at - 1);
  }

  delete() {
    this.#set(this.#text.slice(0, this.#at) + this.#text.slice(this.#at + 1), this.#at);
  }

  cancel() {
    this.#write("^C\r\n");
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
