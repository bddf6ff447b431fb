"""The process in a container, as the pure functions of ``apps`` want it."""

from __future__ import annotations

from typing import Any

from ..apps import Run
from ..base.objects import Key, Obj, get_in, key_of
from ..base.pods import node_of
from ..control import World
from .cgroups import cgroup, node_memory
from .cpu import granted_m
from .lifecycle import ALIVE, Record
from .load import rate_at

OWNER = "kubelet"


def memory(world: World, pod: Obj) -> dict[str, Any]:
    """What the kubelet knows of a pod: {"uid", "ip", "worker_ms", "containers": {name: Record}}."""
    note = world.note(OWNER, key_of(pod))
    return note if note is not None and note["uid"] == pod["metadata"]["uid"] else {}


def environment(world: World, pod: Obj, container: Obj) -> dict[str, str]:
    """The container's env: ConfigMaps (envFrom, configMapKeyRef) and plain values."""
    namespace = pod["metadata"].get("namespace", "default")
    env: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        name = get_in(source, "configMapRef", "name")
        found = world.store.get(Key("ConfigMap", namespace, name)) if name else None
        env.update((found or {}).get("data") or {})
    for entry in container.get("env") or ():
        reference = get_in(entry, "valueFrom", "configMapKeyRef")
        if reference:
            found = world.store.get(Key("ConfigMap", namespace, reference["name"])) or {}
            env[entry["name"]] = get_in(found, "data", reference["key"], default="")
        else:
            env[entry["name"]] = entry.get("value", "")
    return env


def run_of(
    world: World, pod: Obj, container: Obj, record: Record, at_ms: int | None = None
) -> Run | None:
    """The container's process at ``at_ms`` (now, if not said); None where there is none."""
    image = world.images.get(container["image"])
    if record["state"] not in ALIVE or image is None:
        return None
    at_ms = world.now_ms if at_ms is None else at_ms
    hung = world.note("hang", key_of(pod), {}).get(container["name"])
    stop = record.get("stop") or {}
    return Run(
        image=image,
        started_ms=record["started_ms"],
        now_ms=at_ms,
        command=(*(container.get("command") or ()), *(container.get("args") or ())),
        env=environment(world, pod, container),
        rps=rate_at(world, key_of(pod), at_ms),
        term_ms=stop.get("term_ms"),
        hung_ms=hung if hung is not None and hung >= record["started_ms"] else None,
        down=world.note("dependencies", Key("Fault", "", "down"), {}),
        cpu_m=granted_m(world, pod, container, at_ms) if image.cpu else None,
        memory_limit=cgroup(container).memory_limit,
        node_memory=node_memory(world, node_of(pod)) if "jvm" in image.memory else 0,
    )
