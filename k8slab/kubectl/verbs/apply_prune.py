"""apply --prune and --force: what goes because of an apply."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, annotations_of, uid_of

from ..errors import failure
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.output import print_one
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


FLAGS = (
    Flag("prune", "bool", default=False, hint="Delete what was applied and is no more in them"),
    Flag("prune-allowlist", "array", default=(), hint="Prune only this GROUP/VERSION/KIND"),
)


def kinds_to_prune(session: Session, parsed: Parsed) -> list[Kind]:
    """The kinds of ``--prune-allowlist``, or those that are looked at without one."""
    if not parsed.options["prune"]:
        return []
    return [_kind(session, said) for said in parsed.options["prune-allowlist"] or _PRUNED]


def prune(session: Session, parsed: Parsed, manifests: list[Manifest], kinds: list[Kind]) -> None:
    """Delete what was applied once, is meant by the selector, and is in no file any more."""
    strategy = options.dry_run(parsed)
    for found in left_over(session, parsed, manifests, kinds):
        if strategy != "client":
            asked = options.request_options(parsed)
            session.request("delete", found.kind, found.namespace, found.name, options=asked)
        print_one(session, parsed.options["output"], found, options.done("pruned", strategy))


def left_over(
    session: Session, parsed: Parsed, manifests: list[Manifest], kinds: list[Kind]
) -> Iterator[Found]:
    """What was applied to the namespaces of the manifests, and is none of them."""
    kept = {(it.kind.kind, it.namespace, it.name) for it in manifests}
    namespaces = {it.namespace for it in manifests if it.namespace}
    if "namespace" in parsed.given:
        namespaces.add(session.namespace)
    places = [(each, kind) for each in sorted(namespaces) for kind in kinds if kind.namespaced]
    places += [("", kind) for kind in kinds if not kind.namespaced]
    for namespace, kind in places:
        for obj in session.list(kind, namespace, labels=parsed.options["selector"]):
            found = Found(kind, obj)
            applied = LAST_APPLIED in annotations_of(obj)
            if applied and (kind.kind, found.namespace, found.name) not in kept:
                yield found


def _kind(session: Session, said: str) -> Kind:
    parts = said.split("/")
    if len(parts) != 3:
        raise failure(
            f"invalid GroupVersionKind format: {said}, please follow <group/version/kind>"
        )
    group, version, name = parts
    kind = session.discovery.served(version if group == "core" else f"{group}/{version}", name)
    if kind is None:
        where = version if group == "core" else f"{group}/{version}"
        raise failure(f'no matches for kind "{name}" in version "{where}"')
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
