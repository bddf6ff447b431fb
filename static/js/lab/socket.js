import { gettext } from "../page/words.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const FIRST_FRAMES = new Set(["snapshot", "welcome", "console"]);

/**
 * The websocket of a lab (`labs/ID`) or a room (`rooms/ID`): frames go to the store, replies to whoever asked. It reconnects by itself, waiting longer each time
 * (doubling to 10 s, with jitter), and says honestly how it stands: "connecting", "live", "lost" or "refused".
 */
export class Socket {
  #url;
  #store;
  #onState;
  #socket = null;
  #waiting = new Map();
  #lastId = 0;
  #wait = FIRST_WAIT_MS;

  constructor(path, store, onState, query = "") {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#url = `${scheme}://${location.host}/ws/${path}/${query}`;
    this.#store = store;
    this.#onState = onState;
    this.#connect();
  }

  /**
   * Sends a command; resolves with its result, rejects with an Error that says what the server said. What a terminal line prints
   * while it waits goes to `hear`.
   */
  ask(command, fields = {}, hear = undefined) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error(gettext("The lab is not connected. Nothing was sent.")));
    }
    const id = ++this.#lastId;
    this.#socket.send(JSON.stringify({ id, do: command, ...fields }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, hear }));
  }

  #connect() {
    this.#onState("connecting");
    this.#socket = new WebSocket(this.#url);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", (event) => this.#closed(event));
  }

  #receive(frame) {
    if (frame.type === "output") {
      this.#waiting.get(frame.id)?.hear?.(frame.said);
      return;
    }
    if (frame.type === "reply") {
      const asked = this.#waiting.get(frame.id);
      this.#waiting.delete(frame.id);
      if (frame.ok) asked?.resolve(frame.result);
      else asked?.reject(Object.assign(new Error(frame.error), { line: frame.line, column: frame.column }));
      return;
    }
    if (FIRST_FRAMES.has(frame.type)) {
      this.#wait = FIRST_WAIT_MS;
      this.#onState("live");
    }
    if (!this.#store.receive(frame)) this.#socket.send(JSON.stringify({ do: "resync" }));
  }

  #closed(event) {
    for (const { reject } of this.#waiting.values()) reject(new Error(gettext("The connection broke before the lab answered.")));
    this.#waiting.clear();
    if (event.code === 1008 || event.code >= 4000) return this.#onState("refused");
    this.#onState("lost");
    setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }
}
