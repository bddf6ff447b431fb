"""The objects of a fresh cluster, as controllers and kubelets would leave them (truth 24).

They are the same in every cluster of a process: an immutable template, shared.
"""

from __future__ import annotations

from functools import lru_cache

from .base import chance
from .base.objects import Obj, Objs
from .base.quantity import format_bytes, whole_value
from .base.times import rfc3339
from .control import World
from .control.settings import Settings

KUBELET_VERSION = "v1.36.2"
API_SERVER_IP = "192.168.50.2"
SERVICE_IP = "10.96.0.1"
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_RESERVED_MEMORY = 100 << 20  # eviction-hard memory.available<100Mi
_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIBADAKBggqhkjOPQQDAjAjMSEwHwYDVQQDDBhrOHNsYWIt
-----END CERTIFICATE-----
"""
_CONDITIONS = (
    (
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def boot(world: World, nodes: int) -> None:
    """Store the namespaces, their accounts and certificates, the API's Service, and the nodes."""
    settings = world.settings
    objects = [*_common(settings.start_unix_ms), *_nodes(nodes, settings)]
    for obj in objects:
        world.store.write(obj, world.now_ms)


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
    return {**obj, "data": {"ca.crt": _CERTIFICATE}}


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


@lru_cache(maxsize=32)
def _nodes(count: int, settings: Settings) -> Objs:
    """Each node and its Lease."""
    created = rfc3339(settings.start_unix_ms)
    objects: Objs = []
    for number in range(1, count + 1):
        node = _node(number, settings, created)
        objects += [node, _lease(node, created)]
    return objects


def node_ip(number: int) -> str:
    """The address of node ``number``: 192.168.50.10, .11, ... and on into the next networks."""
    host = number + 9
    return f"192.168.{50 + host // 250}.{host % 250}" if host >= 250 else f"192.168.50.{host}"


def _node(number: int, settings: Settings, created: str) -> Obj:
    name = f"node-{number}"
    obj = _object("v1", "Node", name, "", created)
    labels = {"arch": "amd64", "hostname": name, "os": "linux"}
    obj["metadata"]["labels"] = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        **{f"kubernetes.io/{label}": value for label, value in labels.items()},
    }
    obj["metadata"]["annotations"] = {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    cidr = f"10.{244 + (number >> 8)}.{number & 255}.0/24"
    return {
        **obj,
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": _node_status(name, number, settings, created),
    }


def _node_status(name: str, number: int, settings: Settings, created: str) -> Obj:
    capacity = {
        "cpu": settings.node_cpu,
        "ephemeral-storage": "61255492Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": settings.node_memory,
        "pods": str(settings.node_pods),
    }
    memory = format_bytes(whole_value(settings.node_memory) - _RESERVED_MEMORY)
    allocatable = {**capacity, "ephemeral-storage": "56453061334", "memory": memory}
    return {
        "addresses": [
            {"type": "InternalIP", "address": node_ip(number)},
            {"type": "Hostname", "address": name},
        ],
        "allocatable": allocatable,
        "capacity": capacity,
        "conditions": [
            {
                "type": kind,
                "status": status,
                "lastHeartbeatTime": created,
                "lastTransitionTime": created,
                "reason": reason,
                "message": message,
            }
            for kind, status, reason, message in _CONDITIONS
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _node_info(name),
    }


def _node_info(name: str) -> Obj:
    return {
        "architecture": "amd64",
        "bootID": chance.uid(0, "boot-id", name),
        "containerRuntimeVersion": "containerd://2.2.1",
        "kernelVersion": "6.12.63+deb13-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": KUBELET_VERSION,
        "machineID": chance.uid(0, "machine-id", name).replace("-", ""),
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "systemUUID": chance.uid(0, "system-uuid", name),
    }


def _lease(node: Obj, created: str) -> Obj:
    name = node["metadata"]["name"]
    obj = _object("coordination.k8s.io/v1", "Lease", name, "kube-node-lease", created)
    obj["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
    ]
    renewed = f"{created[:-1]}.000000Z"
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": renewed}
    return {**obj, "spec": spec}
