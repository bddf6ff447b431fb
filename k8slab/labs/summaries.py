"""What the page is told of an object: the Summary of docs/protocol.md, one function a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slab.engine import Cluster
from k8slab.engine.api.kinds.pod_columns import pod_status
from k8slab.engine.apps import Run, phase
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import Key, Obj, controller_of, get_in, is_deleting, labels_of
from k8slab.engine.base.pods import phase_of, pod_is_ready
from k8slab.engine.nodes.lifecycle import ALIVE
from k8slab.engine.nodes.probes import NAMES as PROBES
from k8slab.engine.nodes.runs import memory, run_of

from .progress import has_condition, progress, wanted_ends

Summary = dict[str, Any]
REVISION = "deployment.kubernetes.io/revision"
SERVICE_NAME = "kubernetes.io/service-name"
FAILED_TEXTS = ("Error", "BackOff", "Err", "OOMKilled", "Evicted", "Invalid", "ContainerCannotRun")


def summary(cluster: Cluster, obj: Obj) -> Summary:
    """The Summary of an object whose kind is drawn."""
    metadata = obj["metadata"]
    owner = controller_of(obj)
    namespace = metadata.get("namespace", "")
    return {
        "kind": obj["kind"],
        "namespace": namespace,
        "name": metadata["name"],
        "uid": metadata["uid"],
        "version": metadata["resourceVersion"],
        "deleting": is_deleting(obj),
        "owner": path_of(Key(owner["kind"], namespace, owner["name"])) if owner else None,
        "labels": labels_of(obj),
        "progress": progress(obj)._asdict(),
        **DRAWN[obj["kind"]](cluster, obj),
    }


def path_of(key: Key) -> str:
    """``Pod/default/web-x``; the namespace is empty for a cluster-wide object."""
    return f"{key.kind}/{key.namespace}/{key.name}"


def is_booting(summary_: Summary) -> bool:
    """Whether a summary changes as time passes although its object does not."""
    app = summary_.get("app")
    return app is not None and app["progress"] < 1


def _pod(cluster: Cluster, pod: Obj) -> Summary:
    statuses = get_in(pod, "status", "containerStatuses", default=[])
    text = pod_status(pod)
    return {
        "node": get_in(pod, "spec", "nodeName"),
        "phase": phase_of(pod),
        "sign": _sign(pod, text),
        "text": text,
        "ready": f"{sum(it['ready'] for it in statuses)}/{len(pod['spec']['containers'])}",
        "restarts": sum(it["restartCount"] for it in statuses),
        "ip": get_in(pod, "status", "podIP"),
        "image": pod["spec"]["containers"][0]["image"],
        "app": _app(cluster, pod),
        "probes": _probes(cluster, pod),
    }


def _sign(pod: Obj, text: str) -> str:
    """The sign of the picture: ready, running, pending, failed or terminating."""
    if is_deleting(pod):
        return "terminating"
    if phase_of(pod) == "Failed" or any(part in text for part in FAILED_TEXTS):
        return "failed"
    if phase_of(pod) == "Running":
        return "ready" if pod_is_ready(pod) else "running"
    return "ready" if phase_of(pod) == "Succeeded" else "pending"


def _app(cluster: Cluster, pod: Obj) -> Summary | None:
    """How far the first container's process is with its boot plan; None where none runs."""
    container = pod["spec"]["containers"][0]
    record = memory(cluster.world, pod).get("containers", {}).get(container["name"])
    run = run_of(cluster.world, pod, container, record) if record else None
    if run is None or not run.image.boot:
        return None
    plan_ms = sum(round(seconds * 1000) for _, seconds in run.image.boot)
    progress = min(1.0, (run.now_ms - run.started_ms) / plan_ms) if plan_ms else 1.0
    return {"phase": phase(run), "progress": round(progress, 2), "plan": _plan(run)}


def _plan(run: Run) -> list[list[Any]]:
    return [[name, seconds] for name, seconds in run.image.boot]


def _probes(cluster: Cluster, pod: Obj) -> Summary:
    """What each probe says: {container: {probe: "ok", "failing" or "waiting"}}."""
    known, found = memory(cluster.world, pod).get("containers", {}), {}
    for container in pod["spec"]["containers"]:
        name = container["name"]
        if verdicts := _verdicts(container, known.get(name, {})):
            found[name] = verdicts
    return found


