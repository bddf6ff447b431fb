import { clusterLine, showLink } from "../lab/status.js";
import { Graph } from "../lab/graph.js";
import { nodeActions } from "../lab/nodes.js";
import { RefusalLine } from "../lab/refusal.js";
import { Socket } from "../lab/socket.js";
import { Store } from "../lab/store.js";
import { announce } from "../page/announce.js";
import { Picture } from "../picture/picture.js";

const LEAST_SPAN_S = 60;

/** One of the labs that stand side by side: its own socket, picture, graph, error count and command line. */
export class Side {
  store = new Store();
  #socket;
  #output;

  constructor(root) {
    const one = (name) => root.querySelector(`[data-${name}]`);
    const fact = one("fact");
    this.#output = one("output");
    this.#socket = new Socket(`labs/${root.dataset.lab}`, this.store, (state) => showLink(fact, state));
    const onChoose = (key) => this.ask("show", { what: "describe", key }).then(({ text }) => this.#say(text));
    const kubectl = (line) => this.#run(line);
    const picture = new Picture(one("picture"), { onChoose, onNode: nodeActions({ ask: (...words) => this.ask(...words), kubectl }) });
    const refusal = new RefusalLine(one("refusal"));
    const graph = new Graph(one("graph"), () => [0, Math.max(LEAST_SPAN_S, (this.clock?.end_ms ?? 0) / 1000)]);
    one("line").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run(new FormData(event.target).get("line"));
    });
    this.store.watch((state, changed) => {
      picture.draw(state, changed);
      if (changed.has("traffic") || changed.has("clock")) graph.draw(state.traffic);
      refusal.draw(state);
      if (fact.dataset.state === "live") fact.textContent = clusterLine(state);
    });
  }

  get clock() {
    return this.store.state?.clock;
  }

  /** Sends a command; what goes wrong is said aloud and shown. */
  ask(command, fields) {
    const reply = this.#socket.ask(command, fields);
    reply.catch((error) => { this.#say(error.message); announce(error.message); });
    return reply;
  }

  async #run(line) {
    const { said } = await this.ask("line", { line });
    this.#say(`$ ${line}\n${said.map(([text]) => text).join("")}`);
  }

  #say(text) {
    this.#output.hidden = false;
    this.#output.textContent = text;
  }
}
