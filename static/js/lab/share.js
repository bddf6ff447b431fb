import { announce } from "../page/announce.js";
import { clockText } from "./format.js";
import { gettext } from "../page/words.js";

/** The button that shares the moment that is shown: the link stands in a sheet, ready to be copied. */
export function startShare(button, sheet, store, ask) {
  const one = (name) => sheet.querySelector(`[data-share-${name}]`);
  const link = one("link");
  button.addEventListener("click", async () => {
    const { clock } = store.state;
    const { path } = await ask("share");
    link.value = new URL(path, location.href).href;
    one("time").textContent = clockText(clock.viewing_ms ?? clock.now_ms);
    one("copy").textContent = gettext("Copy");
    sheet.showModal();
    link.select();
  });
  one("copy").addEventListener("click", async () => {
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      one("copy").textContent = gettext("Copied");
      announce(gettext("Copied"));
    } catch {
      announce(gettext("Selected; copy it with Ctrl+C"));
    }
  });
}
