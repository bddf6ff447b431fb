const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const LETTERS = { Enter: "why", " ": "why", d: "describe", l: "logs", y: "yaml", e: "edit" };

function middle(element) {
  const box = element.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** The nearest other object in a direction; what lies aside of it counts double. */
function neighbour(from, [dx, dy], all) {
  const [x0, y0] = middle(from);
  let best = null;
  let least = Infinity;
  for (const element of all) {
    const [x, y] = middle(element);
    const ahead = (x - x0) * dx + (y - y0) * dy;
    const aside = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
    const distance = ahead + 2 * aside;
    if (element !== from && ahead > 4 && distance < least) [best, least] = [element, distance];
  }
  return best;
}

/** One tab stop for the whole picture: arrows move it, letters and Enter ask for the object that has it. */
export function startRoving(root, onChoose) {
  const objects = () => [...root.querySelectorAll("[data-key]")];
  root.addEventListener("focusin", (event) => {
    const group = event.target.closest("[data-key]");
    if (!group) return;
    for (const other of objects()) other.setAttribute("tabindex", other === group ? "0" : "-1");
  });
  root.addEventListener("click", (event) => {
    const group = event.target.closest("[data-key]");
    if (group) onChoose(group.dataset.key, "why");
  });
  root.addEventListener("keydown", (event) => {
    const group = event.target.closest("[data-key]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) neighbour(group, ARROWS[event.key], objects())?.focus();
    else if (LETTERS[event.key]) onChoose(group.dataset.key, LETTERS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
