"""What the server writes into a new pod for the scheduler (podStrategy.PrepareForCreate, 1.36)."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.objects import Obj, Objs, get_in, set_in

_GATED = "Scheduling is blocked due to non-empty scheduling gates"
_WHEN = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
_OPERATORS = {"matchLabelKeys": "In", "mismatchLabelKeys": "NotIn"}
_SPREAD = "topologySpreadConstraints"


def gated_condition(pod: Obj) -> Objs:
    """PodScheduled: False, where scheduling gates hold the pod back."""
    if not pod["spec"].get("schedulingGates"):
        return []
    return [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "SchedulingGated",
            "message": _GATED,
            "lastProbeTime": None,
            "lastTransitionTime": pod["metadata"].get("creationTimestamp"),
        }
    ]


def with_label_keys(spec: Obj, labels: dict[str, str]) -> Obj:
    """The spec, the pod's own values of matchLabelKeys and mismatchLabelKeys in its selectors."""
    for path in _affinities(spec):
        terms = get_in(spec, *path)
        spec = set_in(spec, path, [_term(term, labels) for term in terms])
    spread = spec.get(_SPREAD) or []
    if any(_has_keys(constraint) for constraint in spread):
        spec = {**spec, _SPREAD: [_merged(constraint, labels) for constraint in spread]}
    return spec


def _affinities(spec: Obj) -> Iterator[tuple[str, ...]]:
    for kind in ("podAffinity", "podAntiAffinity"):
        for when in _WHEN:
            terms = get_in(spec, "affinity", kind, when, default=None) or []
            if any(_has_keys(term.get("podAffinityTerm", term)) for term in terms):
                yield ("affinity", kind, when)


def _has_keys(term: Obj) -> bool:
    return any(term.get(field) for field in _OPERATORS)


def _term(term: Obj, labels: dict[str, str]) -> Obj:
    inner = term.get("podAffinityTerm")
    if inner is None:
        return _merged(term, labels)
    return {**term, "podAffinityTerm": _merged(inner, labels)}


def _merged(term: Obj, labels: dict[str, str]) -> Obj:
    selector = term.get("labelSelector")
    added = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in _OPERATORS.items()
        for key in term.get(field) or ()
        if key in labels
    ]
    if selector is None or not added:
        return term
    expressions = [*(selector.get("matchExpressions") or ()), *added]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}
