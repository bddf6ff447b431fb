import { startChecklist } from "./checklist.js";
import { startThermostat } from "./thermostat.js";

const WIDGETS = { checklist: startChecklist, thermostat: startThermostat };

/** Starts what the story's `<div data-widget="...">` name; without it their text is read instead. */
export function startWidgets(root) {
  for (const place of root.querySelectorAll("[data-widget]")) WIDGETS[place.dataset.widget]?.(place);
}
