"""What of a Service and its EndpointSlices the rules of nodes are made of.

A state is a JSON value, so that it can be remembered: {"ip", "external": [addresses of load
balancers and externalIPs], "affinity_s" (0: none), "internal", "policy" (the traffic policies),
"ports": [{"name", "protocol", "port", "node_port"}], "groups": [[{port name: number}, [[address,
namespace, pod, node, "ready" | "draining", hinted zones, hinted nodes]]]]}. None stands for a
Service that kube-proxy has nothing to do with (ServiceChangeTracker, 1.36).
"""

from __future__ import annotations

from typing import Any

from ..base.objects import Key, Obj, Objs, get_in
from ..control import World

State = dict[str, Any]
READY, DRAINING = "ready", "draining"
NO_PROXY = "service.kubernetes.io/service-proxy-name"


def state_of(world: World, key: Key) -> State | None:
    """The state of a Service as its objects have it now."""
    slices = world.store.by("EndpointSlice", "service", f"{key.namespace}/{key.name}")
    return state_from(world.store.get(key), slices)


def state_from(service: Obj | None, slices: Objs) -> State | None:
    """The state that a Service and its slices make together."""
    if service is None or NO_PROXY in (service["metadata"].get("labels") or {}):
        return None
    spec = service["spec"]
    if spec["type"] == "ExternalName" or spec.get("clusterIP") in (None, "", "None"):
        return None
    ingress = get_in(service, "status", "loadBalancer", "ingress", default=[])
    external = [*(spec.get("externalIPs") or ()), *(it["ip"] for it in ingress if it.get("ip"))]
    timeout_s = get_in(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds", default=10800)
    return {
        "ip": spec["clusterIP"],
        "external": external,
        "affinity_s": timeout_s if spec.get("sessionAffinity") == "ClientIP" else 0,
        "internal": spec.get("internalTrafficPolicy", "Cluster"),
        "policy": spec.get("externalTrafficPolicy", "Cluster"),
        "ports": [_port(port) for port in spec.get("ports") or ()],
        "groups": _groups(slices),
    }


def _port(port: Obj) -> Obj:
    return {
        "name": port.get("name") or "",
        "protocol": port["protocol"].lower(),
        "port": port["port"],
        "node_port": port.get("nodePort") or 0,
    }


def _groups(slices: Objs) -> list[list[Any]]:
    groups = []
    for slice_ in slices:
        rows = [
            [
                endpoint["addresses"][0],
                get_in(endpoint, "targetRef", "namespace", default=""),
                get_in(endpoint, "targetRef", "name", default=""),
                endpoint.get("nodeName", ""),
                state,
                [zone["name"] for zone in get_in(endpoint, "hints", "forZones", default=[])],
                [node["name"] for node in get_in(endpoint, "hints", "forNodes", default=[])],
            ]
            for endpoint in slice_.get("endpoints") or ()
            if (state := _condition(endpoint))
        ]
        if rows:
            ports = {each.get("name") or "": each["port"] for each in slice_.get("ports") or ()}
            groups.append([ports, sorted(rows)])
    return groups


def _condition(endpoint: Obj) -> str:
    conditions = endpoint.get("conditions") or {}
    if conditions.get("ready", True) is not False:
        return READY
    return DRAINING if conditions.get("serving") and conditions.get("terminating") else ""


def addresses_of(state: State | None) -> set[str]:
    """What a packet may be sent to for this Service: addresses, and ``:PORT`` for node ports."""
    if state is None:
        return set()
    ports = {f":{port['node_port']}" for port in state["ports"] if port["node_port"]}
    return {state["ip"], *state["external"], *ports}


def count_ready(state: State | None) -> int:
    """How many endpoints are ready."""
    if state is None:
        return 0
    return sum(row[4] == READY for _, rows in state["groups"] for row in rows)
