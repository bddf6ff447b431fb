"""What volumes are made of, as describe names it: the lines of every source (kubectl 1.36)."""

from __future__ import annotations

from typing import Any

from .lines import NONE, lower

UNMARKED = "ISCSIInterface"
"""The one label without a colon."""
# The source's field: what it is, and for each line its label, field, and what stands for nothing.
_ISCSI = (
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then "
    "exposed to the pod)"
)
SOURCES: dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path", "path", ""), ("HostPathType", "type", NONE)),
    ),
    "emptyDir": (
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium", "medium", ""), ("SizeLimit", "sizeLimit", "<unset>")),
    ),
    "gcePersistentDisk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (
            ("PDName", "pdName", ""),
            ("FSType", "fsType", ""),
            ("Partition", "partition", 0),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "awsElasticBlockStore": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (
            ("VolumeID", "volumeID", ""),
            ("FSType", "fsType", ""),
            ("Partition", "partition", 0),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secretName", ""), ("Optional", "optional", False)),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name", ""), ("Optional", "optional", False)),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server", "server", ""), ("Path", "path", ""), ("ReadOnly", "readOnly", False)),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", False)),
    ),
    "local": (
        "LocalVolume (a persistent volume backed by local storage on a node)",
        (("Path", "path", ""),),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")),
    ),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (
            ("Driver", "driver", ""),
            ("FSType", "fsType", ""),
            ("VolumeHandle", "volumeHandle", None),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "azureFile": (
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (
            ("SecretName", "secretName", ""),
            ("ShareName", "shareName", ""),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository", ""), ("Revision", "revision", "")),
    ),
    "iscsi": (
        _ISCSI,
        (
            ("TargetPortal", "targetPortal", ""),
            ("IQN", "iqn", ""),
            ("Lun", "lun", 0),
            ("ISCSIInterface", "iscsiInterface", ""),
            ("FSType", "fsType", ""),
            ("ReadOnly", "readOnly", False),
            ("Portals", "portals", []),
            ("DiscoveryCHAPAuth", "chapAuthDiscovery", False),
            ("SessionCHAPAuth", "chapAuthSession", False),
            ("SecretRef", "secretRef", "nil"),
            ("InitiatorName", "initiatorName", NONE),
        ),
    ),
    "glusterfs": (
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (("EndpointsName", "endpoints", ""), ("Path", "path", ""), ("ReadOnly", "readOnly", False)),
    ),
    "rbd": (
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        (
            ("CephMonitors", "monitors", []),
            ("RBDImage", "image", ""),
            ("FSType", "fsType", ""),
            ("RBDPool", "pool", ""),
            ("RadosUser", "user", ""),
            ("Keyring", "keyring", ""),
            ("SecretRef", "secretRef", "nil"),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "azureDisk": (
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            ("DiskName", "diskName", ""),
            ("DiskURI", "diskURI", ""),
            ("Kind", "kind", ""),
            ("FSType", "fsType", ""),
            ("CachingMode", "cachingMode", ""),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "vsphereVolume": (
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (
            ("VolumePath", "volumePath", ""),
            ("FSType", "fsType", ""),
            ("StoragePolicyName", "storagePolicyName", ""),
        ),
    ),
    "cinder": (
        "Cinder (a Persistent Disk resource in OpenStack)",
        (
            ("VolumeID", "volumeID", ""),
            ("FSType", "fsType", ""),
            ("ReadOnly", "readOnly", False),
            ("SecretRef", "secretRef", "nil"),
        ),
    ),
    "cephfs": (
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (
            ("Monitors", "monitors", []),
            ("Path", "path", ""),
            ("User", "user", ""),
            ("SecretFile", "secretFile", ""),
            ("SecretRef", "secretRef", "nil"),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "fc": (
        "FC (a Fibre Channel disk)",
        (
            ("TargetWWNs", "targetWWNs", ""),
            ("LUN", "lun", NONE),
            ("FSType", "fsType", ""),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "portworxVolume": (
        "PortworxVolume (a Portworx Volume resource)",
        (("VolumeID", "volumeID", ""),),
    ),
}


def shown(field: str, value: Any) -> str:
    """A field's value as Go's ``%v`` prints it."""
    match field, value:
        case "sizeLimit", "0":
            return "<unset>"
        case "targetWWNs", list():
            return ", ".join(value)
        case _, bool():
            return lower(value)
        case _, list():
            return f"[{' '.join(str(each) for each in value)}]"
        case _, dict():
            fields = "".join(f"{name.capitalize()}:{it}," for name, it in sorted(value.items()))
            kind = "SecretReference" if "namespace" in value else "LocalObjectReference"
            return f"&{kind}{{{fields}}}"
    return str(value)
