const NAMES = { auto: "as the system", light: "light", dark: "dark" };
const NEXT = { auto: "light", light: "dark", dark: "auto" };

/** Wires the theme button: system, light, dark, round and round; the choice is kept on this device. */
export function startTheme(button, announce) {
  const root = document.documentElement;
  const label = () => button.setAttribute("aria-label", `Theme: ${NAMES[root.dataset.theme]}`);
  label();
  button.addEventListener("click", () => {
    root.dataset.theme = NEXT[root.dataset.theme] ?? "auto";
    localStorage.setItem("theme", root.dataset.theme);
    label();
    announce(`Theme: ${NAMES[root.dataset.theme]}`);
    document.dispatchEvent(new CustomEvent("themechange"));
  });
}
