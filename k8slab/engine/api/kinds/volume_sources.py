"""What each kind of volume must say, of a pod's volume or a PersistentVolume (core, 1.36)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...base import names
from ...base.objects import Obj
from ...base.quantity import parse_quantity
from .faults import Faults, forbidden, invalid, required, too_long, unsupported

MODE = "must be a number between 0 and 0777 (octal), both inclusive"
_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
_ISCSI_NAMES = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([0-9A-Za-z.-]+)(:[^,;*&$|\s]+)$"),
    "eui": re.compile(r"eui.[0-9A-Za-z]{16}$"),
    "naa": re.compile(r"naa.[0-9A-Za-z]{32}$"),
}
_DRIVER_MAX = 63
_REQUIRED: dict[str, tuple[str, ...]] = {
    "gitRepo": ("repository",),
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
    "glusterfs": ("endpoints", "path"),
    "persistentVolumeClaim": ("claimName",),
    "rbd": ("monitors", "image"),
    "cinder": ("volumeID",),
    "cephfs": ("monitors",),
    "flexVolume": ("driver",),
    "azureFile": ("secretName", "shareName"),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "storageos": ("volumeName",),
    "scaleIO": ("gateway", "system", "volumeName"),
}


def validate_source(name: str, source: Obj, path: str) -> Faults:
    """The faults of the source ``name`` ("hostPath") of a volume; none of those without rules."""
    check = _CHECKS.get(name)
    if check is not None:
        return check(source, path)
    return [required(f"{path}.{it}") for it in _REQUIRED.get(name, ()) if not source.get(it)]


def no_backsteps(value: str, path: str) -> Faults:
    """A path that goes nowhere up."""
    return [invalid(path, value, "must not contain '..'")] if ".." in value.split("/") else []


def descending(value: str, path: str) -> Faults:
    """A path within a directory (validateLocalDescendingPath)."""
    faults = [invalid(path, value, "must be a relative path")] if value.startswith("/") else []
    return faults + no_backsteps(value, path)


def not_reserved(value: str, path: str) -> Faults:
    """The same, that does not begin with two dots (ValidateLocalNonReservedPath)."""
    faults = descending(value, path)
    if value.startswith("..") and not value.startswith("../"):
        faults.append(invalid(path, value, "must not start with '..'"))
    return faults


def file_mode(source: Obj, field: str, path: str) -> Faults:
    """The bits of a file's permissions."""
    mode = source.get(field)
    wrong = mode is not None and not 0 <= mode <= 0o777
    return [invalid(f"{path}.{field}", mode, MODE)] if wrong else []


def key_to_path(item: Obj, path: str) -> Faults:
    """Faults of one of a source's items: which key becomes which file."""
    faults = [required(f"{path}.{field}") for field in ("key", "path") if not item.get(field)]
    faults += not_reserved(item.get("path") or "", f"{path}.path")
    return faults + file_mode(item, "mode", path)


def validate_driver(driver: str, path: str) -> Faults:
    """The name of a CSI driver."""
    if not driver:
        return [required(path)]
    faults: Faults = [too_long(path, _DRIVER_MAX)] if len(driver) > _DRIVER_MAX else []
    return faults + [invalid(path, driver, why) for why in names.dns_subdomain(driver.lower())]


def _empty_dir(source: Obj, path: str) -> Faults:
    limit = source.get("sizeLimit")
    if limit is None or parse_quantity(limit) >= 0:
        return []
    return [forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]


def _host_path(source: Obj, path: str) -> Faults:
    where, kind = source.get("path") or "", source.get("type")
    if not where:
        return [required(f"{path}.path")]
    faults = no_backsteps(where, f"{path}.path")
    if kind is not None and kind not in _HOST_PATH_TYPES:
        faults.append(unsupported(f"{path}.type", kind, _HOST_PATH_TYPES))
    return faults


def _local(source: Obj, path: str) -> Faults:
    where = source.get("path") or ""
    return no_backsteps(where, f"{path}.path") if where else [required(f"{path}.path")]


def _nfs(source: Obj, path: str) -> Faults:
    where = source.get("path") or ""
    faults = [required(f"{path}.{it}") for it in ("server", "path") if not source.get(it)]
    if not where.startswith("/"):
        faults.append(invalid(f"{path}.path", where, "must be an absolute path"))
    return faults


def _iscsi(source: Obj, path: str) -> Faults:
    faults: Faults = [] if source.get("targetPortal") else [required(f"{path}.targetPortal")]
    name = source.get("iqn") or ""
    if not name:
        faults.append(required(f"{path}.iqn"))
    elif (rule := _ISCSI_NAMES.get(name[:3])) is None:
        why = "must be valid format starting with iqn, eui, or naa"
        faults.append(invalid(f"{path}.iqn", name, why))
    elif not rule.match(name):
        faults.append(invalid(f"{path}.iqn", name, "must be valid format"))
    lun = source.get("lun") or 0
    if not 0 <= lun <= 255:
        faults.append(invalid(f"{path}.lun", lun, "must be between 0 and 255, inclusive"))
    chap = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if chap and source.get("secretRef") is None:
        faults.append(required(f"{path}.secretRef"))
    return faults


def _fibre_channel(source: Obj, path: str) -> Faults:
    targets, wide = source.get("targetWWNs") or [], source.get("wwids") or []
    at = f"{path}.targetWWNs"
    faults: Faults = []
    if not targets and not wide:
        faults.append(required(at, "must specify either targetWWNs or wwids, but not both"))
    if targets and wide:
        why = "targetWWNs and wwids can not be specified simultaneously"
        faults.append(invalid(at, targets, why))
    if targets and source.get("lun") is None:
        faults.append(required(f"{path}.lun", "lun is required if targetWWNs is specified"))
    return faults


def _flocker(source: Obj, path: str) -> Faults:
    if not source.get("datasetName") and not source.get("datasetUUID"):
        return [required(path, "one of datasetName and datasetUUID is required")]
    return []


def _keys(name: str) -> Callable[[Obj, str], Faults]:
    def check(source: Obj, path: str) -> Faults:
        faults: Faults = [] if source.get(name) else [required(f"{path}.{name}")]
        faults += file_mode(source, "defaultMode", path)
        for index, item in enumerate(source.get("items") or ()):
            faults += key_to_path(item, f"{path}.items[{index}]")
        return faults

    return check


def _csi(source: Obj, path: str) -> Faults:
    """Of a pod's volume, or (with a handle, and secrets by namespace) of a PersistentVolume."""
    faults = validate_driver(source.get("driver") or "", f"{path}.driver")
    secret = source.get("nodePublishSecretRef")
    if secret is not None and not secret.get("name"):
        faults.append(required(f"{path}.nodePublishSecretRef.name"))
    return faults


def _image(source: Obj, path: str) -> Faults:
    policies = ("Always", "IfNotPresent", "Never")
    policy = source.get("pullPolicy")
    faults: Faults = [] if source.get("reference") else [required(f"{path}.reference")]
    if policy and policy not in policies:
        faults.append(unsupported(f"{path}.pullPolicy", policy, policies))
    return faults


_CHECKS: dict[str, Callable[[Obj, str], Faults]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "local": _local,
    "secret": _keys("secretName"),
    "configMap": _keys("name"),
    "nfs": _nfs,
    "iscsi": _iscsi,
    "fc": _fibre_channel,
    "flocker": _flocker,
    "csi": _csi,
    "image": _image,
}
