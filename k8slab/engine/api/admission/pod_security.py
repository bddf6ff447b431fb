"""PodSecurity: a namespace's labels say which standard its pods keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...base.objects import Key, Obj, get_in, labels_of
from .. import errors
from ..kinds.base import Kind
from ..kinds.faults import invalid
from .pod_standards import LEVELS, Violation, violations

if TYPE_CHECKING:
    from ..server import Api

_PREFIX = "pod-security.kubernetes.io/"
_MODES = ("enforce", "audit", "warn")
_TEMPLATES = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "PodTemplate": ("template", "spec"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template", "spec"),
    ),
}


class Policy(NamedTuple):
    """A level, and the version of the standards that it is of."""

    level: str
    version: str

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"


def policy_of(namespace: Obj, mode: str) -> Policy:
    """What a namespace asks in a mode; warnings follow what is enforced if nothing else is said."""
    labels = labels_of(namespace)
    if mode == "warn" and f"{_PREFIX}warn" not in labels:
        mode = "enforce"
    level = labels.get(f"{_PREFIX}{mode}", "privileged")
    version = labels.get(f"{_PREFIX}{mode}-version", "latest")
    return Policy(level if level in LEVELS else "restricted", version)


class PodSecurity:
    """pod-security-admission, 1.36: refuses pods, warns of them and of templates."""

    name = "PodSecurity"

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None:
        if kind.kind == "Namespace":
            _check_namespace(api, obj, old)
            return
        template = _TEMPLATES.get(kind.kind)
        if kind.kind != "Pod" and template is None:
            return
        namespace = api.store.get(Key("Namespace", "", obj["metadata"]["namespace"]))
        if namespace is None or not any(it.startswith(_PREFIX) for it in labels_of(namespace)):
            return
        if template is not None:
            _warn(api, policy_of(namespace, "warn"), get_in(obj, *template, default={}))
        elif old is None:
            enforced = policy_of(namespace, "enforce")
            found = violations(enforced.level, obj["spec"])
            if found:
                why = f'violates PodSecurity "{enforced}": {_told(found)}'
                raise errors.forbidden("pods", "", obj["metadata"]["name"], why)
            _warn(api, policy_of(namespace, "warn"), obj["spec"])


def _told(found: list[Violation]) -> str:
    return ", ".join(map(str, found))


def _warn(api: Api, policy: Policy, spec: Obj) -> None:
    found = violations(policy.level, spec)
    if found:
        api.warn(f'would violate PodSecurity "{policy}": {_told(found)}')


def _check_namespace(api: Api, namespace: Obj, old: Obj | None) -> None:
    """Levels must be levels; pods that would not be let in again are told of."""
    name, labels = namespace["metadata"]["name"], labels_of(namespace)
    faults = [
        invalid(
            f"metadata.labels[{_PREFIX}{mode}]",
            labels[f"{_PREFIX}{mode}"],
            f"must be one of {', '.join(LEVELS)}",
        )
        for mode in _MODES
        if labels.get(f"{_PREFIX}{mode}", LEVELS[0]) not in LEVELS
    ]
    if faults:
        raise errors.invalid("Namespace", "", name, faults)
    policy = policy_of(namespace, "enforce")
    if old is None or policy == policy_of(old, "enforce"):
        return
    told: dict[str, list[str]] = {}
    for pod in api.store.list("Pod", name):
        reasons = ", ".join(it.reason for it in violations(policy.level, pod["spec"]))
        if reasons:
            told.setdefault(reasons, []).append(pod["metadata"]["name"])
    if not told:
        return
    api.warn(
        f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{policy}"'
    )
    for reasons, (first, *others) in told.items():
        more = f" (and {len(others)} other pod{'s' if len(others) > 1 else ''})" if others else ""
        api.warn(f"{first}{more}: {reasons}")
