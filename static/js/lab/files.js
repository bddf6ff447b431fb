import { decimal, filled, gettext } from "../page/words.js";

const FILE_BYTES = 60_000;
const FRAME_BYTES = 64_000; // a file goes over the socket as JSON, in one frame
const MANIFEST = /\.(ya?ml|json)$/i;

/** The name, or the name with the first number that makes it a new one: `web.yaml`, `web-2.yaml`. */
export function freeName(name, taken) {
  const [, stem, ending] = name.match(/^(.*?)(\.[^.]*)?$/);
  let free = name;
  for (let number = 2; taken.includes(free); number += 1) free = `${stem}-${number}${ending ?? ""}`;
  return free;
}

/** A file's text; an Error says in words why it can't be one of the editor's. */
async function read(file) {
  if (!MANIFEST.test(file.name)) throw new Error(filled(gettext("%(name)s is no manifest: choose files that end in .yaml, .yml or .json."), { name: file.name }));
  const text = file.size > FRAME_BYTES ? null : await file.text();
  if (text === null || text.length > FILE_BYTES || new Blob([JSON.stringify(text)]).size > FRAME_BYTES) {
    const sizes = { name: file.name, size: decimal(file.size, 0), most: decimal(FILE_BYTES, 0) };
    throw new Error(filled(gettext("%(name)s is too large: it has %(size)s bytes, and a file here %(most)s at most."), sizes));
  }
  return text;
}

/** Manifests that are chosen, dropped or pasted become files of the editor, one after another; the first that can't ends it. */
export function startImport(root, editor) {
  const chosen = root.querySelector("[data-import-files]");
  const takeAll = async (files) => {
    try {
      for (const file of files) await editor.take(file.name, await read(file));
    } catch (error) {
      editor.refuse(error.message);
    }
  };
  /** Before CodeMirror does it: that would put a file's text into the file that is open. */
  const grab = (event, files) => {
    if (!files?.length) return;
    event.preventDefault();
    event.stopPropagation();
    takeAll([...files]);
  };

  root.querySelector("[data-import]").addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", () => takeAll([...chosen.files]).then(() => { chosen.value = ""; }));
  root.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  root.addEventListener("drop", (event) => grab(event, event.dataTransfer.files), { capture: true });
  root.addEventListener("paste", (event) => grab(event, event.clipboardData.files), { capture: true });
  root.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.defaultPrevented || event.target.closest(".cm-content") || !text.trim()) return;
    event.preventDefault();
    takeAll([new File([text], "pasted.yaml")]);
  });
}
