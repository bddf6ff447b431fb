"""What a rollout may do when its Deployment says nothing of it."""

import pytest

from k8slab.engine.base.pods import pod_is_active, pod_is_ready

from .rollouts import cluster, create, deployment, set_image


@pytest.mark.parametrize(
    ("replicas", "most", "fewest"), [(10, 13, 8), (3, 4, 3), (4, 5, 3), (1, 2, 1), (7, 9, 6)]
)
def test_a_quarter_more_rounded_up_and_a_quarter_less_rounded_down(replicas, most, fewest):
    """RO-005, RO-006: as many pods and as few ready ones as the rollout ever had."""
    c = cluster()
    create(c, deployment(replicas, start="1s", ready="2s", term="2s"))
    c.advance(30)
    set_image(c, "app:v2")
    pods = {pod["metadata"]["name"]: pod for pod in c.list("Pod", "default")}
    counts = []
    since = c.version
    c.advance(300)
    for change in c.changes(since=since):
        if change.key.kind != "Pod":
            continue
        if change.type == "DELETED":
            pods.pop(change.key.name, None)
        else:
            pods[change.key.name] = change.object
        active = [pod for pod in pods.values() if pod_is_active(pod)]
        counts.append((len(active), sum(map(pod_is_ready, active))))
    assert max(total for total, _ in counts) == most
    assert min(ready for _, ready in counts) == fewest
