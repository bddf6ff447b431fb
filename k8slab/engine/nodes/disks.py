"""The kubelet's wait for claims that must be bound, and for disks that must be attached to its node
first (volume_manager, 1.36)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..base.objects import Key, Obj, get_in, key_of
from ..base.pods import node_of, phase_of
from ..base.storage import claims_of, needs_attachment
from ..control import World

WAIT_MS = 123_000
"""podAttachAndMountTimeout: after so long the kubelet complains, and waits again."""
RETRY_MS = 15_000
"""The pod worker's next sync after an error."""
_DUE = ("disks_due_ms", "claims_due_ms")


def wait(world: World, pod: Obj, memory: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The memory, and until when to wait (None: every disk that the pod needs is here).

    Memory: ``disks_due_ms`` and ``claims_due_ms`` are when the kubelet next complains.
    """
    if unbound := dict(_unbound(world, pod)):
        return _complain(world, pod, memory, unbound)
    missing = [name for name, volume in _volumes(world, pod) if not _is_here(world, volume, pod)]
    if not missing:
        return {key: memory[key] for key in memory if key not in _DUE}, None
    due_ms = memory.get("disks_due_ms") or world.now_ms + WAIT_MS
    if world.now_ms >= due_ms:
        _say(world, pod, memory, missing, missing, [], "context deadline exceeded")
        due_ms = world.now_ms + WAIT_MS
    return {**memory, "disks_due_ms": due_ms}, due_ms


def _complain(
    world: World, pod: Obj, memory: dict[str, Any], unbound: dict[str, str]
) -> tuple[dict[str, Any], int]:
    """Say at each sync that there are claims without a volume."""
    due_ms = memory.get("claims_due_ms", 0)
    if world.now_ms >= due_ms:
        _say(world, pod, memory, [*unbound], [], [*unbound], "; ".join(unbound.values()))
        due_ms = world.now_ms + RETRY_MS
    return {**memory, "claims_due_ms": due_ms}, due_ms


def _say(
    world: World, pod: Obj, memory: dict[str, Any], unmounted: list[str], unattached: list[str],
    unprocessed: list[str], why: str,
) -> None:  # fmt: skip
    listed = (f"[{' '.join(names)}]" for names in (unmounted, unattached, unprocessed))
    text = "unmounted volumes={}, unattached volumes={}, failed to process volumes={}: {}"
    told = f"Unable to attach or mount volumes: {text.format(*listed, why)}"
    world.event(pod, "Warning", "FailedMount", told, "kubelet", host=memory["node"])


def _unbound(world: World, pod: Obj) -> Iterator[tuple[str, str]]:
    """The pod's volumes of which the claim has none, and why (createVolumeSpec)."""
    for name, key in _claims(pod):
        claim = world.store.get(key)
        why = "PVC is not bound"
        if claim is None:
            why = "failed to fetch PVC from API server: "
            why += f'persistentvolumeclaims "{key.name}" not found'
        elif phase_of(claim) == "Bound":
            continue
        yield name, f"error processing PVC {key.namespace}/{key.name}: {why}"


def users(world: World, attachment: Obj) -> Iterator[Key]:
    """The pods of a node that an attachment of a volume to it concerns."""
    name = get_in(attachment, "spec", "source", "persistentVolumeName")
    for pod in world.store.by("Pod", "node", attachment["spec"]["nodeName"]):
        if any(volume["metadata"]["name"] == name for _, volume in _volumes(world, pod)):
            yield key_of(pod)


def _claims(pod: Obj) -> Iterator[tuple[str, Key]]:
    """The pod's volumes that stand for claims, by their name in the pod."""
    named = [
        volume["name"]
        for volume in pod["spec"].get("volumes") or ()
        if "persistentVolumeClaim" in volume or "ephemeral" in volume
    ]
    return zip(named, claims_of(pod), strict=True)


def _volumes(world: World, pod: Obj) -> Iterator[tuple[str, Obj]]:
    """The pod's volumes that are disks to be attached, by their name in the pod."""
    for name, key in _claims(pod):
        claim = world.store.get(key)
        place = Key("PersistentVolume", "", get_in(claim or {}, "spec", "volumeName", default=""))
        volume = world.store.get(place)
        if volume is not None and needs_attachment(world.store.get, volume):
            yield name, volume


def _is_here(world: World, volume: Obj, pod: Obj) -> bool:
    return any(
        get_in(it, "spec", "source", "persistentVolumeName") == volume["metadata"]["name"]
        and it["spec"]["nodeName"] == node_of(pod)
        and get_in(it, "status", "attached")
        for it in world.store.list("VolumeAttachment")
    )
