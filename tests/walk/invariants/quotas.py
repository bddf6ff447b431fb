"""ResourceQuota: invariant 24."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj, get_in
from k8slab.engine.base.pods import pod_is_terminal
from k8slab.engine.base.times import parse_rfc3339
from k8slab.engine.store import Change

from ..view import View


def _pods(view: View, quota: Obj, unix_ms: int) -> int:
    """The pods that a quota counts: none that has ended, or that should long have gone."""
    namespace = quota["metadata"]["namespace"]
    return sum(
        pod["metadata"]["namespace"] == namespace
        and not pod_is_terminal(pod)
        and not _outstays(pod["metadata"], unix_ms)
        for pod in view.all("Pod")
    )


def _outstays(metadata: Obj, unix_ms: int) -> bool:
    """Still there when its grace has passed twice since its deletion began."""
    if "deletionTimestamp" not in metadata:
        return False
    grace_ms = 1000 * int(metadata.get("deletionGracePeriodSeconds", 0))
    return unix_ms > parse_rfc3339(metadata["deletionTimestamp"]) + grace_ms


def pods_stay_within_quota(view: View, change: Change) -> Iterator[str]:
    """24. Quota used <= hard: no pod is let in beyond a quota that has been taken up."""
    if change.key.kind != "Pod" or change.type != "ADDED":
        return
    for quota in view.all("ResourceQuota"):
        hard = get_in(quota, "status", "hard", "pods")
        if hard is None or quota["metadata"]["namespace"] != change.key.namespace:
            continue
        pods = _pods(view, quota, view.unix_ms)
        if pods > int(hard):
            yield f"{change.key} was created: {pods} pods, the quota is {hard}"


def used_is_the_sum(view: View, cluster: Cluster) -> Iterator[str]:
    """24. At rest, used is the sum of what is there."""
    for quota in view.all("ResourceQuota"):
        used = get_in(quota, "status", "used", "pods")
        pods = _pods(view, quota, cluster.world.unix_ms)
        if used is not None and int(used) != pods:
            yield f"a quota says {used} pods are used; there are {pods}"
