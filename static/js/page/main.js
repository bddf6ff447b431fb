import { announce } from "./announce.js";
import { startSearch } from "./search.js";
import { startSteps } from "../lab/steps.js";
import { startShortcuts } from "./shortcuts.js";
import { startTheme } from "./theme.js";
import { startWidgets } from "./widgets/main.js";

startTheme(document.querySelector("[data-theme-toggle]"), announce);
startSearch(document.getElementById("search"));
startShortcuts(document.getElementById("shortcuts"));
startSteps(document);
startWidgets(document);
document.addEventListener("htmx:afterSwap", () => startSteps(document));
