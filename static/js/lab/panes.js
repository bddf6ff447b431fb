import { onKey } from "../page/keys.js";

/** Arrow keys and clicks over a tab list (WAI-ARIA tabs); `choose(tab)` is called for the chosen tab. */
export function tabList(list, choose) {
  const tabs = () => [...list.querySelectorAll("[role=tab]")];
  const select = (tab) => {
    for (const other of tabs()) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    }
    choose(tab);
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) select(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = tabs();
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    next.focus();
    select(next);
    event.preventDefault();
  });
  return select;
}

const PANE_OF = { "tab-yaml": "edit", "tab-terminal": "run", "tab-quiz": "learn", "tab-faults": "learn" };
const FOCUS = { yaml: ".cm-content", terminal: ".xterm-helper-textarea, #terminal-input", quiz: "#panel-quiz", faults: "#panel-faults" };
const SPLIT = new Set(["tab-yaml", "tab-terminal"]);

/** Where the quiz stands below the story, the page's end stands below the quiz. */
function keepEndLast(desk) {
  const end = desk.querySelector(".story__end");
  const wide = matchMedia("(min-width: 75rem)");
  const place = () => (wide.matches ? desk.querySelector(".story") : desk).append(end);
  wide.addEventListener("change", place);
  place();
}

/**
 * The workbench's tabs, its split view, the narrow layout's tabs, and Alt+1..5.
 * Returns `show(name)` for "yaml", "terminal", "quiz" or "faults".
 */
export function startPanes(desk) {
  const dock = desk.querySelector(".dock");
  const split = dock.querySelector("[data-split]");
  const narrow = desk.querySelector(".panes");
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const tabs = [...dock.querySelectorAll(":scope > .bar [role=tab]")];
  let current = tabs[0];

  const draw = () => {
    const both = dock.hasAttribute("data-split") && SPLIT.has(current.id);
    dock.dataset.ready = "";
    for (const tab of tabs) panel(tab).hidden = !(tab === current || (both && SPLIT.has(tab.id)));
    document.dispatchEvent(new CustomEvent("paneschange"));
  };
  const selectTab = tabList(dock.querySelector(":scope > .bar [role=tablist]"), (tab) => { current = tab; draw(); });
  const selectPane = tabList(narrow, (tab) => {
    desk.dataset.pane = tab.dataset.pane;
    document.dispatchEvent(new CustomEvent("paneschange"));
  });
  split.addEventListener("click", () => {
    split.setAttribute("aria-pressed", String(dock.toggleAttribute("data-split")));
    draw();
  });
  const pane = (name) => selectPane(narrow.querySelector(`[data-pane="${name}"]`));
  const show = (name, { focus = true } = {}) => {
    const tab = document.getElementById(`tab-${name}`);
    if (!tab) return;
    selectTab(tab);
    pane(PANE_OF[tab.id]);
    if (focus) [...document.querySelectorAll(FOCUS[name])].find((place) => place.offsetParent !== null)?.focus();
  };
  const area = (name, id) => () => { pane(name); document.getElementById(id).focus(); };
  onKey("Alt+1", area("learn", "story"));
  onKey("Alt+2", area("cluster", "stage"));
  onKey("Alt+3", () => show("yaml"));
  onKey("Alt+4", () => show("terminal"));
  onKey("Alt+5", () => show(tabs.at(-1).id.slice("tab-".length)));
  draw();
  keepEndLast(desk);
  return show;
}
