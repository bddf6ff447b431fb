"""The objects of a fresh cluster, as controllers and kubelets would leave them (truth 24).

They are the same in every cluster of a process: an immutable template, shared.
"""

from __future__ import annotations

from functools import lru_cache

from .base import chance, cloud
from .base.objects import Obj, Objs
from .base.storage import DISK_DRIVER, LOCAL_DRIVER
from .base.times import rfc3339
from .control import World
from .control.settings import Settings
from .network import coredns
from .nodes.registration import lease_object, node_object

API_SERVER_IP = "192.168.50.2"
SERVICE_IP = "10.96.0.1"
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIBADAKBggqhkjOPQQDAjAjMSEwHwYDVQQDDBhrOHNsYWIt
-----END CERTIFICATE-----
"""


def boot(world: World, nodes: int) -> None:
    """Store the namespaces, their accounts and certificates, the API's Service, and the nodes."""
    settings = world.settings
    objects = [*_common(settings.start_unix_ms), *_nodes(nodes, settings)]
    if settings.storage == "sim":
        objects += _storage(settings.start_unix_ms)
    for obj in objects:
        world.store.write(obj, world.now_ms)
    if settings.coredns:
        for obj in coredns.objects():
            world.api.create(obj)


def _object(api_version: str, kind: str, name: str, namespace: str, created: str) -> Obj:
    metadata: Obj = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["uid"] = chance.uid(0, "boot", kind, namespace, name)
    metadata["creationTimestamp"] = created
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


@lru_cache(maxsize=8)
def _common(start_unix_ms: int) -> Objs:
    created = rfc3339(start_unix_ms)
    objects = [_namespace(name, created) for name in NAMESPACES]
    for name in NAMESPACES:
        objects.append(_object("v1", "ServiceAccount", "default", name, created))
        objects.append(_root_certificate(name, created))
    return [*objects, _service(created), _endpoint_slice(created)]


def _namespace(name: str, created: str) -> Obj:
    obj = _object("v1", "Namespace", name, "", created)
    obj["metadata"]["labels"] = {"kubernetes.io/metadata.name": name}
    return {**obj, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def _root_certificate(namespace: str, created: str) -> Obj:
    obj = _object("v1", "ConfigMap", "kube-root-ca.crt", namespace, created)
    obj["metadata"]["annotations"] = {
        "kubernetes.io/description": (
            "Contains a CA bundle that can be used to verify the kube-apiserver when using "
            "internal endpoints such as the internal service IP or kubernetes.default.svc. No "
            "other usage is guaranteed across distributions of Kubernetes clusters."
        )
    }
    return {**obj, "data": {"ca.crt": CERTIFICATE}}


def _service(created: str) -> Obj:
    obj = _object("v1", "Service", "kubernetes", "default", created)
    obj["metadata"]["labels"] = {"component": "apiserver", "provider": "kubernetes"}
    spec = {
        "clusterIP": SERVICE_IP,
        "clusterIPs": [SERVICE_IP],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    return {**obj, "spec": spec, "status": {"loadBalancer": {}}}


def _endpoint_slice(created: str) -> Obj:
    obj = _object("discovery.k8s.io/v1", "EndpointSlice", "kubernetes", "default", created)
    obj["metadata"]["generation"] = 1
    obj["metadata"]["labels"] = {"kubernetes.io/service-name": "kubernetes"}
    return {
        **obj,
        "addressType": "IPv4",
        "endpoints": [{"addresses": [API_SERVER_IP], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    }


@lru_cache(maxsize=8)
def _storage(start_unix_ms: int) -> Objs:
    """The class of a node's own directories, that of disks, and the drivers that make them."""
    created = rfc3339(start_unix_ms)
    return [
        _driver(LOCAL_DRIVER, created, attach=False),
        _driver(DISK_DRIVER, created, attach=True),
        _storage_class("standard", LOCAL_DRIVER, "WaitForFirstConsumer", created),
        _storage_class("fast-ssd", DISK_DRIVER, "Immediate", created),
    ]


def _driver(name: str, created: str, *, attach: bool) -> Obj:
    obj = _object("storage.k8s.io/v1", "CSIDriver", name, "", created)
    spec = {
        "attachRequired": attach,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "podInfoOnMount": False,
        "requiresRepublish": False,
        "seLinuxMount": False,
        "storageCapacity": False,
        "volumeLifecycleModes": ["Persistent"],
    }
    return {**obj, "spec": spec}


def _storage_class(name: str, driver: str, mode: str, created: str) -> Obj:
    obj = _object("storage.k8s.io/v1", "StorageClass", name, "", created)
    if name == "standard":
        obj["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    binding = {"reclaimPolicy": "Delete", "volumeBindingMode": mode}
    return {**obj, "provisioner": driver, "allowVolumeExpansion": True, **binding}


@lru_cache(maxsize=32)
def _nodes(count: int, settings: Settings) -> Objs:
    """Each node and its Lease."""
    created = rfc3339(settings.start_unix_ms)
    objects: Objs = []
    for number in range(1, count + 1):
        node = node_object(f"node-{number}", number, settings, created)
        if settings.cloud == "sim":
            node = cloud.with_metadata(node)
        objects += [node, lease_object(node, created)]
    return objects
