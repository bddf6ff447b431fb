"""What the components do, for those who look into them: nothing here changes anything.

All of it is read from the reconciles that a cluster remembers (``Cluster.reasons``) and its notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Reversible
from math import ceil, log2
from typing import Any

from .base.objects import Key, Obj, get_in, key_of
from .base.pods import node_of
from .base.reason import Reason
from .base.times import parse_rfc3339
from .control import Loop, World
from .control.watching import binary_of, held, is_stopped
from .nodes.cgroups import Cgroup, cgroup
from .nodes.machine import machine
from .nodes.runs import memory

WORKERS = {
    "kubelet": "kubelet",
    "node-status": "kubelet",
    "eviction-manager": "kubelet",
    "image-gc": "kubelet",
    "kube-proxy": "kube-proxy",
}
"""actor -> the component of a node that it is part of."""
PATTERN = (
    ("scheduler", "pods without a node", "each pod has the best node that fits"),
    ("kubelet", "pods of its node", "their containers run as the spec says"),
    ("deployment", "Deployments and their ReplicaSets", "one ReplicaSet of the template, full"),
    ("kube-proxy", "Services and EndpointSlices", "the node's rules lead to ready pods"),
)
"""The same loop in four domains: actor, what it looks at, what shall be."""
RUNTIME_EVENTS = frozenset({"Pulled", "Created", "Started", "Killing"})


def actions(reasons: Iterable[Reason]) -> dict[str, int]:
    """How many reconciles of each component did something, the busiest first."""
    counts = Counter(WORKERS.get(reason.actor, reason.actor) for reason in reasons)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def controllers(loop: Loop) -> list[dict[str, Any]]:
    """Every control loop of a cluster (``cluster.loop``), in the order in which a write wakes them.

    [{"name", "binary", "running", "watches": kinds, "syncs": reconciles so far, "pending": keys in
    its queue, "last": {"at_ms", "did"} or None}].
    """
    world = loop.world
    pending = Counter(wake.actor for _, wake in loop.clock.pending())
    last = {reason.actor: reason for reason in loop.reasons}
    return [
        {
            "name": name,
            "binary": binary_of(name),
            "running": not is_stopped(world, name),
            "watches": sorted(actor.watches),
            "syncs": loop.syncs[name],
            "pending": pending[name] + held(world, name),
            "last": _last([last[name]] if name in last else []),
        }
        for name, actor in loop.actors.items()
    ]


def one_pattern(loop: Loop) -> list[dict[str, Any]]:
    """Four components as the one loop that they all are, with the last pass that did something.

    [{"name", "binary", "input", "desired", "compared": [[what, want, have]], "last"}].
    """
    last = {reason.actor: reason for reason in loop.reasons}
    return [
        {
            "name": name,
            "binary": binary_of(name),
            "input": looks_at,
            "desired": desired,
            "compared": [list(each) for each in last[name].compared] if name in last else [],
            "last": _last([last[name]] if name in last else []),
        }
        for name, looks_at, desired in PATTERN
    ]


def kubelet_log(world: World, reasons: Iterable[Reason], node: str) -> list[str]:
    """What one node's kubelet did, a line a reconcile: ``12.340 default/web: created ...``."""
    lines = []
    for reason in reasons:
        if WORKERS.get(reason.actor) == "kubelet" and _is_on(world, reason, node):
            what = "/".join(part for part in (reason.key.namespace, reason.key.name) if part)
            did = "; ".join(reason.did)
            lines.append(f"{reason.at_ms / 1000:.3f} {what}: {did}")
    return lines


def _is_on(world: World, reason: Reason, node: str) -> bool:
    if reason.key.kind == "Node":
        return reason.key.name == node
    pod = world.store.get(reason.key)
    return pod is not None and node_of(pod) == node


def last_on(world: World, reasons: Reversible[Reason], node: str) -> dict[str, Any] | None:
    """The latest that a node's kubelet or kube-proxy did: {"at_ms", "did": ``kubelet: ...``}."""
    for reason in reversed(reasons):
        part = WORKERS.get(reason.actor)
        if (part == "kubelet" and _is_on(world, reason, node)) or (
            part == "kube-proxy" and _concerns(reason.key, node)
        ):
            return {"at_ms": reason.at_ms, "did": f"{part}: {'; '.join(reason.did)}"}
    return None


