"""Creating, deleting and letting go of a Job's pods (job_controller.go, 1.36)."""

from __future__ import annotations

from ...api.errors import NAMESPACE_TERMINATING, ApiError
from ...base.objects import (
    Obj,
    controller_of,
    key_of,
    owner_reference,
    uid_of,
    without_finalizer,
)
from ...control import World
from .indexes import INDEX
from .look import FINALIZER, SOURCE, Look, is_tracked

NAME_MAX = 58  # characters of a name before what is generated (names.MaxGeneratedNameLength)
_INDEX_ENV = "JOB_COMPLETION_INDEX"


def create(look: Look, index: int | None, notes: dict[str, str] | None = None) -> None:
    """A pod of the template, with its completion index where the Job has such, and annotations."""
    pod = _new_pod(look.job, index, notes or {})
    try:
        created = look.world.api.create(pod)
    except ApiError as refusal:
        if refusal.because(NAMESPACE_TERMINATING):
            return
        message = f"Error creating: {refusal.message}"
        look.world.event(look.job, "Warning", "FailedCreate", message, SOURCE)
        raise
    message = f"Created pod: {created['metadata']['name']}"
    look.world.event(look.job, "Normal", "SuccessfulCreate", message, SOURCE)


def _new_pod(job: Obj, index: int | None, notes: dict[str, str]) -> Obj:
    template, name = job["spec"]["template"], job["metadata"]["name"]
    own = template.get("metadata") or {}
    metadata = {
        **{field: own[field] for field in ("labels", "annotations") if own.get(field)},
        "generateName": f"{name}-",
        "namespace": job["metadata"]["namespace"],
        "finalizers": [*(it for it in own.get("finalizers") or () if it != FINALIZER), FINALIZER],
        "ownerReferences": [owner_reference(job)],
    }
    spec = template["spec"]
    if index is not None:
        tail = f"-{index}-"
        metadata["generateName"] = name[: NAME_MAX - len(tail)] + tail
        for field in ("labels", "annotations"):
            metadata[field] = {**(metadata.get(field) or {}), INDEX: str(index)}
        spec = {**_with_index(spec), "hostname": f"{name}-{index}"}
    if notes:
        metadata["annotations"] = {**metadata["annotations"], **notes}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _with_index(spec: Obj) -> Obj:
    """Every container learns its pod's index from the environment."""
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    variable = {"name": _INDEX_ENV, "valueFrom": source}
    changed = {}
    for field in ("initContainers", "containers"):
        if spec.get(field):
            changed[field] = [
                it if _has_index(it) else {**it, "env": [*(it.get("env") or ()), variable]}
                for it in spec[field]
            ]
    return {**spec, **changed}


def _has_index(container: Obj) -> bool:
    return any(variable["name"] == _INDEX_ENV for variable in container.get("env") or ())


def delete(look: Look, pod: Obj) -> None:
    """Delete a pod of a Job that has ended; it is counted as failed later."""
    look.deleted.append(uid_of(pod))
    look.world.api.delete(key_of(pod), uid=uid_of(pod))
    message = f"Deleted pod: {pod['metadata']['name']}"
    look.world.event(look.job, "Normal", "SuccessfulDelete", message, SOURCE)


def dismiss(look: Look, pod: Obj) -> None:
    """Delete a pod that is not wanted any more; it is not counted at all."""
    release(look.world, pod)
    delete(look, pod)


def release(world: World, pod: Obj) -> None:
    """Take the tracking finalizer off a pod, as it is stored now."""
    stored = world.store.get(key_of(pod))
    if stored is None or uid_of(stored) != uid_of(pod) or not is_tracked(stored):
        return
    world.api.update(without_finalizer(stored, FINALIZER))


def release_orphans(world: World, namespace: str, job_name: str) -> None:
    """Pods of a Job that is gone are nobody's to count (syncOrphanPod)."""
    for pod in world.store.by("Pod", "namespace", namespace):
        owner = controller_of(pod) or {}
        if owner.get("kind") == "Job" and owner["name"] == job_name and is_tracked(pod):
            release(world, pod)
