"""The attach-detach controller: disks follow the pods that use them (1.36).

A volume whose driver asks for it is attached to a node before a pod there can mount it, and one
that is not for many nodes only when no other node has it. A node that is dead cannot unmount: its
disks are taken from it six minutes after their pods are gone, at once where it bears the taint
``node.kubernetes.io/out-of-service`` (reconciler.go, maxWaitForUnmountDuration).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from ..base.conditions import condition_of
from ..base.objects import Key, Obj, Objs, get_in, is_deleting, key_of
from ..base.pods import node_of
from ..base.storage import claims_of, needs_attachment
from ..control import World
from ..control.loop import Watch

ATTACH_MS = 1_500
DETACH_MS = 500
UNMOUNT_WAIT_MS = 360_000
SOURCE = "attachdetach-controller"
EXCLUSIVE = "Volume is already exclusively attached to one node and can't be attached to another"
_OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
_SHARED = {"ReadWriteMany", "ReadOnlyMany"}
_OVER = ("Succeeded", "Failed")


class AttachDetach:
    """Keeps one VolumeAttachment a volume and node that uses it.

    Note of a PersistentVolume: {"told": nodes that wait and were told so, "leaves": {node: ms
    since when it need not have the volume}}.
    """

    name = "attachdetach"
    lag_ms = 100

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "Pod": _volumes_of,
            "PersistentVolumeClaim": _volume_of,
            "PersistentVolume": _itself,
            "VolumeAttachment": _attached_volume,
            "Node": _volumes_on,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        volume = world.store.get(key)
        attachments = _attachments(world, key.name)
        users = _users(world, volume) if volume is not None else {}
        if volume is None or not (attachments or needs_attachment(world.store.get, volume)):
            users = {}
        note = world.note(self.name, key) or {"told": [], "leaves": {}}
        leaves, next_ms = _detach(world, attachments, users, note["leaves"])
        told: list[str] = []
        for node, pods in users.items():
            held = _attachments(world, key.name)
            mine = next((it for it in held if it["spec"]["nodeName"] == node), None)
            if mine is not None:
                next_ms += _complete(world, key.name, mine, pods)
            elif held and not _SHARED & set(volume["spec"]["accessModes"] if volume else ()):
                if node not in note["told"]:
                    _refuse(world, key.name, pods, users)
                told.append(node)
            else:
                _attach(world, key.name, volume, node)
        kept = {"told": told, "leaves": leaves}
        world.set_note(self.name, key, kept if any(kept.values()) else None)
        return min(next_ms, default=None)


def _detach(
    world: World, attachments: Objs, users: Mapping[str, Objs], since: Mapping[str, int]
) -> tuple[dict[str, int], list[int]]:
    """Take the volume from nodes that need it no more; since when those left have it in vain."""
    leaves, waits = {}, []
    for attachment in attachments:
        node = attachment["spec"]["nodeName"]
        if node in users:
            continue
        since_ms = since.get(node, world.now_ms)
        due_ms = since_ms + (DETACH_MS if _unmounts(world, node) else UNMOUNT_WAIT_MS)
        if world.now_ms < due_ms:
            leaves[node] = since_ms
            waits.append(due_ms - world.now_ms)
        else:
            world.api.delete(key_of(attachment))
    return leaves, waits


def _unmounts(world: World, node: str) -> bool:
    """Whether the node's kubelet answers, or is known to be gone for good."""
    obj = world.store.get(Key("Node", "", node))
    if obj is None:
        return False
    if any(taint["key"] == _OUT_OF_SERVICE for taint in obj["spec"].get("taints") or ()):
        return True
    ready = condition_of(obj, "Ready")
    return ready is not None and ready["status"] == "True"


