import { svg } from "../lab/dom.js";

const BUS = 16;
const STUB = 22;
const ROUND = 7;

const podKey = (service, endpoint) => (endpoint.pod?.includes("/") ? endpoint.pod : `Pod/${service.object.namespace}/${endpoint.pod}`);

/** The way from where a pen stands on a Service's bar, or above it, down to a pod, in right angles: the rest of an SVG path. */
function down(service, pod) {
  const x = pod.x + pod.w / 2;
  const from = Math.max(service.x + 12, Math.min(x, service.x + service.w - 12));
  const below = service.y + service.h;
  const bus = (x < service.x ? Math.max(below, service.floor) : below) + BUS;
  if (Math.abs(x - from) < 2 * ROUND) return { from, path: `V${bus}L${x} ${bus + ROUND}V${pod.y}` };
  const side = x < from ? -1 : 1;
  return {
    from,
    path: `V${bus - ROUND}q0 ${ROUND} ${side * ROUND} ${ROUND}H${x - side * ROUND}q${side * ROUND} 0 ${side * ROUND} ${ROUND}V${pod.y}`,
  };
}

/** From a client to its Service's bar, which may stand in another row; to nowhere, where it gets to none. */
function call({ x, y, w, h, service }) {
  if (!service) return `M${x + w} ${y + h / 2}h${STUB}`;
  return `M${x + w} ${y + h / 2}H${service.x - 2 * ROUND}V${service.y + service.h / 2}H${service.x}`;
}

/** A request's way from its client over the Service to a pod; without a pod it ends at the Service. */
export function journey(client, pod) {
  const start = call(client);
  if (!pod || !client.service) return start;
  const { service } = client;
  const { from, path } = down(service, pod);
  return `${start}V${service.y + service.h - 4}H${from}${path}`;
}

function wire(service, pod) {
  const { from, path } = down(service, pod);
  return `M${from} ${service.y + service.h}${path}`;
}

/** Lines from each client to the Service it calls and from each Service to its ready endpoints. */
export function wires(plan, { endpointsOf }) {
  const pods = new Map(plan.nodes.flatMap((node) => node.pods).map((pod) => [pod.key, pod]));
  const lines = [];
  for (const client of plan.clients) lines.push(svg("path", { d: call(client), class: "wire wire--client" }));
  for (const service of plan.services) {
    for (const endpoint of endpointsOf(service.object)) {
      const pod = pods.get(podKey(service, endpoint));
      if (pod && endpoint.ready) lines.push(svg("path", { d: wire(service, pod), class: "wire" }));
    }
  }
  return lines;
}

export function clientBox(client, { rps, url }) {
  return svg("g", { class: "client", transform: `translate(${client.x} ${client.y})` },
    svg("title", {}, url),
    svg("rect", { width: client.w, height: client.h, rx: client.h / 2, class: "client__box" }),
    svg("text", { x: client.w / 2, y: client.h / 2 + 5, "text-anchor": "middle", class: "client__text" }, `${client.name}  ${rps}/s`));
}
