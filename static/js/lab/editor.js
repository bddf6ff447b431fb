import {
  EditorState, EditorView, HighlightStyle, autocompletion, closeBrackets, completionKeymap, defaultKeymap, highlightActiveLine, history,
  historyKeymap, indentLess, indentMore, indentUnit, keymap, lineNumbers, lintGutter, lintKeymap, setDiagnostics, syntaxHighlighting, tags, yaml,
} from "../../vendor/editor.js";
import { announce } from "../page/announce.js";
import { diffView } from "./diff.js";
import { html } from "./dom.js";
import { freeName } from "./files.js";
import { tabList } from "./panes.js";
import { STDERR, STDOUT, textOf } from "./said.js";
import { filled, gettext } from "../page/words.js";

const SAVE_AFTER_MS = 400;

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--failed)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation, tags.meta], color: "var(--soft)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--raised)", color: "var(--ink)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sunk)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-wash)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "5px" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", fontSize: "13px", padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--failed)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--waiting)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline dotted var(--waiting)", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--failed)", textUnderlineOffset: "3px" },
});

/** An error of the protocol's `diff`, in words. */
function placed({ line, column, message }) {
  if (!line) return message;
  return filled(column > 1 ? gettext("Line %(line)s, column %(column)s: %(message)s") : gettext("Line %(line)s: %(message)s"), { line, column, message });
}

/** An option of the protocol's `complete` as CodeMirror takes it: a field brings its colon. */
function asCompletion({ label, form, about }) {
  if (form === "value") return { label, detail: about };
  return { label, apply: ["struct", "map", "list"].includes(form) ? `${label}:` : `${label}: `, detail: form, info: about || undefined };
}

/**
 * The YAML editor: one tab a file, saved to the lab as it is typed, the server's errors on their lines. Apply (Ctrl/Cmd+Enter) shows
 * what would change; once more applies it. `ask` sends a socket command; `onApplied` gets what kubectl said.
 */
export class Editor {
  #root;
  #ask;
  #onApplied;
  #files;
  #current;
  #states = new Map();
  #view;
  #timer = null;
  #reviewing = false;