def _attach(world: World, name: str, volume: Obj | None, node: str) -> None:
    csi = (volume or {})["spec"]["csi"]
    place = f"{csi['volumeHandle']}{csi['driver']}{node}"
    spec = {"attacher": csi["driver"], "nodeName": node, "source": {"persistentVolumeName": name}}
    world.api.create(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "VolumeAttachment",
            "metadata": {"name": f"csi-{sha256(place.encode()).hexdigest()}"},
            "spec": spec,
            "status": {"attached": False},
        }
    )
    world.set_note("csi-attacher", Key("Attachment", node, name), world.now_ms + ATTACH_MS)


def _complete(world: World, name: str, attachment: Obj, pods: Objs) -> list[int]:
    """The driver's attacher reports success; the milliseconds until then, if it has not yet."""
    if get_in(attachment, "status", "attached"):
        return []
    place = Key("Attachment", attachment["spec"]["nodeName"], name)
    due_ms: int = world.note("csi-attacher", place, world.now_ms)
    if world.now_ms < due_ms:
        return [due_ms - world.now_ms]
    world.set_note("csi-attacher", place, None)
    world.api.update_status(attachment, {"attached": True})
    text = f'AttachVolume.Attach succeeded for volume "{name}" '
    for pod in pods:
        world.event(pod, "Normal", "SuccessfulAttachVolume", text, SOURCE)
    return []


def _refuse(world: World, name: str, pods: Objs, users: Mapping[str, Objs]) -> None:
    """Tell the pods of a node that another one has their volume, and by whom it is used there."""
    for pod in pods:
        others = [it for those in users.values() if those is not pods for it in those]
        namespace = pod["metadata"]["namespace"]
        local = [
            it["metadata"]["name"] for it in others if it["metadata"]["namespace"] == namespace
        ]
        foreign = len(others) - len(local)
        why = EXCLUSIVE
        if local:
            why = f"Volume is already used by pod(s) {', '.join(local)}"
            why += f" and {foreign} pod(s) in different namespaces" if foreign else ""
        elif foreign:
            why = f"Volume is already used by {foreign} pod(s) in different namespaces"
        text = f'Multi-Attach error for volume "{name}" {why}'
        world.event(pod, "Warning", "FailedAttachVolume", text, SOURCE)


def _attachments(world: World, volume: str) -> Objs:
    return [
        it
        for it in world.store.list("VolumeAttachment")
        if get_in(it, "spec", "source", "persistentVolumeName") == volume and not is_deleting(it)
    ]


def _users(world: World, volume: Obj) -> dict[str, Objs]:
    """The pods that need the volume, by node."""
    reference = volume["spec"].get("claimRef")
    users: dict[str, Objs] = {}
    if reference is None or get_in(volume, "status", "phase") != "Bound":
        return users
    claim = Key("PersistentVolumeClaim", reference["namespace"], reference["name"])
    for pod in world.store.by("Pod", "namespace", claim.namespace):
        over = get_in(pod, "status", "phase") in _OVER
        if node_of(pod) and not over and claim in claims_of(pod):
            users.setdefault(node_of(pod), []).append(pod)
    return users


def _itself(world: World, volume: Obj) -> Iterable[Key]:
    yield key_of(volume)


def _volume_of(world: World, claim: Obj) -> Iterator[Key]:
    if claim["spec"].get("volumeName"):
        yield Key("PersistentVolume", "", claim["spec"]["volumeName"])


def _volumes_of(world: World, pod: Obj) -> Iterator[Key]:
    if not node_of(pod):
        return
    for key in claims_of(pod):
        claim = world.store.get(key)
        if claim is not None:
            yield from _volume_of(world, claim)


def _attached_volume(world: World, attachment: Obj) -> Iterator[Key]:
    name = get_in(attachment, "spec", "source", "persistentVolumeName")
    if name:
        yield Key("PersistentVolume", "", name)


def _volumes_on(world: World, node: Obj) -> Iterator[Key]:
    for attachment in world.store.list("VolumeAttachment"):
        if attachment["spec"]["nodeName"] == node["metadata"]["name"]:
            yield from _attached_volume(world, attachment)
