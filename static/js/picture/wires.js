import { svg } from "../lab/dom.js";

const BEND = 14;

const podKey = (endpoint) => (endpoint.pod?.includes("/") ? endpoint.pod : `Pod/default/${endpoint.pod}`);

/** The way of a request from a Service's bar down to a pod, as an SVG path. */
export function route(service, pod) {
  const from = { x: Math.max(service.x + 12, Math.min(pod.x + pod.w / 2, service.x + service.w - 12)), y: service.y + service.h };
  const to = { x: pod.x + pod.w / 2, y: pod.y };
  return `M${from.x} ${from.y}V${from.y + BEND}Q${from.x} ${from.y + BEND + 6} ${to.x} ${from.y + BEND + 6}V${to.y}`;
}

/** Lines from each client to the Service it calls and from each Service to its ready endpoints. */
export function wires(plan, { endpointsOf }) {
  const pods = new Map(plan.nodes.flatMap((node) => node.pods).map((pod) => [pod.key, pod]));
  const lines = [];
  for (const client of plan.clients) {
    const service = plan.services[0];
    if (service) lines.push(svg("path", { d: `M${client.x + client.w} ${client.y + client.h / 2}H${service.x}`, class: "wire wire--client" }));
  }
  for (const service of plan.services) {
    for (const endpoint of endpointsOf(service.object)) {
      const pod = pods.get(podKey(endpoint));
      if (pod && endpoint.ready) lines.push(svg("path", { d: route(service, pod), class: "wire" }));
    }
  }
  return lines;
}

export function clientBox(client, { rps, url }) {
  return svg("g", { class: "client", transform: `translate(${client.x} ${client.y})` },
    svg("title", {}, url),
    svg("rect", { width: client.w, height: client.h, rx: client.h / 2, class: "client__box" }),
    svg("text", { x: client.w / 2, y: 23, "text-anchor": "middle", class: "client__text" }, `${client.name}  ${rps}/s`));
}
