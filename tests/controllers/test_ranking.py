"""Which of two pods goes first, by upstream's table (controller_utils_test, ranks by node)."""

from __future__ import annotations

import pytest

from k8slab.engine.base.times import rfc3339
from k8slab.engine.controllers.ranking import pods_to_delete

NOW_MS = 1_767_603_600_000
HOUR, MONTH = 3600, 30 * 24 * 3600


def pod(name, node="n", phase="Running", ready=None, born=0, restarts=0, cost=None, sidecar=0):
    """``ready``: for how many seconds; None while it is not."""
    since = rfc3339(NOW_MS - (ready or 0) * 1000)
    conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": since}]
    metadata = {"name": name, "uid": name, "creationTimestamp": rfc3339(NOW_MS - born * 1000)}
    if cost is not None:
        metadata["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": cost}
    spec = {"initContainers": [{"name": "s", "restartPolicy": "Always"}, {"name": "i"}]}
    return {
        "metadata": metadata,
        "spec": {**spec, **({"nodeName": node} if node else {})},
        "status": {
            "phase": phase,
            "conditions": conditions if ready is not None else [],
            "containerStatuses": [{"name": "c", "restartCount": restarts}],
            "initContainerStatuses": [
                {"name": "s", "restartCount": sidecar},
                {"name": "i", "restartCount": 7},
            ],
        },
    }


def first(left, right, related=()):
    found = {pods_to_delete(pods, 1, related, NOW_MS)[0]["metadata"]["name"]
             for pods in ([left, right], [right, left])}  # fmt: skip
    assert len(found) == 1, "the order in which they are given must not matter"
    return found.pop()


@pytest.mark.parametrize(
    ("goes", "stays"),
    [
        ({"node": "", "phase": "Pending"}, {"phase": "Pending"}),
        ({"phase": "Pending"}, {"phase": "Unknown"}),
        ({"phase": "Unknown"}, {}),
        ({}, {"ready": 0}),
        ({"ready": 0}, {"ready": MONTH}),
        ({"ready": 0, "restarts": 9001}, {"ready": 0}),
        ({"ready": 0, "sidecar": 2, "born": MONTH}, {"ready": 0, "sidecar": 1}),
        ({"ready": 0, "restarts": 1}, {"ready": 0, "sidecar": 5}),
        ({"ready": 0, "born": 0}, {"ready": 0, "born": MONTH}),
        ({"ready": MONTH, "cost": "10"}, {"ready": 0, "cost": "100"}),
        ({"ready": MONTH, "cost": "-1"}, {"ready": 0}),
        ({"cost": "100"}, {"ready": 0, "cost": "10"}),
        ({"ready": 2 * HOUR, "born": MONTH}, {"ready": 5 * HOUR}),
        ({"ready": 0, "restarts": 0}, {"ready": MONTH, "restarts": 5}),
    ],
)
def test_which_of_two_goes(goes, stays):
    """WL-006: by the rank, so that an older pod may be the one that goes."""
    assert first(pod("b", **goes), pod("a", **stays)) == "b"


@pytest.mark.parametrize("span", [{"ready": 5 * HOUR}, {"node": "", "born": 5 * HOUR}])
def test_ages_of_one_power_of_two_are_equal(span):
    """5 and 8 hours lie between the same powers of two of nanoseconds: the smaller uid goes."""
    longer = {name: 8 * HOUR if isinstance(it, int) else it for name, it in span.items()}
    assert first(pod("a", **longer), pod("b", **span)) == "a"
    assert first(pod("b", **longer), pod("a", **span)) == "a"


@pytest.mark.parametrize(("crowd", "goes"), [("x", "on-x"), ("y", "on-y"), ("gone", "on-x")])
def test_a_crowded_node_loses_first_whatever_the_ages(crowd, goes):
    """Related pods count where they are active; a finished one on node y is no company."""
    left, right = pod("on-x", "x", ready=0), pod("on-y", "y", ready=MONTH)
    phase = "Failed" if crowd == "gone" else "Running"
    company = pod("company", "y" if crowd == "gone" else crowd, phase)
    assert first(left, right, [left, right, company]) == goes
