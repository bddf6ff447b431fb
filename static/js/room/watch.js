import { Side } from "../compare/side.js";

for (const root of document.querySelectorAll(".side")) new Side(root);
