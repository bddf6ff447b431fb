import { gettext } from "../page/words.js";
import { html } from "./dom.js";
import { STDERR } from "./said.js";

/** The narrow screen's terminal: the platform's own text field, with the story's commands as chips. */
export class CommandLine {
  #log;
  #input;
  #run;
  #prompt = "$ ";

  constructor(form, run) {
    this.#run = run;
    this.#log = form.querySelector("[role=log]");
    this.#input = form.querySelector("input");
    const commands = new Set([...document.querySelectorAll("[data-try]")].map((chip) => chip.dataset.try));
    form.querySelector("[data-chips]").append(...[...commands].map((command) => html("button", { type: "button", class: "try", "data-try": command }, command)));
    this.#log.append(html("div", {}, gettext("kubectl works here as in any terminal.")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(this.#input.value.trim());
    });
  }

  type(command) {
    this.#input.value = command;
    this.#input.focus();
  }

  show(command, { said }) {
    this.#begin(command);
    this.#add(said);
  }

  #begin(command) {
    this.#log.append(html("div", {}, html("b", {}, this.#prompt), command));
  }

  #add(said) {
    for (const [text, descriptor] of said) {
      if (text.trim()) this.#log.append(html("div", { class: descriptor === STDERR ? "stderr" : "" }, text.trimEnd()));
    }
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  async #submit(line) {
    if (!line) return;
    this.#input.value = "";
    this.#begin(line);
    const { said, prompt } = await this.#run(line, (early) => this.#add(early));
    this.#prompt = prompt || "$ ";
    this.#add(said);
  }
}