def _verdicts(container: Obj, record: Obj) -> Summary:
    """Before its first verdict liveness counts as passed and readiness as failed, and both wait
    for the startup probe (the kubelet's results managers, 1.36)."""
    asked = [name for name in PROBES if f"{name}Probe" in container]
    passed = {name: get_in(record, "probes", name, "ok") for name in asked}
    if record.get("state") not in ALIVE:
        return dict.fromkeys(asked, "waiting")
    if passed.get("startup", True) is not True:
        return {name: "failing" if passed[name] is False else "waiting" for name in asked}
    return {name: "ok" if _holds(name, passed[name]) else "failing" for name in asked}


def _holds(probe: str, verdict: bool | None) -> bool:
    return probe == "liveness" if verdict is None else verdict


def _workload(cluster: Cluster, obj: Obj) -> Summary:
    """A Deployment, a ReplicaSet or a StatefulSet."""
    status = obj.get("status") or {}
    return {
        "desired": get_in(obj, "spec", "replicas", default=0),
        "current": status.get("replicas", 0),
        "updated": status.get("updatedReplicas", 0),
        "ready": status.get("readyReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "revision": (obj["metadata"].get("annotations") or {}).get(REVISION, ""),
        "image": get_in(obj, "spec", "template", "spec", "containers", 0, "image"),
    }


def _daemon_set(cluster: Cluster, obj: Obj) -> Summary:
    status = obj.get("status") or {}
    return {
        "desired": status.get("desiredNumberScheduled", 0),
        "current": status.get("currentNumberScheduled", 0),
        "updated": status.get("updatedNumberScheduled", 0),
        "ready": status.get("numberReady", 0),
        "available": status.get("numberAvailable", 0),
        "image": get_in(obj, "spec", "template", "spec", "containers", 0, "image"),
    }


def _job(cluster: Cluster, obj: Obj) -> Summary:
    status = obj.get("status") or {}
    ends = ("Complete", "Failed")
    return {
        "desired": wanted_ends(obj),
        "active": status.get("active", 0),
        "done": status.get("succeeded", 0),
        "failed": status.get("failed", 0),
        "ended": next((end for end in ends if has_condition(obj, end)), ""),
        "suspended": bool(get_in(obj, "spec", "suspend")),
        "image": get_in(obj, "spec", "template", "spec", "containers", 0, "image"),
    }


def _cron_job(cluster: Cluster, obj: Obj) -> Summary:
    return {
        "schedule": get_in(obj, "spec", "schedule", default=""),
        "active": len(get_in(obj, "status", "active", default=[])),
        "suspended": bool(get_in(obj, "spec", "suspend")),
        "image": get_in(
            obj, "spec", "jobTemplate", "spec", "template", "spec", "containers", 0, "image"
        ),
    }


def _service(cluster: Cluster, obj: Obj) -> Summary:
    spec = obj["spec"]
    return {
        "type": spec.get("type", "ClusterIP"),
        "cluster_ip": spec.get("clusterIP", ""),
        "ports": spec.get("ports", []),
        "selector": spec.get("selector", {}),
    }


def _slice(cluster: Cluster, obj: Obj) -> Summary:
    endpoints = [
        {
            "pod": get_in(endpoint, "targetRef", "name"),
            "ip": endpoint["addresses"][0],
            "ready": get_in(endpoint, "conditions", "ready", default=False),
            "serving": get_in(endpoint, "conditions", "serving", default=False),
            "terminating": get_in(endpoint, "conditions", "terminating", default=False),
        }
        for endpoint in obj.get("endpoints") or ()
    ]
    return {"service": labels_of(obj).get(SERVICE_NAME), "endpoints": endpoints}


def _node(cluster: Cluster, node: Obj) -> Summary:
    name = node["metadata"]["name"]
    ready = condition_of(node, "Ready")
    power = cluster.world.note("node", Key("Node", "", name), {"up": True})
    return {
        "ready": ready["status"] if ready else "Unknown",
        "unschedulable": bool(get_in(node, "spec", "unschedulable")),
        "taints": get_in(node, "spec", "taints", default=[]),
        "up": power["up"],
        "capacity": get_in(node, "status", "capacity", default={}),
        "pods": len(cluster.world.store.by("Pod", "node", name)),
    }


DRAWN: dict[str, Callable[[Cluster, Obj], Summary]] = {
    "Node": _node,
    "Service": _service,
    "Deployment": _workload,
    "ReplicaSet": _workload,
    "StatefulSet": _workload,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "CronJob": _cron_job,
    "Pod": _pod,
    "EndpointSlice": _slice,
}
"""The kinds that the picture draws."""
