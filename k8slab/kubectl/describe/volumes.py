"""Volumes of pods and sources of PersistentVolumes, as describe names them (kubectl 1.36)."""

from __future__ import annotations

from k8slab.engine.api.kinds.storage import access_modes
from k8slab.engine.base.objects import Obj, Objs, annotations_of, get_in, is_deleting, labels_of

from ..session import Session
from .lines import NONE, Lines, age, lower
from .volume_sources import SOURCES, UNMARKED, shown


def volumes(lines: Lines, items: Objs, *, template: bool) -> None:
    """``Volumes:`` and what each is."""
    level = int(template)
    if not items:
        lines.value(level, "Volumes", NONE)
        return
    lines.add(level, "Volumes:")
    for volume in items:
        lines.add(1, f"{' ' if template else ''}{volume['name']}:")
        source(lines, volume)


def source(lines: Lines, spec: Obj) -> None:
    """What a volume, or a PersistentVolume's spec, is made of."""
    kind = next((kind for kind in SOURCES if kind in spec), "")
    if kind:
        said, fields = SOURCES[kind]
        lines.value(2, "Type", said)
        have = spec[kind] or {}
        for label, field, nothing in fields:
            value = have.get(field, nothing)
            if value is not None:
                lines.add(2, f"{label}{'' if label == UNMARKED else ':'}\t{shown(field, value)}")
        if kind == "csi":
            _attributes(lines, have.get("volumeAttributes") or {})
    elif "projected" in spec:
        _projected(lines, spec["projected"])
    elif "downwardAPI" in spec:
        _downward(lines, spec["downwardAPI"])
    elif "ephemeral" in spec:
        _ephemeral(lines, spec["ephemeral"])
    else:
        lines.add(1, "<unknown>")


def _attributes(lines: Lines, attributes: dict[str, str]) -> None:
    """Attributes of a CSI driver, each line behind the indent of its own that Go gives it."""
    first, *rest = [f"{key}={attributes[key]}" for key in sorted(attributes)] or [NONE]
    lines.add(2, f"VolumeAttributes:\t{'    ' if attributes else ''}{first}")
    lines.lines += [f"    \t    {line}" for line in rest]


def _projected(lines: Lines, projected: Obj) -> None:
    said = "Projected (a volume that contains injected data from multiple sources)"
    lines.value(2, "Type", said)
    for part in projected.get("sources") or ():
        if "secret" in part:
            lines.value(2, "SecretName", part["secret"].get("name", ""))
            lines.value(2, "Optional", lower(part["secret"].get("optional")))
        elif "downwardAPI" in part:
            lines.value(2, "DownwardAPI", "true")
        elif "configMap" in part:
            lines.value(2, "ConfigMapName", part["configMap"].get("name", ""))
            lines.value(2, "Optional", lower(part["configMap"].get("optional")))
        elif "serviceAccountToken" in part:
            seconds = part["serviceAccountToken"].get("expirationSeconds", 3600)
            lines.value(2, "TokenExpirationSeconds", seconds)


def _downward(lines: Lines, downward: Obj) -> None:
    lines.value(2, "Type", "DownwardAPI (a volume populated by information about the pod)")
    lines.add(2, "Items:")
    for item in downward.get("items") or ():
        for field, name in (("fieldRef", "fieldPath"), ("resourceFieldRef", "resource")):
            if field in item:
                lines.add(3, f"{item[field][name]} -> {item['path']}")


def _ephemeral(lines: Lines, ephemeral: Obj) -> None:
    said = (
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with"
        " the pod)"
    )
    lines.value(2, "Type", said)
    template = ephemeral.get("volumeClaimTemplate")
    if template:
        inner = Lines()
        claim_lines(inner, template, whole=False)
        lines.lines += [f"    {line}" for line in inner.lines]


def claim_lines(lines: Lines, obj: Obj, *, whole: bool, session: Session | None = None) -> None:
    """A claim, or with ``whole`` False a template of one, which has neither status nor volume."""
    spec, status, metadata = obj["spec"], obj.get("status") or {}, obj.get("metadata") or {}
    lines.value(0, "StorageClass", spec.get("storageClassName", ""))
    if session is not None and is_deleting(obj):
        lasts = age(session, metadata["deletionTimestamp"])
        lines.value(0, "Status", f"Terminating (lasts {lasts})")
    elif whole:
        lines.value(0, "Status", status.get("phase", ""))
    bound = bool(spec.get("volumeName"))
    lines.value(0, "Volume", spec.get("volumeName", ""))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    if whole:
        lines.value(0, "Finalizers", f"[{' '.join(metadata.get('finalizers') or ())}]")
    capacity = get_in(status, "capacity", "storage", default="") if bound else ""
    lines.value(0, "Capacity", capacity)
    modes = access_modes(status.get("accessModes") or []) if bound else ""
    lines.value(0, "Access Modes", modes)
    if "volumeMode" in spec:
        lines.value(0, "VolumeMode", spec["volumeMode"])
    _data_source(lines, spec.get("dataSource"))


def _data_source(lines: Lines, source: Obj | None) -> None:
    if source:
        lines.add(0, "DataSource:")
        if "apiGroup" in source:
            lines.value(1, "APIGroup", source["apiGroup"])
        lines.value(1, "Kind", source["kind"])
        lines.value(1, "Name", source["name"])
