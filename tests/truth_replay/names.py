"""Generated names, recorded ones and ours, in one normal form: web-rs1-pod, web-eps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.base.objects import controller_of

_SET = re.compile(r"^(.+)-([0-9a-z]{6,10})$")
_POD = re.compile(r"\b(rs\d+|run\d+)-[a-z0-9]{1,5}\b")
_INDEX = re.compile(r"(?<=[a-z])-\d$")
_RUN = re.compile(r"[a-z]+-(2\d{7})(-[a-z0-9]+)?")
Names = dict[str, str]


def recorded(trace: dict[str, Any]) -> Names:
    """What of a trace's raw names is to be read as what: a set's hash as rs1, a slice as eps."""
    raw = trace["names_map"]
    sets = {name: alias for name, alias in raw.items() if re.fullmatch(r".+-rs\d+", alias)}
    names = {name.rpartition("-")[2]: alias.rpartition("-")[2] for name, alias in sets.items()}
    names |= {
        name.rpartition("-")[2]: alias.rpartition("-")[2]
        for name, alias in raw.items()
        if re.fullmatch(r".+-cr\d+", alias)
    }
    unseen = [name.rpartition("-")[0] for name in raw if name.count("-") > 1]
    names |= _numbered(name for name in unseen if name not in sets)
    names |= {
        name: _pod(name) for name, alias in raw.items() if re.fullmatch(r"[a-z]+-[a-z]", alias)
    }
    names |= runs(raw)
    return names | _slices(name for name, alias in raw.items() if re.search(r"-eps\d+$", alias))


def guessed(trace: dict[str, Any]) -> Names:
    """A names_map for a trace that has none: the ReplicaSets of its Events, in order."""
    found: Names = {}
    count: dict[str, int] = {}
    for event in trace["events"]:
        kind, _, name = event.get("on", "").partition("/")
        if kind == "ReplicaSet" and name not in found:
            owner = name.rpartition("-")[0]
            count[owner] = number = count.get(owner, 0) + 1
            found[name] = f"{owner}-rs{number}"
    return found


def ours(cluster: Cluster) -> Names:
    """The same of a cluster, in the order in which things were created."""
    kinds = ("ReplicaSet", "ControllerRevision", "EndpointSlice", "Job", "Pod")
    made: dict[str, list[str]] = {kind: [] for kind in kinds}
    for change in cluster.changes():
        owner = controller_of(change.object)
        named = change.key.kind != "Pod" or (owner and owner["kind"] in ("DaemonSet", "Job"))
        if change.type == "ADDED" and change.key.kind in made and named:
            made[change.key.kind].append(change.key.name)
    own = {name: _pod(name) for name in made["Pod"]}
    sets = _numbered(made["ReplicaSet"]) | _numbered(made["ControllerRevision"], "cr")
    return sets | runs(made["Job"]) | _slices(made["EndpointSlice"]) | own


def _pod(name: str) -> str:
    """agent-pod: the name of a DaemonSet's or a Job's pod."""
    return f"{_INDEX.sub('', name.rpartition('-')[0])}-pod"


def runs(names: Iterable[str]) -> Names:
    """The minutes that CronJobs name their Jobs by: 29919729 -> run0."""
    minutes = sorted(match[1] for match in map(_RUN.fullmatch, names) if match)
    return {minute: f"run{int(minute) - int(minutes[0])}" for minute in minutes}


def aliases(cluster: Cluster) -> Names:
    """Generated names as the traces write them: web-rs1, web-rs1-a, in order of creation."""
    found: Names = {}
    count: dict[str, int] = {}
    for change in cluster.changes():
        owner = controller_of(change.object)
        if change.type != "ADDED" or owner is None or change.key.name in found:
            continue
        count[owner["name"]] = number = count.get(owner["name"], 0) + 1
        if change.key.kind == "ReplicaSet":
            found[change.key.name] = f"{owner['name']}-rs{number}"
        elif change.key.kind == "Pod":
            found[change.key.name] = f"{found.get(owner['name'], owner['name'])}-{_letter(number)}"
    return found


def _letter(number: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    return chr(96 + number) if number <= 26 else f"a{chr(70 + number)}"


def _numbered(sets: Iterable[str], word: str = "rs") -> Names:
    count: dict[str, int] = {}
    names: Names = {}
    for match in map(_SET.match, sets):
        if match is not None and match[2] not in names and not match[2].isdecimal():
            count[match[1]] = count.get(match[1], 0) + 1
            names[match[2]] = f"{word}{count[match[1]]}"
    return names


def _slices(names: Iterable[str]) -> Names:
    return {name: f"{name.rpartition('-')[0]}-eps" for name in names if "-" in name}


def rename(text: str, names: Names) -> str:
    """A text with the generated names in their normal form."""
    for raw, alias in names.items():
        if raw in text:
            text = re.sub(rf"{re.escape(raw)}(?![a-z0-9])", alias, text)
    return _POD.sub(r"\1-pod", text)
