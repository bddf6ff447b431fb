"""VolumeAttachment (storage.k8s.io/v1): what it has to say (pkg/apis/storage, 1.36)."""

from __future__ import annotations

from dataclasses import replace

from ...base.objects import Obj
from .faults import Faults, required
from .generic import generic


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = [required(f"spec.{name}") for name in ("attacher", "nodeName") if not spec.get(name)]
    source = spec.get("source") or {}
    if not source.get("persistentVolumeName") and not source.get("inlineVolumeSpec"):
        faults.append(required("spec.source", "must specify exactly one of inlineVolumeSpec and "
                                              "persistentVolumeName"))  # fmt: skip
    return faults


KIND = replace(generic("VolumeAttachment"), validate=_validate)
