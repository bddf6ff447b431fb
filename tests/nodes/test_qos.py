"""QoS classes, and what they and the requests become in the kernel."""

import pytest

from k8slab.engine.components import cpu_weight
from k8slab.engine.nodes.cgroups import cgroup, oom_score_adj

GI = 1 << 30
CPU, BOTH = {"cpu": "1"}, {"cpu": "1", "memory": "1Gi"}
SAME = {"cpu": "1000m", "memory": "1024Mi"}


def container(requests=None, limits=None, name="c"):
    said = {"requests": requests, "limits": limits}
    resources = {field: amounts for field, amounts in said.items() if amounts}
    return {"name": name, "image": "nginx:1.27", "resources": resources}


CASES = [
    ("nothing said", [container()], [], "BestEffort"),
    ("zero said", [container({"cpu": "0"})], [], "BestEffort"),
    ("requests equal limits", [container(BOTH, BOTH)], [], "Guaranteed"),
    ("limits alone: requests default to them", [container(None, BOTH)], [], "Guaranteed"),
    ("as much in other words", [container(SAME, BOTH)], [], "Guaranteed"),
    ("requests below limits", [container({"cpu": "500m", "memory": "1Gi"}, BOTH)], [], "Burstable"),
    ("requests alone", [container(BOTH)], [], "Burstable"),
    ("one resource only", [container(CPU, CPU)], [], "Burstable"),
    ("one container of two", [container(BOTH, BOTH), container(name="d")], [], "Burstable"),
    ("two that are alike", [container(BOTH, BOTH), container(BOTH, BOTH, "d")], [], "Guaranteed"),
    ("an init container without", [container(BOTH, BOTH)], [container(name="i")], "Burstable"),
    ("an init container with", [container(BOTH, BOTH)], [container(BOTH, BOTH, "i")], "Guaranteed"),
]  # fmt: skip


@pytest.mark.parametrize(("containers", "inits", "quality"), [it[1:] for it in CASES],
                         ids=[it[0] for it in CASES])  # fmt: skip
def test_twelve_cases(cluster, containers, inits, quality):
    """RS-009, RS-010, RS-011, RS-013: computed from all containers; what one sets is ignored."""
    spec = {"containers": containers, **({"initContainers": inits} if inits else {})}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": spec,
        "status": {"qosClass": "Guaranteed" if quality == "BestEffort" else "BestEffort"},
    }
    request = {"verb": "create", "kind": "Pod", "namespace": "default", "body": body}
    assert cluster.request(request)["status"]["qosClass"] == quality


@pytest.mark.parametrize(
    ("requests", "limits", "score"),
    [
        (None, None, 1000),
        (None, BOTH, -997),
        ({"memory": "1Gi"}, None, 875),  # 1000 less 1000 * 1Gi / 8Gi
        ({"memory": "8Gi"}, None, 3),
        ({"cpu": "1"}, None, 999),
    ],
)
def test_the_kernels_scores(cluster, requests, limits, score):
    """RS-012: the higher the score, the sooner a process is killed."""
    one = container(requests or limits, limits)
    assert oom_score_adj({"spec": {"containers": [one]}}, one, 8 * GI) == score


def test_the_cgroup_of_a_container():
    """ND-007: requests become weights, limits a quota and a maximum."""
    found = cgroup(container({"cpu": "250m", "memory": "256Mi"}, {"cpu": "1", "memory": "512Mi"}))
    assert found == (250, 1000, 256 << 20, 512 << 20)
    assert found.cpu_shares == 256
    assert [cpu_weight(shares) for shares in (2, 102, 1024, 262_144)] == [1, 17, 100, 10_000]
