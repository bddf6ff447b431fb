"""Endpoints and the traffic that follows them: invariants 11 and 12."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, is_deleting, labels_of
from k8slab.engine.base.pods import pod_is_ready, pod_is_terminal
from k8slab.engine.network import CLIENT, send

from ..view import View

SLICE_MS = 500
PROXY_MS = 1_500
REQUESTS = 4


def _settled(view: View, quiet_ms: int) -> Iterator[tuple[str, Obj]]:
    """The Services with a selector around which nothing changed for so long."""
    for service in view.all("Service"):
        namespace = service["metadata"]["namespace"]
        home = view.get(Key("Namespace", "", namespace))
        if home is None or is_deleting(home) or is_deleting(service):
            continue
        quiet = view.quiet_ms(namespace, "Pod", "Service") >= quiet_ms
        if quiet and service["spec"].get("selector"):
            yield f"{namespace}/{service['metadata']['name']}", service


def _selected(view: View, service: Obj) -> list[Obj]:
    selector, namespace = service["spec"]["selector"], service["metadata"]["namespace"]
    return [
        pod
        for pod in view.all("Pod")
        if pod["metadata"]["namespace"] == namespace
        and selector.items() <= labels_of(pod).items()
        and (pod.get("status") or {}).get("podIP")
        and not pod_is_terminal(pod)
    ]


def _told(view: View, service: Obj) -> dict[str, tuple[bool, bool]]:
    """(ready, terminating) by the name of the pod, as the slices have it."""
    metadata = service["metadata"]
    label = "kubernetes.io/service-name"
    return {
        it["targetRef"]["name"]: (it["conditions"]["ready"], it["conditions"]["terminating"])
        for slice_ in view.all("EndpointSlice")
        if slice_["metadata"]["namespace"] == metadata["namespace"]
        and labels_of(slice_).get(label) == metadata["name"]
        for it in slice_.get("endpoints") or ()
    }


def _is_published(service: Obj, pod: Obj) -> bool:
    if service["spec"].get("publishNotReadyAddresses"):
        return True
    return pod_is_ready(pod) and not is_deleting(pod)


def slices_are_the_ready_pods(view: View, cluster: Cluster) -> Iterator[str]:
    """11. Ready endpoints = ready, non-terminating, selected pods, within propagation delay."""
    for name, service in _settled(view, SLICE_MS):
        wanted = {
            pod["metadata"]["name"]: (_is_published(service, pod), is_deleting(pod))
            for pod in _selected(view, service)
        }
        told = _told(view, service)
        if told != wanted:
            yield f"Service {name}: endpoints (ready, terminating) {told}, pods {wanted}"


def traffic_goes_to_the_ready(view: View, cluster: Cluster) -> Iterator[str]:
    """12. After the delay, no traffic to the unready.

    Where no pod is ready, those that go and still serve are used (KEP-1669).
    """
    for name, service in _settled(view, PROXY_MS):
        pods = _selected(view, service)
        usable = [pod for pod in pods if _is_published(service, pod)]
        usable = usable or [pod for pod in pods if pod_is_ready(pod)]
        names = {pod["metadata"]["name"] for pod in usable}
        metadata = service["metadata"]
        url = f"http://{metadata['name']}.{metadata['namespace']}/"
        for source in (CLIENT, "node-1"):
            for number in range(REQUESTS):
                trace = send(cluster.world, url, source=source, number=number)
                if trace.pod not in (names or {""}):
                    where = trace.pod or f"nowhere ({trace.cause})"
                    yield f"Service {name}: a request went to {where}, ready are {sorted(names)}"
