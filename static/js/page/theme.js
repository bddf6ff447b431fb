import { gettext } from "./words.js";

const NAMES = { auto: gettext("Theme: as the system"), light: gettext("Theme: light"), dark: gettext("Theme: dark") };
const NEXT = { auto: "light", light: "dark", dark: "auto" };

/** Wires the theme button: system, light, dark, round and round; the choice is kept on this device. */
export function startTheme(button, announce) {
  const root = document.documentElement;
  const label = () => button.setAttribute("aria-label", NAMES[root.dataset.theme]);
  label();
  button.addEventListener("click", () => {
    root.dataset.theme = NEXT[root.dataset.theme] ?? "auto";
    localStorage.setItem("theme", root.dataset.theme);
    label();
    announce(NAMES[root.dataset.theme]);
    document.dispatchEvent(new CustomEvent("themechange"));
  });
}
