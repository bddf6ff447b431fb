"""Pod templates, volumes, tolerations: what pods and workloads have in common."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs

from .containers import containers
from .lines import Lines, lower

_CLAIM = "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"


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


def volumes(lines: Lines, items: Objs, *, template: bool) -> None:
    """``Volumes:`` and what each is."""
    level = int(template)
    if not items:
        lines.value(level, "Volumes", "<none>")
        return
    lines.add(level, "Volumes:")
    for volume in items:
        lines.add(1, f"{' ' if template else ''}{volume['name']}:")
        for name, value in _volume(volume):
            lines.value(2, name, value)


def _volume(volume: Obj) -> list[tuple[str, str]]:
    if "configMap" in volume:
        source = volume["configMap"]
        return [
            ("Type", "ConfigMap (a volume populated by a ConfigMap)"),
            ("Name", source.get("name", "")),
            ("Optional", lower(source.get("optional"))),
        ]
    if "secret" in volume:
        source = volume["secret"]
        return [
            ("Type", "Secret (a volume populated by a Secret)"),
            ("SecretName", source.get("secretName", "")),
            ("Optional", lower(source.get("optional"))),
        ]
    if "hostPath" in volume:
        source = volume["hostPath"]
        return [
            ("Type", "HostPath (bare host directory volume)"),
            ("Path", source.get("path", "")),
            ("HostPathType", source.get("type", "")),
        ]
    if "persistentVolumeClaim" in volume:
        source = volume["persistentVolumeClaim"]
        return [
            ("Type", _CLAIM),
            ("ClaimName", source.get("claimName", "")),
            ("ReadOnly", lower(source.get("readOnly"))),
        ]
    if "projected" in volume:
        return _projected(volume["projected"])
    if "emptyDir" in volume:
        source = volume["emptyDir"] or {}
        return [
            ("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"),
            ("Medium", source.get("medium", "")),
            ("SizeLimit", source.get("sizeLimit", "<unset>")),
        ]
    return [("Type", "<unknown>")]


def _projected(projected: Obj) -> list[tuple[str, str]]:
    rows = [("Type", "Projected (a volume that contains injected data from multiple sources)")]
    for source in projected.get("sources") or ():
        if "secret" in source:
            rows += [
                ("SecretName", source["secret"].get("name", "")),
                ("Optional", lower(source["secret"].get("optional"))),
            ]
        elif "downwardAPI" in source:
            rows.append(("DownwardAPI", "true"))
        elif "configMap" in source:
            rows += [
                ("ConfigMapName", source["configMap"].get("name", "")),
                ("Optional", lower(source["configMap"].get("optional"))),
            ]
        elif "serviceAccountToken" in source:
            seconds = source["serviceAccountToken"].get("expirationSeconds", 3600)
            rows.append(("TokenExpirationSeconds", str(seconds)))
    return rows
