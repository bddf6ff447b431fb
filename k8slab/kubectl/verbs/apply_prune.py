"""apply --prune and --force: what goes because of an apply."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, annotations_of, uid_of

from ..errors import failure
from ..flags import Parsed
from ..manifests import Manifest
from ..resources import Found
from ..session import MAX_WAIT_MS, Session
from . import options
from .create import LAST_APPLIED, create, with_last_applied

_PRUNED = (
    "core/v1/ConfigMap", "core/v1/Endpoints", "core/v1/Namespace",
    "core/v1/PersistentVolumeClaim", "core/v1/PersistentVolume", "core/v1/Pod",
    "core/v1/ReplicationController", "core/v1/Secret", "core/v1/Service", "batch/v1/Job",
    "batch/v1/CronJob", "networking.k8s.io/v1/Ingress", "apps/v1/DaemonSet",
    "apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet",
)  # fmt: skip
"""What is looked at where no ``--prune-allowlist`` says (cmd/apply, 1.36)."""


def prune(session: Session, parsed: Parsed, manifests: list[Manifest]) -> None:
    """Delete what was applied once, is meant by the selector, and is in no file any more."""
    strategy = options.dry_run(parsed)
    kept = {(it.kind.kind, it.namespace, it.name) for it in manifests}
    namespaces = sorted({it.namespace for it in manifests if it.namespace})
    for said in parsed.options["prune-allowlist"] or _PRUNED:
        kind = _kind(session, said)
        for namespace in namespaces if kind.namespaced else [""]:
            for obj in session.list(kind, namespace, labels=parsed.options["selector"]):
                found = Found(kind, obj)
                if LAST_APPLIED not in annotations_of(obj):
                    continue
                if (kind.kind, found.namespace, found.name) in kept:
                    continue
                if strategy != "client":
                    asked = options.request_options(parsed)
                    session.request("delete", kind, namespace, found.name, options=asked)
                session.print(f"{found} {options.done('pruned', strategy)}")


def _kind(session: Session, said: str) -> Kind:
    parts = said.split("/")
    if len(parts) != 3:
        raise failure(
            f"invalid GroupVersionKind format: {said}, please follow <group/version/kind>"
        )
    group, version, name = parts
    kind = session.discovery.served(version if group == "core" else f"{group}/{version}", name)
    if kind is None:
        raise failure(f'no matches for kind "{name}" in version "{group}/{version}"')
    return kind


def recreate(session: Session, manifest: Manifest, asked: Obj) -> Obj:
    """``--force``: delete the live object, wait until it is gone, and create the file's."""
    live = session.get(manifest.kind, manifest.namespace, manifest.name)
    session.request("delete", manifest.kind, manifest.namespace, manifest.name)

    def is_gone() -> bool:
        now = session.find(manifest.kind, manifest.namespace, manifest.name)
        return now is None or uid_of(now) != uid_of(live)

    if not session.wait(is_gone, MAX_WAIT_MS):
        raise ApiError(504, "Timeout", "timed out waiting for the condition")
    return create(session, manifest, with_last_applied(manifest.obj), asked)
