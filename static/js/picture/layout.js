import { gettext } from "../page/words.js";

/**
 * Where everything stands, from the State's objects alone: client and Services above, nodes with their pods in the middle,
 * what owns pods below, Deployments bracketing their ReplicaSets. Boxes are {key, x, y, w, h} in pixels.
 */
const EDGE = 16;
const GAP = 14;
const CLIENT_W = 128;
const ROW = { h: 36, gap: 8 };
const LOW_ROW = { h: 26, gap: 4 };
const HIGH_ROWS = 4;
const DROP = 34;
const NODE = { foot: 36, pad: 10, min: 168 };
const POD = { min: 70, max: 112, h: 60, gap: 8, columns: 3 };
const SET = { w: 212, h: 44, gap: 10, head: 34 };
const OLD_SETS_SHOWN = 3;
const SOLE = ["ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job"];
const SOLE_W = 248;

/** node-2 before node-10. */
const byName = new Intl.Collator("en", { numeric: true }).compare;
const SYSTEM = new Set(["kube-system", "kube-public", "kube-node-lease"]);

export const keyOf = (object) => `${object.kind}/${object.namespace ?? ""}/${object.name}`;

const waitingPods = (objects) => drawn(objects, "Pod").filter(({ object }) => !object.node);

/** What a learner's picture shows of one kind, by name: neither system namespaces nor the API server's own Service. */
export function drawn(objects, kind) {
  return Object.entries(objects)
    .filter(([, object]) => object.kind === kind && !SYSTEM.has(object.namespace))
    .filter(([key]) => key !== "Service/default/kubernetes")
    .map(([key, object]) => ({ key, object }))
    .sort((a, b) => byName(a.key, b.key));
}

function placePods(pods, box, most = POD.columns) {
  const room = box.w - 2 * NODE.pad;
  const fitting = Math.max(1, Math.floor((room + POD.gap) / (POD.min + POD.gap)));
  const columns = Math.max(Math.min(fitting, most), Math.floor(room / (POD.max + POD.gap)));
  const w = Math.min(POD.max, (room - (columns - 1) * POD.gap) / columns);
  return pods.map(({ key, object }, index) => ({
    key, object, w, h: POD.h,
    x: box.x + NODE.pad + (index % columns) * (w + POD.gap),
    y: box.y + NODE.pad + Math.floor(index / columns) * (POD.h + POD.gap),
  }));
}

function placeNodes(objects, width, top) {
  const pods = drawn(objects, "Pod");
  const groups = drawn(objects, "Node").map(({ key, object }) => ({ key, object, pods: pods.filter((pod) => pod.object.node === object.name) }));
  const columns = Math.max(1, Math.min(groups.length, Math.floor((width - 2 * EDGE + GAP) / (NODE.min + GAP))));
  const w = (width - 2 * EDGE - (columns - 1) * GAP) / columns;
  const placed = [];
  let y = top;
  for (let start = 0; start < groups.length; start += columns) {
    const row = groups.slice(start, start + columns).map((group, index) => {
      const box = { ...group, x: EDGE + index * (w + GAP), y, w };
      return { ...box, pods: placePods(group.pods, box) };
    });
    const low = Math.max(y + NODE.pad + POD.h, ...row.flatMap((node) => node.pods).map((pod) => pod.y + pod.h));
    for (const node of row) placed.push({ ...node, h: low + NODE.foot - y });
    y = low + NODE.foot + GAP;
  }
  return { nodes: placed, bottom: y - GAP };
}

function shownSets(objects, owner) {
  const sets = drawn(objects, "ReplicaSet").filter(({ object }) => object.owner === owner);
  sets.sort((a, b) => Number(b.object.revision) - Number(a.object.revision));
  return sets.filter(({ object }, index) => index < OLD_SETS_SHOWN || object.current > 0);
}

/** Deployments with their ReplicaSets, then all else that owns pods and is nobody's but a CronJob's. */
function owners(objects) {
  const deployments = drawn(objects, "Deployment").map((owner) => ({ ...owner, sets: shownSets(objects, owner.key) }));
  const others = SOLE.flatMap((kind) => drawn(objects, kind)).filter(({ object }) => object.kind !== "ReplicaSet" || !object.owner);
  return [...deployments, ...others.map((owner) => ({ ...owner, sets: [], sole: true }))];
}

