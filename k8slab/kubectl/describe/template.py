"""Pod templates, tolerations, spreading: what pods and workloads have in common."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs
from k8slab.engine.base.selectors import format_selector

from .containers import containers
from .lines import Lines
from .volumes import volumes


def template_lines(template: Obj) -> list[str]:
    """``Pod Template:`` and its lines, not yet aligned (rollout history prints them so)."""
    lines = Lines()
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    lines.add(0, "Pod Template:")
    lines.mapping("Labels", metadata.get("labels") or {}, "  ")
    if metadata.get("annotations"):
        lines.annotations(metadata["annotations"], "  ")
    if spec.get("serviceAccountName"):
        lines.value(1, "Service Account", spec["serviceAccountName"])
    if spec.get("initContainers"):
        containers(lines, "Init Containers", spec["initContainers"], {}, template=True)
    containers(lines, "Containers", spec.get("containers") or [], {}, template=True)
    volumes(lines, spec.get("volumes") or [], template=True)
    spreading(lines, spec.get("topologySpreadConstraints") or [], "  ")
    if spec.get("priorityClassName"):
        lines.value(1, "Priority Class Name", spec["priorityClassName"])
    lines.mapping("Node-Selectors", spec.get("nodeSelector") or {}, "  ")
    lines.values("Tolerations", tolerations(spec.get("tolerations") or []), "  ")
    return lines.lines


def tolerations(items: Objs) -> list[str]:
    """``node.kubernetes.io/not-ready:NoExecute op=Exists for 300s``, in order of keys."""
    return [_toleration(item) for item in sorted(items, key=lambda item: str(item.get("key", "")))]


def _toleration(item: Obj) -> str:
    text = str(item.get("key", ""))
    if item.get("value"):
        text += f"={item['value']}"
    if item.get("effect"):
        text += f":{item['effect']}"
    operator = item.get("operator", "")
    if operator == "Exists" and not item.get("value"):
        text += " op=Exists" if text else "op=Exists"
    if "tolerationSeconds" in item:
        text += f" for {item['tolerationSeconds']}s"
    return text


def spreading(lines: Lines, constraints: Objs, indent: str = "") -> None:
    """``Topology Spread Constraints:``, in order of keys, where there are any."""
    texts = []
    for item in sorted(constraints, key=lambda item: str(item["topologyKey"])):
        text = (
            f"{item['topologyKey']}:{item['whenUnsatisfiable']} when max skew {item['maxSkew']} is"
            " exceeded"
        )
        if item.get("labelSelector") is not None:
            text += f" for selector {format_selector(item['labelSelector'])}"
        texts.append(text)
    if texts:
        lines.values("Topology Spread Constraints", texts, indent)
