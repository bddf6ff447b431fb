"""Validation of the volumes of a pod spec (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .downward import validate_downward_files
from .faults import Faults, duplicate, forbidden, invalid, required
from .meta import validate_labelling
from .persistentvolumeclaim import validate_claim_spec
from .volume_sources import file_mode, key_to_path, not_reserved, validate_source

_SOURCES = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)
"""In the order in which the server looks for them; the first that is there counts."""
_FORBIDDEN_AT = {"downwardAPI": "downwarAPI", "cephfs": "cephFS"}
_CHECKED_AT = {"gcePersistentDisk": "persistentDisk"}
_TOKEN_S_MIN, _TOKEN_S_MAX = 600, 1 << 32


def validate_volumes(volumes: list[Obj], path: str) -> tuple[Faults, dict[str, Obj]]:
    """The faults, and the volumes that have none by name (only these can be mounted)."""
    faults: Faults = []
    good: dict[str, Obj] = {}
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        name = volume.get("name") or ""
        wrong = _source(volume, at)
        if not name:
            wrong.append(required(f"{at}.name"))
        wrong += [invalid(f"{at}.name", name, why) for why in names.dns_label(name) if name]
        if name in good:
            wrong.append(duplicate(f"{at}.name", name))
        if not wrong:
            good[name] = volume
        faults += wrong
    return faults, good


def _source(volume: Obj, path: str) -> Faults:
    faults: Faults = []
    said = [name for name in _SOURCES if volume.get(name) is not None]
    for number, name in enumerate(said):
        if number:
            at = f"{path}.{_FORBIDDEN_AT.get(name, name)}"
            faults.append(forbidden(at, "may not specify more than 1 volume type"))
            continue
        at = f"{path}.{_CHECKED_AT.get(name, name)}"
        match name:
            case "downwardAPI":
                faults += _downward(volume[name], at)
            case "projected":
                faults += _projected(volume[name], at)
            case "ephemeral":
                faults += _ephemeral(volume[name], at)
            case _:
                faults += validate_source(name, volume[name], at)
    return faults if said else [*faults, required(path, "must specify a volume type")]


def _downward(source: Obj, path: str) -> Faults:
    faults = file_mode(source, "defaultMode", path)
    return faults + validate_downward_files(source.get("items") or [], path)


def _ephemeral(source: Obj, path: str) -> Faults:
    template = source.get("volumeClaimTemplate")
    if template is None:
        return [required(f"{path}.volumeClaimTemplate")]
    at = f"{path}.volumeClaimTemplate"
    faults = validate_labelling(template.get("metadata") or {}, f"{at}.metadata")
    return faults + validate_claim_spec(template.get("spec") or {}, f"{at}.spec")


def _projected(source: Obj, path: str) -> Faults:
    faults = file_mode(source, "defaultMode", path)
    seen: list[str] = []
    for index, projection in enumerate(source.get("sources") or ()):
        at = f"{path}.sources[{index}]"
        for name in ("secret", "configMap"):
            if projection.get(name) is not None:
                faults += _projected_keys(projection[name], f"{at}.{name}", path, seen)
        if projection.get("downwardAPI") is not None:
            items = projection["downwardAPI"].get("items") or []
            faults += validate_downward_files(items, f"{at}.downwardAPI")
            for item in items:
                where = item.get("path") or ""
                faults += _taken(where, where, path, seen)
        if projection.get("serviceAccountToken") is not None:
            faults += _token(projection["serviceAccountToken"], f"{at}.serviceAccountToken", path)
        if sum(value is not None for value in projection.values()) > 1:
            faults.append(forbidden(at, "may not specify more than 1 volume type per source"))
    return faults


def _projected_keys(source: Obj, path: str, volume: str, seen: list[str]) -> Faults:
    name = source.get("name") or ""
    faults: Faults = [] if name else [required(f"{path}.name")]
    for index, item in enumerate(source.get("items") or ()):
        faults += key_to_path(item, f"{path}.items[{index}]")
        faults += _taken(item.get("path") or "", name, volume, seen)
    return faults


def _taken(where: str, told: str, path: str, seen: list[str]) -> Faults:
    """Two projections may not write one file; ``told`` names what would."""
    if where and where in seen:
        return [invalid(path, told, "conflicting duplicate paths")]
    seen.append(where)
    return []


def _token(token: Obj, path: str, volume: str) -> Faults:
    seconds, where = token.get("expirationSeconds") or 0, token.get("path") or ""
    faults: Faults = []
    if seconds < _TOKEN_S_MIN:
        why = "may not specify a duration less than 10 minutes"
        faults.append(invalid(f"{path}.expirationSeconds", seconds, why))
    if seconds > _TOKEN_S_MAX:
        why = "may not specify a duration larger than 2^32 seconds"
        faults.append(invalid(f"{path}.expirationSeconds", seconds, why))
    if not where:
        return [*faults, required(f"{volume}.path")]
    return faults + not_reserved(where, f"{volume}.path")