function placeOwners(objects, width, top) {
  const placed = [];
  let x = EDGE;
  let y = top;
  for (const owner of owners(objects)) {
    const w = Math.min(width - 2 * EDGE, owner.sole ? SOLE_W : Math.max(1, owner.sets.length) * (SET.w + SET.gap) - SET.gap);
    if (x > EDGE && x + w > width - EDGE) { x = EDGE; y += SET.head + SET.h + GAP; }
    const columns = Math.max(1, Math.floor((w + SET.gap) / (SET.w + SET.gap)));
    const sets = owner.sets.map((set, index) => ({
      ...set, w: SET.w, h: SET.h,
      x: x + (index % columns) * (SET.w + SET.gap),
      y: y + SET.head + Math.floor(index / columns) * (SET.h + SET.gap),
    }));
    placed.push({ ...owner, x, y, w, h: SET.head + (owner.sole ? SET.h : 0), sets });
    x += w + 2 * GAP;
  }
  const bottom = placed.flatMap((owner) => [owner, ...owner.sets]).reduce((low, box) => Math.max(low, box.y + box.h), top);
  return { owners: placed, bottom };
}

/** Pods that no node has yet, in a box of their own at the lower right. */
function placeWaiting(objects, width, top) {
  const pods = waitingPods(objects);
  if (!pods.length) return [];
  const w = Math.min(width - 2 * EDGE, Math.max(150, pods.length * (POD.max - 20 + POD.gap) + 2 * NODE.pad));
  const box = { key: "waiting", object: { kind: "Waiting", name: gettext("Not scheduled yet") }, x: width - EDGE - w, y: top, w };
  const placed = placePods(pods, box, pods.length);
  return [{ ...box, pods: placed, h: Math.max(...placed.map((pod) => pod.y + pod.h)) + NODE.foot - top }];
}

/** Whether an address is of this Service: by its name, as `name.namespace`, with a pod's name before it, or by its IP. */
function isOf(url, { name, namespace, cluster_ip }) {
  const { hostname } = new URL(url);
  const full = `.${name}.${namespace}.`;
  return `.${hostname}.`.includes(full) || hostname === cluster_ip || (hostname === name && namespace === "default");
}

const REACHED = /^(Service|load balancer) /;

/**
 * The Service that a client's requests come to, as the latest one tells: the one before the pod that it was sent to, else the one of
 * its address. None where they get to none (no such host, nobody listens there).
 */
function serviceOf({ url, dots }, services, slices) {
  const named = services.find(({ object }) => isOf(url, object));
  const last = dots?.at(-1);
  if (!last) return named;
  if (!last.pod) return last.hops.some((hop) => REACHED.test(hop)) ? named : undefined;
  const before = services.filter(({ object }) => slices.some((slice) => slice.service === object.name && slice.namespace === object.namespace
    && slice.endpoints.some(({ pod }) => pod === last.pod)));
  return before.includes(named) ? named : before[0] ?? named;
}

/**
 * Clients, each with the Service that its requests come to, if any; Services, those that are called first,
 * with the `floor` below which a line to their left meets no client. Many rows are low, so that the pods stay in sight.
 */
function placeFront({ objects, traffic }, width) {
  const found = drawn(objects, "Service");
  const slices = Object.values(objects).filter(({ kind }) => kind === "EndpointSlice");
  const called = Object.entries(traffic ?? {}).map(([name, load]) => ({ name, service: serviceOf(load, found, slices) }));
  const rank = (service) => (called.findIndex((client) => client.service === service) + 1 || called.length + 1);
  const rows = Math.max(called.length, found.length);
  const { h, gap } = rows > HIGH_ROWS ? LOW_ROW : ROW;
  const below = (count) => EDGE + count * (h + gap) - gap;
  const left = called.length ? EDGE + CLIENT_W + 44 : EDGE;
  const floor = below(called.length);
  const services = [...found].sort((a, b) => rank(a) - rank(b)).map(({ key, object }, index) => ({
    key, object, x: left, y: EDGE + index * (h + gap), w: width - left - EDGE, h, floor,
  }));
  const clients = called.map(({ name, service }, index) => ({
    name, service: services.find(({ key }) => key === service?.key), x: EDGE, y: EDGE + index * (h + gap), w: CLIENT_W, h,
  }));
  return { clients, services, top: rows ? below(rows) + DROP : EDGE };
}

export function layOut(state, width) {
  const { objects } = state;
  const { clients, services, top } = placeFront(state, width);
  const { nodes, bottom } = placeNodes(objects, width, top);
  const below = placeOwners(objects, width, bottom + GAP);
  const ends = below.owners.map((owner) => owner.x + owner.w);
  const beside = Math.max(0, ...ends) < width - 200 ? bottom + GAP : below.bottom + GAP;
  const waiting = placeWaiting(objects, width, beside);
  const low = Math.max(below.bottom, ...waiting.map((box) => box.y + box.h));
  return { width, height: low + EDGE, clients, services, nodes: [...nodes, ...waiting], owners: below.owners };
}
