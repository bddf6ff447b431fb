const table = new Map();

/** True where a key press is text: no shortcut may take it. */
function isTyping(target) {
  return target.closest?.("input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable=true], .xterm, .cm-editor") != null;
}

export const singleKeysOn = () => localStorage.getItem("single-keys") !== "off";
export const setSingleKeys = (on) => localStorage.setItem("single-keys", on ? "on" : "off");

/**
 * Registers a shortcut: a single key ("t", "?") or a chord ("Alt+1", "Mod+k" with Ctrl or Cmd).
 * Single keys rest while text is typed, and when the learner has switched them off (WCAG 2.1.4).
 */
export function onKey(name, action) {
  table.set(name, action);
}

function nameOf(event) {
  const key = event.altKey && event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  if (event.ctrlKey || event.metaKey) return `Mod+${key}`;
  return event.altKey ? `Alt+${key}` : key;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  const name = nameOf(event);
  const action = table.get(name);
  if (!action) return;
  const single = !name.includes("+") || name === "+";
  if (single && name !== "Escape" && (isTyping(event.target) || !singleKeysOn())) return;
  if (name === " " && event.target.closest("button, a, summary, input, [role=tab]")) return;
  if (action(event) !== false) event.preventDefault();
});
