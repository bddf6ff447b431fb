import { announce } from "../page/announce.js";
import { filled, gettext } from "../page/words.js";

const FAULTS = { crash: "node-crash", recover: "node-recover", reboot: "node-reboot" };
const DONE = {
  crash: gettext("%(node)s killed"), recover: gettext("%(node)s powered on"), reboot: gettext("%(node)s reboots"), cordon: gettext("%(node)s cordoned"), uncordon: gettext("%(node)s uncordoned"),
};

/** What a node's buttons do: power is a fault, cordon a command. `ask` sends a socket command, `kubectl` runs a line. */
export const nodeActions = ({ ask, kubectl }) => (action, node) => {
  const done = FAULTS[action] ? ask("inject", { fault: FAULTS[action], arguments: { node } }) : kubectl(`kubectl ${action} ${node}`);
  done.then(() => announce(filled(DONE[action], { node })));
};
