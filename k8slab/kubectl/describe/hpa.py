"""kubectl describe horizontalpodautoscaler."""

from __future__ import annotations

from typing import Any

from k8slab.engine.base.objects import Obj, get_in

from ..session import Session
from .lines import Lines, moment

UNKNOWN = "<unknown>"


def autoscaler(session: Session, obj: Obj, lines: Lines) -> None:
    """What is scaled, by which metrics and between which bounds, and how that goes."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.head(obj)
    lines.value(0, "CreationTimestamp", moment(obj["metadata"]["creationTimestamp"]))
    target = spec["scaleTargetRef"]
    lines.value(0, "Reference", f"{target['kind']}/{target['name']}")
    lines.value(0, "Metrics", "( current / target )")
    current = status.get("currentMetrics") or []
    for number, metric in enumerate(spec.get("metrics") or ()):
        _metric(metric, current[number] if number < len(current) else {}, lines)
    lines.value(0, "Min replicas", spec.get("minReplicas", "<unset>"))
    lines.value(0, "Max replicas", spec["maxReplicas"])
    if spec.get("behavior"):
        lines.add(0, "Behavior:")
        for name, field in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
            _rules(name, spec["behavior"].get(field), lines)
    have, want = status.get("currentReplicas", 0), status.get("desiredReplicas", 0)
    lines.value(0, f"{target['kind']} pods", f"{have} current / {want} desired")
    if status.get("conditions"):
        lines.add(0, "Conditions:")
        lines.add(1, "Type\tStatus\tReason\tMessage")
        lines.add(1, "----\t------\t------\t-------")
        for it in status["conditions"]:
            cells = (it["type"], it["status"], it.get("reason", ""), it.get("message", ""))
            lines.add(1, "\t".join(cells))


def _metric(metric: Obj, now: Obj, lines: Lines) -> None:
    kind = metric["type"]
    field = kind[0].lower() + kind[1:]
    source = metric[field]
    wanted, have = source["target"], get_in(now, field, "current", default={})
    quoted = f'"{get_in(source, "metric", "name")}"'
    if kind in ("Resource", "ContainerResource"):
        name = f"resource {source['name']}"
        if kind == "ContainerResource":
            name += f' of container "{source["container"]}"'
        _resource(f"{name} on pods", wanted, have, lines)
    elif kind == "Pods":
        lines.value(1, f"{quoted} on pods", _amounts(wanted, have, "averageValue"))
    else:
        if kind == "Object":
            it = source["describedObject"]
            quoted += f" on {it['kind']}/{it['name']}"
        average = "averageValue" in wanted
        name = f"{quoted} (target {'average ' if average else ''}value)"
        lines.value(1, name, _amounts(wanted, have, "averageValue" if average else "value"))


def _resource(name: str, wanted: Obj, have: Obj, lines: Lines) -> None:
    if "averageValue" in wanted:
        lines.value(1, name, _amounts(wanted, have, "averageValue"))
        return
    now: Any = UNKNOWN
    if have.get("averageUtilization") is not None:
        now = f"{have['averageUtilization']}% ({have.get('averageValue', '0')})"
    goal = wanted.get("averageUtilization")
    goal = "<auto>" if goal is None else f"{goal}%"
    lines.value(1, f"{name}  (as a percentage of request)", f"{now} / {goal}")


def _amounts(wanted: Obj, have: Obj, field: str) -> str:
    return f"{have.get(field, UNKNOWN)} / {wanted.get(field)}"


def _rules(name: str, rules: Obj | None, lines: Lines) -> None:
    if rules is None:
        return
    lines.add(1, f"{name}:")
    if rules.get("stabilizationWindowSeconds") is not None:
        lines.add(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
    if rules.get("policies"):
        lines.add(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
        lines.add(2, "Policies:")
        for policy in rules["policies"]:
            period = f"Period: {policy['periodSeconds']} seconds"
            lines.add(3, f"- Type: {policy['type']}\tValue: {policy['value']}\t{period}")
