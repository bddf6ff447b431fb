const STEP = 4;
const LOW = 15;
const HIGH = 70;
const KEPT = "stage-height";

/**
 * The line between cluster and workbench: it is dragged, or moved by the arrow keys, Home and End; Enter gives the usual height back.
 * The button of the workbench hides the cluster and the lanes, so nothing needs to be dragged. The height is kept on this device.
 */
export function startSplitter(desk) {
  const bar = desk.querySelector("[data-splitter]");
  const button = desk.querySelector("[data-enlarge]");
  const usual = Number(bar.getAttribute("aria-valuenow"));
  let value = usual;

  const set = (wanted) => {
    value = Math.round(Math.min(HIGH, Math.max(LOW, wanted)));
    desk.style.setProperty("--stage", value);
    bar.setAttribute("aria-valuenow", String(value));
    localStorage.setItem(KEPT, String(value));
  };
  bar.addEventListener("keydown", (event) => {
    const wanted = { ArrowUp: value - STEP, ArrowDown: value + STEP, Home: LOW, End: HIGH, Enter: usual }[event.key];
    if (wanted === undefined) return;
    set(wanted);
    event.preventDefault();
  });
  bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId));
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    set(((event.clientY - desk.getBoundingClientRect().top) / window.innerHeight) * 100);
  });
  bar.addEventListener("dblclick", () => set(usual));
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(desk.toggleAttribute("data-large"))));
  set(Number(localStorage.getItem(KEPT)) || usual);
}
