import { announce } from "../page/announce.js";

const FAULTS = { crash: "node-crash", recover: "node-recover", reboot: "node-reboot" };
const DONE = { crash: "killed", recover: "powered on", reboot: "reboots", cordon: "cordoned", uncordon: "uncordoned" };

/** What a node's buttons do: power is a fault, cordon a command. `ask` sends a socket command, `kubectl` runs a line. */
export const nodeActions = ({ ask, kubectl }) => (action, node) => {
  const done = FAULTS[action] ? ask("inject", { fault: FAULTS[action], arguments: { node } }) : kubectl(`kubectl ${action} ${node}`);
  done.then(() => announce(`${node} ${DONE[action]}`));
};
