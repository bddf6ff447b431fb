import { onKey, setSingleKeys, singleKeysOn } from "./keys.js";

/** The shortcut panel: opens by its button and by `?`, closes with Escape; the browser gives the focus back. */
export function startShortcuts(dialog) {
  const toggle = () => (dialog.open ? dialog.close() : dialog.showModal());
  document.querySelectorAll("[data-shortcuts-open]").forEach((button) => button.addEventListener("click", toggle));
  onKey("?", toggle);
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeysOn();
  box.addEventListener("change", () => setSingleKeys(box.checked));
}
