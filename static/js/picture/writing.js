import { svg } from "../lab/dom.js";

/** How wide a letter is, in pixels: small, of a state, bold, and of a pod's name; how far text is drawn together gladly, and how far at most. */
export const LETTER = 5.7;
export const WIDE_LETTER = 6.3;
export const BOLD_LETTER = 7;
export const MONO_LETTER = 6.7;
export const TIGHT = 1.15;
export const TIGHTEST = 1.3;

export const text = (x, y, value, name, more = {}) => svg("text", { x, y, class: name, ...more }, value);
export const cut = (value, most) => (value.length > most ? `${value.slice(0, most - 1)}…` : value);

/** Small text in a given room: drawn together a little where that is enough, else cut. */
export function fitted(x, y, value, room, name) {
  const wide = value.length * LETTER;
  if (wide <= room) return text(x, y, value, name);
  if (wide <= room * TIGHTEST) return text(x, y, value, name, { textLength: room, lengthAdjust: "spacingAndGlyphs" });
  return text(x, y, cut(value, Math.floor(room / LETTER)), name);
}

/** The name, with its namespace where that is another than the default. */
export const fullName = ({ name, namespace }) => (namespace && namespace !== "default" ? `${namespace}/${name}` : name);
