"""The Node object and its Lease, as a kubelet registers them (kubelet_node_status.go, 1.36)."""

from __future__ import annotations

from ..base import chance, cloud
from ..base.objects import Obj, key_of
from ..base.quantity import format_bytes, format_milli, milli_value, whole_value
from ..control import World
from ..control.settings import Settings
from .machine import change_machine
from .pressure import THRESHOLDS

KUBELET_VERSION = "v1.36.2"
RUNTIMES = {"containerd": "containerd://2.2.1", "cri-o": "cri-o://1.36.0"}
DISK = "61255492Ki"
WELL = ("NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID", "NodeReady")
CONDITIONS = (
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


def node_ip(number: int) -> str:
    """The address of node ``number``: 192.168.50.10, .11, ... and on into the next networks."""
    host = number + 9
    return f"192.168.{50 + host // 250}.{host % 250}" if host >= 250 else f"192.168.50.{host}"


def _cidr(number: int) -> str:
    return f"10.{244 + (number >> 8)}.{number & 255}.0/24"


def node_object(name: str, number: int, settings: Settings, created: str) -> Obj:
    """A ready Node of the cluster's usual size, with the address range of node ``number``."""
    names = {"arch": "amd64", "hostname": name, "os": "linux"}
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        **{f"kubernetes.io/{label}": value for label, value in names.items()},
    }
    annotations = {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": chance.uid(0, "boot", "Node", "", name),
            "creationTimestamp": created,
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {"podCIDR": _cidr(number), "podCIDRs": [_cidr(number)]},
        "status": _status(name, number, settings, created),
    }


def _status(name: str, number: int, settings: Settings, created: str) -> Obj:
    capacity = {
        "cpu": settings.node_cpu,
        "ephemeral-storage": DISK,
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": settings.node_memory,
        "pods": str(settings.node_pods),
    }
    return {
        "addresses": [
            {"type": "InternalIP", "address": node_ip(number)},
            {"type": "Hostname", "address": name},
        ],
        "allocatable": {**capacity, **_allocatable(settings)},
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
            for kind, status, reason, message in CONDITIONS
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _info(name, settings),
    }


def _allocatable(settings: Settings) -> dict[str, str]:
    """What pods can have: the capacity less --kube-reserved and the eviction threshold."""
    memory = whole_value(settings.node_memory) - whole_value(settings.kube_reserved_memory)
    found = {
        "ephemeral-storage": "56453061334",
        "memory": format_bytes(memory - THRESHOLDS[0].bytes),
    }
    reserved_m = milli_value(settings.kube_reserved_cpu)
    if reserved_m:
        found["cpu"] = format_milli(milli_value(settings.node_cpu) - reserved_m)
    return found


def _info(name: str, settings: Settings) -> Obj:
    return {
        "architecture": "amd64",
        "bootID": chance.uid(0, "boot-id", name),
        "containerRuntimeVersion": RUNTIMES[settings.runtime],
        "kernelVersion": "6.12.63+deb13-amd64",
        "kubeProxyVersion": "",
        "kubeletVersion": KUBELET_VERSION,
        "machineID": chance.uid(0, "machine-id", name).replace("-", ""),
        "operatingSystem": "linux",
        "osImage": "Debian GNU/Linux 13 (trixie)",
        "systemUUID": chance.uid(0, "system-uuid", name),
    }


def lease_object(node: Obj, created: str) -> Obj:
    """The node's Lease in kube-node-lease."""
    name = node["metadata"]["name"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {
            "name": name,
            "namespace": "kube-node-lease",
            "uid": chance.uid(0, "boot", "Lease", "kube-node-lease", name),
            "creationTimestamp": created,
            "ownerReferences": [owner],
        },
        "spec": {
            "holderIdentity": name,
            "leaseDurationSeconds": 40,
            "renewTime": f"{created[:-1]}.000000Z",
        },
    }


def register(world: World, name: str, settings: Settings) -> None:
    """A kubelet starts on a new machine and registers it, with a free address range."""
    taken = {node["spec"].get("podCIDR") for node in world.store.list("Node")}
    number = next(it for it in range(1, 1 << 16) if _cidr(it) not in taken)
    created = world.timestamp()
    node = node_object(name, number, settings, created)
    node["metadata"]["uid"] = chance.uid(world.seed, "node", name, world.now_ms)
    if settings.cloud == "sim":
        node["spec"]["taints"] = [cloud.UNINITIALIZED]
    change_machine(world, name, up=True, crashed=False, kubelet=True, started_ms=world.now_ms)
    stored = world.api.create(node)
    lease = lease_object(stored, created)
    if world.store.get(key_of(lease)) is None:
        world.api.create(lease)
    says = ["Starting kubelet.", *(f"Node {name} status is now: {it}" for it in WELL)]
    for reason, text in zip(("Starting", *WELL), says, strict=True):
        world.event(stored, "Normal", reason, text, "kubelet", host=name)