  constructor(root, files, ask, onApplied) {
    this.#root = root;
    this.#ask = ask;
    this.#onApplied = onApplied;
    this.#files = files.map((file) => file.name);
    this.#current = this.#files[0];
    for (const file of files) this.#states.set(file.name, this.#makeState(file.name, file.text));
    this.#view = new EditorView({ state: this.#states.get(this.#current), parent: this.#one("editor-text") });
    this.#drawFiles();
    this.#one("apply").addEventListener("click", () => this.#applyOrReview());
    this.#one("diff-close").addEventListener("click", () => this.#closeReview());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#reviewing) this.#closeReview();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        event.preventDefault();
        this.#applyOrReview();
      }
    });
  }

  /** Adds or opens a file in its tab. */
  open(name, text) {
    if (!this.#states.has(name)) {
      this.#files.push(name);
      this.#states.set(name, this.#makeState(name, text));
    }
    return this.#show(name);
  }

  /** Takes a text in as a new file, opens it and marks what is wrong with it; nothing is applied. */
  async take(name, text) {
    const free = freeName(name, this.#files);
    await this.#ask("file", { name: free, text });
    await this.open(free, text);
    await this.#check();
    announce(filled(gettext("%(name)s is in the editor; nothing is applied yet"), { name: free }));
  }

  /** Says what went wrong, below the text. */
  refuse(problem) {
    this.#say(problem);
  }

  #one(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }

  #makeState(name, text) {
    const nonce = document.querySelector('meta[name="csp-nonce"]').nonce;
    const review = { key: "Mod-Enter", run: () => { this.#applyOrReview(); return true; } };
    return EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce), look, syntaxHighlighting(colours), yaml(), indentUnit.of("  "),
        lineNumbers(), lintGutter(), history(), closeBrackets(), autocompletion({ override: [(context) => this.#complete(context)] }), highlightActiveLine(),
        keymap.of([review, { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess }, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": filled(gettext("YAML of %(name)s"), { name }), tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && this.#edited()),
      ],
    });
  }

  /** What the cluster's schema allows where the cursor stands. */
  async #complete(context) {
    const word = context.matchBefore(/[\w./-]*$/);
    if (!context.explicit && word.from === word.to) return null;
    const { doc } = context.state;
    const { options } = await this.#ask("complete", { text: doc.toString(), line: doc.lineAt(context.pos).number }, { quiet: true });
    return options.length ? { from: word.from, options: options.map(asCompletion), validFor: /^[\w./-]*$/ } : null;
  }

  #drawFiles() {
    const list = this.#one("files");
    list.replaceChildren(...this.#files.map((name) => html("button", {
      type: "button", role: "tab", "data-name": name, "aria-selected": String(name === this.#current), tabindex: name === this.#current ? "0" : "-1",
    }, name)));
    this.chooseFile ??= tabList(list, (tab) => this.#show(tab.dataset.name));
  }

  async #show(name) {
    if (name === this.#current) return;
    this.#closeReview();
    await this.#save();
    this.#states.set(this.#current, this.#view.state);
    this.#current = name;
    this.#view.setState(this.#states.get(name));
    this.#drawFiles();
  }

  #edited() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save().then(() => this.#check()), SAVE_AFTER_MS);
  }

  #save() {
    clearTimeout(this.#timer);
    return this.#ask("file", { name: this.#current, text: this.#view.state.doc.toString() });
  }

  /** Asks what applying would change and marks the server's errors; answers the reply. */
  async #check() {
    const reply = await this.#ask("diff", { name: this.#current }, { quiet: true });
    this.#mark(reply.errors ?? [], reply.warnings ?? []);
    return reply;
  }

  #mark(errors, warnings) {
    const { doc } = this.#view.state;
    const diagnostic = (severity) => ({ line: number, column, message }) => {
      const line = doc.line(Math.min(Math.max(number ?? 1, 1), doc.lines));
      const from = Math.min(line.from + Math.max((column ?? 1) - 1, 0), line.to);
      return { from, to: line.to, severity, message };
    };
    const diagnostics = [...errors.map(diagnostic("error")), ...warnings.map(diagnostic("warning"))];
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics.sort((a, b) => a.from - b.from)));
    this.#say(errors.length ? placed(errors[0]) : null);
  }

  #say(problem) {
    const hint = this.#one("editor-hint");
    this.usual ??= [...hint.childNodes].map((node) => node.cloneNode(true));
    hint.toggleAttribute("data-bad", problem !== null);
    if (problem !== null) {
      hint.textContent = problem;
      announce(problem);
    } else {
      hint.replaceChildren(...this.usual.map((node) => node.cloneNode(true)));
    }
  }

  #applyOrReview() {
    return (this.#reviewing ? this.#apply() : this.#review()).catch((error) => this.#say(error.message));
  }

  async #review() {
    await this.#save();
    const { diff, errors = [], warnings = [] } = await this.#check();
    if (errors.length) return;
    this.#reviewing = true;
    this.#one("diff").replaceChildren(...diffView(diff, this.#current), ...warnings.map(({ message }) => html("p", { class: "advice" }, message)));
    this.#toggle();
    this.#one("diff").focus();
  }

  async #apply() {
    const result = await this.#ask("apply", { name: this.#current });
    this.#closeReview();
    this.#onApplied(this.#current, result);
    if (result.exit_code) this.#say(textOf(result.said, STDERR).trim());
    else announce(textOf(result.said, STDOUT).trim());
  }

  #closeReview() {
    this.#reviewing = false;
    this.#toggle();
    this.#view.focus();
  }

  #toggle() {
    this.#one("editor-text").hidden = this.#reviewing;
    this.#one("diff").hidden = !this.#reviewing;
    this.#one("diff-close").hidden = !this.#reviewing;
    this.#one("apply").textContent = this.#reviewing ? gettext("Apply") : gettext("Review and apply");
  }
}