def node_card(world: World, reasons: Iterable[Reason], node: str) -> dict[str, Any]:
    """What is on a node, each with the last that it did.

    {"up", "runtime", "components": [{"name", "version", "last"}], "pods": [{"namespace", "name",
    "phase", "last"}]}; "last" is {"at_ms", "did"} or None.
    """
    remembered = list(reasons)
    info = get_in(world.store.get(Key("Node", "", node)) or {}, "status", "nodeInfo", default={})
    runtime, _, version = str(info.get("containerRuntimeVersion", "")).partition("://")
    kubelet = info.get("kubeletVersion", "")
    pods = world.store.by("Pod", "node", node)
    mine = [reason for reason in remembered if _is_on(world, reason, node)]
    synced = [reason for reason in mine if WORKERS.get(reason.actor) == "kubelet"]
    proxied = [it for it in remembered if it.actor == "kube-proxy" and _concerns(it.key, node)]
    return {
        "up": bool(machine(world, node)["up"]),
        "runtime": info.get("containerRuntimeVersion", ""),
        "components": [
            {"name": "kubelet", "version": kubelet, "last": _last(synced)},
            {"name": "kube-proxy", "version": kubelet, "last": _last(proxied)},
            {"name": runtime, "version": version, "last": _ran(world, node)},
        ],
        "pods": [
            {
                "namespace": pod["metadata"]["namespace"],
                "name": pod["metadata"]["name"],
                "phase": get_in(pod, "status", "phase", default="Pending"),
                "last": _last([reason for reason in mine if reason.key == key_of(pod)]),
            }
            for pod in pods
        ],
    }


def _concerns(key: Key, node: str) -> bool:
    """kube-proxies look at Services, which concern each node, or at their own node."""
    return key.kind != "Node" or key.name == node


def _ran(world: World, node: str) -> dict[str, Any] | None:
    """The last that the container runtime did, as its kubelet's Events tell."""
    told = [
        event
        for event in world.store.list("Event")
        if event["source"].get("host") == node and event["reason"] in RUNTIME_EVENTS
    ]
    if not told:
        return None
    event = max(told, key=lambda each: int(each["metadata"]["resourceVersion"]))
    at_ms = parse_rfc3339(event["lastTimestamp"]) - world.settings.start_unix_ms
    did = f"{event['reason']} {event['involvedObject']['name']}: {event['message']}"
    return {"at_ms": at_ms, "did": did}


def _last(reasons: list[Reason]) -> dict[str, Any] | None:
    if not reasons:
        return None
    return {"at_ms": reasons[-1].at_ms, "did": "; ".join(reasons[-1].did)}


def container_start(world: World, pod: Obj, name: str) -> list[dict[str, str]]:
    """Who does what when a container starts, from the kubelet down to the kernel.

    [{"who", "does"}]: kubelet, CRI, runtime, runc, namespaces, cgroup; KeyError for a container
    that is not there.
    """
    container = {each["name"]: each for each in pod["spec"]["containers"]}[name]
    info = get_in(world.store.get(Key("Node", "", node_of(pod))) or {}, "status", "nodeInfo")
    runtime = str((info or {}).get("containerRuntimeVersion", "")).replace("://", " ")
    image, ip = container["image"], memory(world, pod).get("ip", "")
    own = "host's" if pod["spec"].get("hostNetwork") else f"pod's ({ip})"
    return [
        {"who": "kubelet", "does": f"syncs pod {pod['metadata']['name']}: {name} is to run"},
        {
            "who": "CRI",
            "does": f"RunPodSandbox, PullImage {image}, CreateContainer, StartContainer",
        },
        {"who": runtime, "does": f"unpacks {image} and starts a shim for the container"},
        {
            "who": "runc",
            "does": "makes namespaces and cgroup as the OCI spec says, executes, exits",
        },
        {"who": "namespaces", "does": f"own pid, mnt, uts; the {own} net, ipc shared in the pod"},
        {"who": "cgroup", "does": _files(cgroup(container))},
    ]


def _files(limits: Cgroup) -> str:
    """The files of cgroup v2 that hold a container's resources."""
    quota, most = limits.cpu_limit_m, limits.memory_limit
    period_us = 100_000
    return "; ".join(
        (
            f"cpu.weight {cpu_weight(limits.cpu_shares)}",
            f"cpu.max {'max' if quota is None else quota * period_us // 1000} {period_us}",
            f"memory.max {'max' if most is None else most}",
        )
    )


def cpu_weight(shares: int) -> int:
    """cpu.weight (1 to 10,000) from cpu.shares (2 to 262,144), as runc turns one into the other.

    A quadratic in the logarithm through 2 -> 1, 1024 -> 100 and 262144 -> 10000 (runc 1.3).
    """
    bits = log2(shares)
    return min(10_000, ceil(round(10 ** ((bits * bits + 125 * bits) / 612 - 7 / 34), 6)))
