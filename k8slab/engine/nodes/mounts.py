"""Volumes whose files the kubelet writes: configMap, secret, downwardAPI, projected (1.36).

The kubelet keeps what it wrote as ``memory["mounts"]``: {volume: [[ms, {path: text}], ...]}, the
latest last. It writes anew at its next look at the pod: every minute and up to half of one more
(syncFrequency, jittered), not at the change itself. The API token's volume is not kept.
"""

from __future__ import annotations

from typing import Any

from ..base.chance import digest
from ..base.objects import Obj, get_in, uid_of
from ..control import World
from .config import MissingConfig, namespace_of, payload
from .env import field, resource
from .host_paths import type_failure

Files = dict[str, str]
SYNC_MS = 60_000
VERSIONS_MAX = 8
TOKEN_VOLUME = "kube-api-access-"
_WRITTEN = ("configMap", "secret", "downwardAPI", "projected")


def is_written(volume: Obj) -> bool:
    """Whether the kubelet writes the files of a volume."""
    return any(name in volume for name in _WRITTEN)


def files_of(world: World, pod: Obj, volume: Obj, ip: str = "") -> Files:
    """What the kubelet would write into a volume now. MissingConfig where something is missing."""
    if "projected" in volume:
        files: Files = {}
        for source in volume["projected"].get("sources") or ():
            files.update(_source(world, pod, source, ip))
        return files
    return _source(world, pod, volume, ip)


def _source(world: World, pod: Obj, source: Obj, ip: str) -> Files:
    if "configMap" in source:
        found = source["configMap"]
        return _keys(world, pod, "ConfigMap", found.get("name", ""), found)
    if "secret" in source:
        found = source["secret"]
        return _keys(world, pod, "Secret", found.get("secretName") or found.get("name", ""), found)
    if "downwardAPI" in source:
        return {
            item["path"]: field(world, pod, item["fieldRef"]["fieldPath"], ip)
            if "fieldRef" in item
            else resource(world, pod, item["resourceFieldRef"])
            for item in source["downwardAPI"].get("items") or ()
        }
    if "serviceAccountToken" in source:
        return {source["serviceAccountToken"]["path"]: _token(pod)}
    return {}


def _token(pod: Obj) -> str:
    account = pod["spec"].get("serviceAccountName", "default")
    parts = (f"{digest(part, 'token', uid_of(pod), account):016x}" for part in range(8))
    return f"eyJhbGciOiJSUzI1NiJ9.{''.join(parts)}"


def _keys(world: World, pod: Obj, kind: str, name: str, source: Obj) -> Files:
    """All keys as files, or the ``items`` under their paths."""
    found = payload(world, kind, namespace_of(pod), name)
    if found is None:
        if source.get("optional"):
            return {}
        raise MissingConfig(f'{kind.lower()} "{name}" not found')
    if not source.get("items"):
        return found
    files = {}
    for item in source["items"]:
        if item["key"] in found:
            files[item["path"]] = found[item["key"]]
        elif not source.get("optional"):
            what = "secret key" if kind == "Secret" else "config key"
            whose = "" if kind == "Secret" else "configmap "
            raise MissingConfig(f"{whose}references non-existent {what}: {item['key']}")
    return files


def first_failure(world: World, pod: Obj) -> str:
    """Why the pod's volumes cannot be set up, in the words of FailedMount ("" if they can)."""
    for volume in pod["spec"].get("volumes") or ():
        wrong = type_failure(world, pod, volume) if "hostPath" in volume else ""
        if wrong:
            return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {wrong}'
        if is_written(volume) and not volume["name"].startswith(TOKEN_VOLUME):
            try:
                files_of(world, pod, volume)
            except MissingConfig as missing:
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {missing}'
    return ""


def mounted(world: World, pod: Obj, ip: str) -> dict[str, list[list[Any]]]:
    """The pod's first mounts. MissingConfig cannot come: ``first_failure`` was asked."""
    return {
        volume["name"]: [[world.now_ms, files_of(world, pod, volume, ip)]] for volume in _kept(pod)
    }


def _kept(pod: Obj) -> list[Obj]:
    return [
        volume
        for volume in pod["spec"].get("volumes") or ()
        if is_written(volume) and not volume["name"].startswith(TOKEN_VOLUME)
    ]


def refreshed(world: World, pod: Obj, memory: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The memory after a look at the mounts, and when they are written anew (None: no need)."""
    mounts = memory.get("mounts")
    if not mounts:
        return memory, None
    changed = _changed(world, pod, memory)
    if not changed:
        return {**memory, "remount_ms": None} if memory.get("remount_ms") else memory, None
    due_ms = memory.get("remount_ms") or next_sync_ms(world, pod, memory)
    if world.now_ms < due_ms:
        return {**memory, "remount_ms": due_ms}, due_ms
    versions = {
        name: [*mounts[name][1 - VERSIONS_MAX :], [world.now_ms, files]]
        for name, files in changed.items()
    }
    return {**memory, "mounts": {**mounts, **versions}, "remount_ms": None}, None


def _changed(world: World, pod: Obj, memory: dict[str, Any]) -> dict[str, Files]:
    """The volumes whose files are other than those on the node; what is gone stays mounted."""
    changed = {}
    for volume in _kept(pod):
        try:
            files = files_of(world, pod, volume, memory["ip"])
        except MissingConfig:
            continue
        versions = memory["mounts"].get(volume["name"])
        if versions and files != versions[-1][1]:
            changed[volume["name"]] = files
    return changed


def next_sync_ms(world: World, pod: Obj, memory: dict[str, Any]) -> int:
    """The kubelet's next look at a pod that nothing happens to."""
    period_ms = world.between(SYNC_MS, SYNC_MS * 3 // 2, "sync", uid_of(pod))
    passed = (world.now_ms - memory["worker_ms"]) // period_ms + 1
    return int(memory["worker_ms"] + passed * period_ms)


def files_at(memory: dict[str, Any], volume: str, at_ms: int) -> Files:
    """What was in a kept volume then."""
    found: Files = {}
    for since_ms, files in memory.get("mounts", {}).get(volume, ()):
        if since_ms <= at_ms or not found:
            found = files
    return found


def uses(pod: Obj, kind: str, name: str) -> bool:
    """Whether a volume of the pod comes from this ConfigMap or Secret."""
    field_, key = ("configMap", "name") if kind == "ConfigMap" else ("secret", "secretName")
    for volume in _kept(pod):
        if get_in(volume, field_, key) == name:
            return True
        for source in get_in(volume, "projected", "sources", default=()):
            if get_in(source, field_, "name") == name:
                return True
    return False
