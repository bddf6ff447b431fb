const VERBS = ["apply", "attach", "cordon", "cp", "debug", "delete", "describe", "events", "exec", "get", "logs", "port-forward", "rollout", "scale", "set", "uncordon"];
const OF_PODS = ["attach", "debug", "exec", "logs", "port-forward"];
const AFTER_VERB = {
  rollout: ["history", "pause", "restart", "resume", "status", "undo"],
  set: ["image"],
};
const KINDS = {
  configmap: "ConfigMap", deployment: "Deployment", deployments: "Deployment", endpointslices: "EndpointSlice", events: "Event", node: "Node", nodes: "Node",
  pod: "Pod", pods: "Pod", replicaset: "ReplicaSet", replicasets: "ReplicaSet", service: "Service", services: "Service",
};
const SHORT = { deploy: "Deployment", no: "Node", po: "Pod", rs: "ReplicaSet", svc: "Service" };

const names = (state, kind) => Object.values(state?.objects ?? {}).filter((object) => object.kind === kind).map((object) => object.name);

function candidates(words, state) {
  if (words.length === 1) return ["kubectl"];
  if (words.length === 2) return VERBS;
  const verb = words[1];
  if (words.length === 3 && AFTER_VERB[verb]) return AFTER_VERB[verb];
  if (OF_PODS.includes(verb) && !words.at(-1).includes("/")) return names(state, "Pod");
  if (verb === "cordon" || verb === "uncordon") return names(state, "Node");
  const last = words.at(-1);
  const [prefix] = last.split("/");
  if (last.includes("/")) return names(state, KINDS[prefix] ?? SHORT[prefix]).map((name) => `${prefix}/${name}`);
  const kind = words.slice(2, -1).map((word) => KINDS[word] ?? SHORT[word]).find(Boolean);
  return kind ? names(state, kind) : Object.keys(KINDS);
}

function commonStart(words) {
  let start = words[0] ?? "";
  for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
  return start;
}

/** Completes the last word of a kubectl line from verbs, kinds and the lab's own names: {insert, choices}. */
export function complete(line, state) {
  const words = line.trimStart().split(/\s+/);
  const last = words.at(-1);
  if (words.length > 1 && words[0] !== "kubectl") return { insert: "", choices: [] };
  const choices = candidates(words, state).filter((word) => word.startsWith(last)).sort();
  const rest = commonStart(choices).slice(last.length);
  return { insert: choices.length === 1 ? `${rest} ` : rest, choices };
}
