/**
 * The lab's State on this side of the socket (docs/protocol.md): a snapshot first, then numbered deltas.
 * `receive` answers false when a frame is missing, and then nothing is applied until a snapshot comes.
 */
export class Store {
  state = null;
  #seq = null;
  #watchers = [];

  /** Calls `action(state, changed)` after each frame; `changed` is the set of State's top-level keys that it touched. */
  watch(action) {
    this.#watchers.push(action);
    if (this.state) action(this.state, new Set(Object.keys(this.state)));
  }

  receive(frame) {
    if (frame.type === "snapshot") {
      this.state = frame.state;
      this.#seq = frame.seq;
      this.#tell(new Set(Object.keys(frame.state)));
      return true;
    }
    if (this.#seq === null || frame.seq <= this.#seq) return true;
    if (frame.seq !== this.#seq + 1) {
      this.#seq = null;
      return false;
    }
    this.#seq = frame.seq;
    for (const path of frame.drop ?? []) dropAt(this.state, path);
    for (const [path, value] of frame.set ?? []) setAt(this.state, path, value);
    this.#tell(new Set([...(frame.set ?? []).map(([path]) => path[0]), ...(frame.drop ?? []).map((path) => path[0])]));
    return true;
  }

  #tell(changed) {
    for (const action of this.#watchers) action(this.state, changed);
  }
}

function setAt(root, path, value) {
  const last = path.at(-1);
  let place = root;
  for (const key of path.slice(0, -1)) place = place[key] ??= {};
  place[last] = value;
}

function dropAt(root, path) {
  let place = root;
  for (const key of path.slice(0, -1)) {
    place = place?.[key];
    if (place == null) return;
  }
  delete place[path.at(-1)];
}
