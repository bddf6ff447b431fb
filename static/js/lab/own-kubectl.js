import { announce } from "../page/announce.js";
import { gettext } from "../page/words.js";

/** The panel that lets a learner's own kubectl in: fetched when it opens, and a made kubeconfig downloads by itself. */
export function startOwnKubectl(dialog, button) {
  const panel = () => dialog.querySelector(".own-kubectl");
  button.addEventListener("click", () => {
    dialog.showModal();
    if (!panel().hasChildNodes()) panel().dispatchEvent(new Event("opened"));
  });
  dialog.addEventListener("htmx:afterSwap", () => dialog.querySelector("[data-download]")?.click());
  dialog.addEventListener("htmx:responseError", () => announce(gettext("That did not work. Is this page still yours? Load it again.")));
  dialog.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const line = copy.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(line.textContent);
      announce(gettext("Copied"));
      copy.textContent = gettext("Copied");
    } catch {
      getSelection().selectAllChildren(line);
      announce(gettext("Selected; copy it with Ctrl+C"));
    }
  });
}
