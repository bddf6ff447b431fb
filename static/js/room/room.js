import { Socket } from "../lab/socket.js";

/** The state of a room as frames bring it; `onChange` hears which parts changed, `onOther` any other frame. */
export class Room {
  room = {};
  seat = {};
  seats = new Map();
  #socket;
  #onChange;
  #onOther;

  constructor(id, { asConsole = false, onChange, onOther = () => {}, onLink = () => {} }) {
    this.#onChange = onChange;
    this.#onOther = onOther;
    this.#socket = new Socket(`rooms/${id}`, this, onLink, asConsole ? "?console" : "");
  }

  ask(command, fields) {
    return this.#socket.ask(command, fields);
  }

  /** Socket's store: takes a frame. */
  receive({ type, ...rest }) {
    if (type === "welcome" || type === "console") {
      this.room = rest.room;
      this.seat = rest.seat ?? {};
      this.seats = new Map(Object.entries(rest.seats ?? {}));
      this.#onChange(new Set([...Object.keys(this.room), "seats", "seat"]));
    } else if (type === "room") {
      Object.assign(this.room, rest);
      this.#onChange(new Set(Object.keys(rest)));
    } else if (type === "tiles") {
      for (const [id, row] of Object.entries(rest.seats)) this.seats.set(id, row);
      this.#onChange(new Set(["seats"]));
    } else if (type === "left") {
      this.seats.delete(String(rest.seat));
      this.#onChange(new Set(["seats"]));
    } else if (type === "hand" || type === "consent") {
      Object.assign(this.seat, rest);
      this.#onChange(new Set(["seat"]));
    } else {
      this.#onOther({ type, ...rest });
    }
    return true;
  }
}

/** "4:05" until a moment (Unix seconds), "" when there is none. */
export function timeLeft(ends) {
  if (!ends) return "";
  const seconds = Math.max(0, Math.round(ends - Date.now() / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
