import { announce } from "./announce.js";
import { startShortcuts } from "./shortcuts.js";
import { startTheme } from "./theme.js";

startTheme(document.querySelector("[data-theme-toggle]"), announce);
startShortcuts(document.getElementById("shortcuts"));
