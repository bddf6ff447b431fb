"""LimitRanger: defaults and bounds of what containers, pods and claims ask for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ...base.objects import Obj, Objs, annotations_of, get_in, set_in
from ...base.podresources import format_amount, pod_total
from ...base.quantity import parse_quantity
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

ANNOTATION = "kubernetes.io/limit-ranger"
Said = dict[str, str]


class LimitRanger:
    """plugin/pkg/admission/limitranger, 1.36."""

    name = "LimitRanger"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        for limit_range in api.store.list("LimitRange", obj["metadata"]["namespace"]):
            obj = _defaulted(obj, limit_range)
        return obj

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None:
        if kind.kind not in ("Pod", "PersistentVolumeClaim"):
            return
        if kind.kind == "Pod" and old is not None:
            return
        for limit_range in api.store.list("LimitRange", obj["metadata"]["namespace"]):
            told = [
                text
                for item in get_in(limit_range, "spec", "limits", default=[])
                for text in _violations(item, kind, obj)
            ]
            if told:
                why = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
                raise errors.forbidden(kind.plural, kind.group, obj["metadata"]["name"], why)


def _defaulted(pod: Obj, limit_range: Obj) -> Obj:
    defaults: dict[str, Said] = {"requests": {}, "limits": {}}
    for item in get_in(limit_range, "spec", "limits", default=[]):
        if item["type"] == "Container":
            defaults["requests"] |= item.get("defaultRequest") or {}
            defaults["limits"] |= item.get("default") or {}
    told: list[str] = []
    spec = pod["spec"]
    for field, called in (("containers", "container"), ("initContainers", "init container")):
        if spec.get(field):
            filled = [_fill(container, defaults, called, told) for container in spec[field]]
            spec = {**spec, field: filled}
    if not told:
        return pod
    before = annotations_of(pod)
    text = f"LimitRanger plugin set: {'; '.join(told)}"
    pod = {**pod, "spec": spec}
    return set_in(pod, ("metadata", "annotations"), {**before, ANNOTATION: text})


def _fill(container: Obj, defaults: dict[str, Said], called: str, told: list[str]) -> Obj:
    resources = container.get("resources") or {}
    for what, word in (("requests", "request"), ("limits", "limit")):
        said = resources.get(what) or {}
        missing = {name: text for name, text in defaults[what].items() if name not in said}
        if missing:
            resources = {**resources, what: {**said, **missing}}
            told.append(
                f"{', '.join(sorted(missing))} {word} for {called} {container.get('name', '')}"
            )
    return {**container, "resources": resources}


def _violations(item: Obj, kind: Kind, obj: Obj) -> Iterator[str]:
    spec = obj["spec"]
    if item["type"] == "PersistentVolumeClaim" and kind.kind == "PersistentVolumeClaim":
        requests = {"storage": parse_quantity(get_in(spec, "resources", "requests", "storage"))}
        yield from _out_of_bounds(item, _Asked(requests, requests, "PersistentVolumeClaim"))
    if kind.kind != "Pod":
        return
    if item["type"] == "Container":
        containers: Objs = [*spec["containers"], *(spec.get("initContainers") or ())]
        for container in containers:
            one = {"containers": [container]}
            asked = _Asked(pod_total(one, "requests"), pod_total(one, "limits"), "Container")
            yield from _out_of_bounds(item, asked)
    elif item["type"] == "Pod":
        asked = _Asked(pod_total(spec, "requests"), pod_total(spec, "limits"), "Pod")
        yield from _out_of_bounds(item, asked)


class _Asked:
    """What something asks for, and how an error calls it."""

    def __init__(
        self, requests: dict[str, Fraction], limits: dict[str, Fraction], called: str
    ) -> None:
        self.requests = requests
        self.limits = limits
        self.called = called


def _out_of_bounds(item: Obj, asked: _Asked) -> Iterator[str]:
    for name, text in sorted((item.get("min") or {}).items()):
        head = f"minimum {name} usage per {asked.called} is {text}"
        yield from _below(head, parse_quantity(text), asked, name)
    for name, text in sorted((item.get("max") or {}).items()):
        head = f"maximum {name} usage per {asked.called} is {text}"
        yield from _above(head, parse_quantity(text), asked, name)
    for name, text in sorted((item.get("maxLimitRequestRatio") or {}).items()):
        head = f"{name} max limit to request ratio per {asked.called} is {text}"
        yield from _beyond_ratio(head, parse_quantity(text), asked, name)


def _below(head: str, bound: Fraction, asked: _Asked, name: str) -> Iterator[str]:
    request, limit = asked.requests.get(name), asked.limits.get(name)
    if request is None:
        yield f"{head}.  No request is specified"
    elif request < bound:
        yield f"{head}, but request is {format_amount(name, request)}"
    elif limit is not None and limit < bound:
        yield f"{head}, but limit is {format_amount(name, limit)}"


def _above(head: str, bound: Fraction, asked: _Asked, name: str) -> Iterator[str]:
    request, limit = asked.requests.get(name), asked.limits.get(name)
    if limit is None:
        yield f"{head}.  No limit is specified"
    elif limit > bound:
        yield f"{head}, but limit is {format_amount(name, limit)}"
    elif request is not None and request > bound:
        yield f"{head}, but request is {format_amount(name, request)}"


def _beyond_ratio(head: str, bound: Fraction, asked: _Asked, name: str) -> Iterator[str]:
    request, limit = asked.requests.get(name), asked.limits.get(name)
    if not request:
        yield f"{head}, but no request is specified or request is 0"
    elif not limit:
        yield f"{head}, but no limit is specified or limit is 0"
    elif limit / request > bound:
        yield f"{head}, but provided ratio is {float(limit / request):.6f}"
