"""Components: the programs that a cluster is made of, who talks to whom, and what each did last."""

from __future__ import annotations

from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.reason import Reason
from k8slab.engine.components import controllers, kubelet_log, last_on, node_card, one_pattern
from k8slab.engine.etcd import path_of
from k8slab.engine.nodes.machine import machine
from k8slab.engine.store import Change, Gone

from .choice import choose
from .sentences import in_words

API = "kube-apiserver"
ETCD = "etcd"
PLANE = ("kube-scheduler", "kube-controller-manager", "cloud-controller-manager")
LOG_LINES = 12
NODES_DRAWN = 6
"""More nodes have a card, but no box."""


def parts(cluster: Cluster, of: str) -> Obj:
    """{"choices": names, "of", "boxes": [box], "edges": [[name, name]], "card"}.

    A box is {"name", "row": "client|store|api|plane|node", "state": "runs|stopped|absent", "last":
    {"at_ms", "did"} or None}; "card" tells more of the box ``of``: its loops, or a node's programs
    and pods; of the API server's clients, four as one pattern.
    """
    loops = controllers(cluster.loop)
    nodes = [node["metadata"]["name"] for node in cluster.list("Node")]
    drawn = nodes[:NODES_DRAWN]
    boxes = [
        _box(API, "api", _answered(cluster)),
        _box("kubectl", "client", _asked(cluster)),
        _box(ETCD, "store", _stored(cluster)),
        *(_program(name, loops) for name in PLANE),
        *(_node(cluster, name) for name in drawn),
    ]
    names = [box["name"] for box in boxes]
    choices = [*names, *nodes[NODES_DRAWN:]]
    of = choose(of, choices)
    edges = [[API, name] for name in names if name != API]
    card = {"loops": _of(loops, of)}
    if of == API:
        card = {"pattern": [_worded(each) for each in one_pattern(cluster.loop)]}
    elif of in nodes:
        card = _node_card(cluster, of)
    return {"choices": choices, "of": of, "boxes": boxes, "edges": edges, "card": card}


def _worded(each: Obj) -> Obj:
    """One of the pattern's four, what it looks at and wants in the page's language."""
    return {**each, "input": in_words(each["input"]), "desired": in_words(each["desired"])}


def _box(name: str, row: str, last: Obj | None, state: str = "runs") -> Obj:
    return {"name": name, "row": row, "state": state, "last": last}


def _program(name: str, loops: list[dict[str, Any]]) -> Obj:
    """A program of the control plane; one without loops is not part of this cluster."""
    mine = _of(loops, name)
    runs = all(loop["running"] for loop in mine)
    state = ("runs" if runs else "stopped") if mine else "absent"
    return _box(name, "plane", _latest_of(mine), state)


def _latest_of(told: list[dict[str, Any]]) -> Obj | None:
    """The latest action of several, with who did it."""
    acted = [each for each in told if each["last"]]
    if not acted:
        return None
    who = max(acted, key=lambda each: int(each["last"]["at_ms"]))
    did = who["last"]["did"] if len(told) == 1 else f"{who['name']}: {who['last']['did']}"
    return {"at_ms": who["last"]["at_ms"], "did": did}


def _of(loops: list[dict[str, Any]], binary: str) -> list[dict[str, Any]]:
    return [loop for loop in loops if loop["binary"] == binary]


def _node(cluster: Cluster, name: str) -> Obj:
    last = last_on(cluster.world, cluster.loop.reasons, name)
    return _box(name, "node", last, "runs" if machine(cluster.world, name)["up"] else "stopped")


def _node_card(cluster: Cluster, name: str) -> Obj:
    log = kubelet_log(cluster.world, cluster.reasons, name)
    return {**node_card(cluster.world, cluster.reasons, name), "log": log[-LOG_LINES:]}


def _asked(cluster: Cluster) -> Obj | None:
    """The latest request from outside."""
    for entry in reversed(cluster.journal):
        if entry.command["do"] == "request":
            request = entry.command["request"]
            about = "/".join(filter(None, (request.get("kind", ""), request.get("name", ""))))
            return {"at_ms": entry.at_ms, "did": f"{request['verb']} {about}"}
    return None


def _latest(cluster: Cluster) -> Change | None:
    """The latest write; None where the log does not go back to it."""
    try:
        return next(cluster.changes(since=cluster.version - 1), None)
    except Gone:
        return None


def _answered(cluster: Cluster) -> Obj | None:
    change = _latest(cluster)
    if change is None:
        return None
    actor = change.cause.actor if isinstance(change.cause, Reason) else "a client"
    return {"at_ms": change.at_ms, "did": f"{change.type} {change.key} for {actor}"}


def _stored(cluster: Cluster) -> Obj | None:
    change = _latest(cluster)
    if change is None:
        return None
    return {"at_ms": change.at_ms, "did": f"{path_of(change.key)} at version {change.version}"}
