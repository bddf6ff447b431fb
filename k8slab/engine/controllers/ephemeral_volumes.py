"""Generic ephemeral volumes: each gets a claim that lives and dies with its pod (1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..api.errors import ApiError
from ..base.objects import Key, Obj, controller_of, is_deleting, key_of, owner_reference, uid_of
from ..control import World
from ..control.loop import Watch


class EphemeralVolumes:
    """Creates the claim POD-VOLUME from the volume's template; the pod owns it."""

    name = "ephemeral-volume"
    lag_ms = 6

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Pod": _with_ephemeral_volumes, "PersistentVolumeClaim": _owner}

    def reconcile(self, world: World, key: Key) -> int | None:
        pod = world.store.get(key)
        if pod is None or is_deleting(pod):
            return None
        for volume in pod["spec"].get("volumes") or ():
            if "ephemeral" in volume:
                _ensure(world, pod, volume)
        return None


def _ensure(world: World, pod: Obj, volume: Obj) -> None:
    place = key_of(pod)
    key = Key("PersistentVolumeClaim", place.namespace, f"{place.name}-{volume['name']}")
    claim = world.store.get(key)
    why = ""
    if claim is None:
        world.compare(f"claim {key.name}", "there", "missing")
        why = _create(world, pod, key, volume["ephemeral"]["volumeClaimTemplate"])
    elif (controller_of(claim) or {}).get("uid") != uid_of(pod):
        about = f"PVC {key.namespace}/{key.name}"
        why = f"{about} was not created for pod {place.namespace}/{place.name} (pod is not owner)"
    if why:
        text = f"ephemeral volume {volume['name']}: {why}"
        world.event(pod, "Warning", "FailedBinding", text, "ephemeral_volume")


def _create(world: World, pod: Obj, key: Key, template: Obj) -> str:
    """Why the claim could not be created; "" if it was."""
    given = template.get("metadata") or {}
    metadata = {name: given[name] for name in ("labels", "annotations") if name in given}
    metadata |= {"name": key.name, "namespace": key.namespace}
    metadata["ownerReferences"] = [owner_reference(pod)]
    head = {"apiVersion": "v1", "kind": key.kind, "metadata": metadata}
    try:
        world.api.create({**head, "spec": template["spec"]})
    except ApiError as error:
        return f"create PVC {key.namespace}/{key.name}: {error.message}"
    return ""


def _with_ephemeral_volumes(world: World, pod: Obj) -> Iterable[Key]:
    if any("ephemeral" in volume for volume in pod["spec"].get("volumes") or ()):
        yield key_of(pod)


def _owner(world: World, claim: Obj) -> Iterable[Key]:
    owner = controller_of(claim)
    if owner is not None and owner["kind"] == "Pod":
        yield Key("Pod", claim["metadata"]["namespace"], owner["name"])
