"""client-go's three rules: combine, count up, limit (truth 01 and 11-realkubelet-pod)."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key
from k8slab.engine.control import events


@pytest.fixture
def cluster():
    return Cluster(nodes=1, settings={"frozen": True})


def say(cluster, message, reason="ScalingReplicaSet", source="deployment-controller"):
    node = cluster.get("Node", "", "node-1")
    cluster.world.event(node, "Normal", reason, message, source)


def seen(cluster):
    stored = cluster.list("Event", "default")
    return {event["message"]: event["count"] for event in stored}


def test_a_repeat_counts_up(cluster):
    say(cluster, "a")
    say(cluster, "b")
    say(cluster, "a")
    assert seen(cluster) == {"a": 2, "b": 1}


def test_from_the_tenth_message_on_they_are_combined_under_the_latest_text(cluster):
    for number in range(1, 13):
        say(cluster, f"step {number}")
    texts = seen(cluster)
    assert texts.pop("(combined from similar events): step 12") == 3
    assert texts == {f"step {number}": 1 for number in range(1, 10)}


def test_after_ten_quiet_minutes_nothing_is_similar_any_more(cluster):
    for number in range(9):
        say(cluster, f"step {number}")
    cluster.advance(601)
    say(cluster, "step 9")
    assert "step 9" in seen(cluster)


def test_one_source_writes_25_events_and_then_one_in_five_minutes_but_counts_all(cluster):
    for _ in range(40):
        say(cluster, "Readiness probe failed", "Unhealthy", "kubelet")
    assert seen(cluster) == {"Readiness probe failed": 25}
    cluster.advance(300)
    say(cluster, "Readiness probe failed", "Unhealthy", "kubelet")
    assert seen(cluster) == {"Readiness probe failed": 41}
    say(cluster, "other", "Other", "scheduler")
    assert "other" in seen(cluster)


def test_an_expired_event_is_forgotten(cluster):
    say(cluster, "a")
    [event] = cluster.list("Event", "default")
    events.expire(cluster.world, event)
    assert cluster.list("Event") == []
    assert cluster.world.note("events", Key("Node", "", "node-1")) is None
