"""Usage: what a container takes of CPU and memory, beside what it may take."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj
from k8slab.engine.nodes.usage import containers_of, usage_series

from .choice import choose

WINDOW_MS = 300_000


def used(cluster: Cluster, of: str) -> Obj:
    """{"choices": containers as ``default/web-x/app``, "of", "from_ms", "to_ms", "series"}.

    The series (None: no container) is ``usage_series`` over the latest WINDOW_MS, its ends with
    what they were: [{"at_ms", "reason"}].
    """
    choices = [
        f"{pod['metadata']['namespace']}/{pod['metadata']['name']}/{container['name']}"
        for pod in cluster.list("Pod")
        for container in containers_of(pod)
    ]
    of, to_ms = choose(of, choices), cluster.now_ms
    from_ms = max(0, to_ms - WINDOW_MS)
    shown = {"choices": choices, "of": of, "from_ms": from_ms, "to_ms": to_ms, "series": None}
    if not of:
        return shown
    namespace, pod_name, name = of.split("/")
    pod = cluster.world.store.get(Key("Pod", namespace, pod_name)) or {}
    container = next(each for each in containers_of(pod) if each["name"] == name)
    return {**shown, "series": usage_series(cluster.world, pod, container, from_ms, to_ms)}
