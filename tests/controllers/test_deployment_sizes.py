"""How a Deployment sizes its ReplicaSets in one look, from any state that it may find.

The cases are those of the upstream controller's own tables (scale, reconcileNewReplicaSet,
reconcileOldReplicaSets, scaleDownOldReplicaSetsForRollingUpdate, cleanupDeployment).
"""

from __future__ import annotations

import pytest

from .rolling import MAX, Rolling, rolling


@pytest.mark.parametrize(
    ("before", "after", "surge", "sizes", "expected"),
    [
        (10, 12, 0, [10], [12]),
        (10, 5, 0, [10], [5]),
        (5, 10, 0, [3, 2], [6, 4]),
        (5, 3, 0, [3, 2], [2, 1]),
        (9, 4, 0, [1, 8], [0, 4]),
        (7, 10, 0, [2, 3, 2], [3, 4, 3]),
        (13, 8, 0, [3, 8, 2], [2, 5, 1]),
        (3, 4, 0, [1, 1, 1], [1, 1, 2]),
        (3, 2, 0, [1, 1, 1], [0, 1, 1]),
        (6, 0, 0, [1, 2, 3], [0, 0, 0]),
        (6, 6, 0, [0, 0, 0], [0, 0, 6]),
        (10, 20, 2, [6, 6], [11, 11]),
        (10, 50, (3, 6), [8, 5], [34, 22]),
    ],
)
def test_a_change_of_size_is_shared_in_proportion(before, after, surge, sizes, expected):
    """The largest takes what is left over, the newer one of equals going up."""
    was, now = surge if isinstance(surge, tuple) else (surge, surge)
    rollout = Rolling(after, f"app:v{len(sizes)}", strategy=rolling(now))
    for size in sizes:
        rollout.add(size, for_=(before, was))
    assert rollout.looked() == expected


@pytest.mark.parametrize(
    ("before", "after", "sizes", "expected"),
    [(4, 5, [2, 2], [2, 3]), (10, 14, [3, 7], [4, 10])],
)
def test_old_replica_sets_are_scaled_before_a_new_one_is_made(before, after, sizes, expected):
    """Size and template changed together: this look scales, the next one makes the new one."""
    rollout = Rolling(after, "app:new", strategy=rolling())
    for size in sizes:
        rollout.add(size, for_=(before, 0))
    assert rollout.looked() == expected
    assert len(rollout.stage.cluster.list("ReplicaSet", "default")) == len(sizes)
    rollout.look()
    assert len(rollout.stage.cluster.list("ReplicaSet", "default")) == len(sizes) + 1


def test_a_full_but_broken_new_replica_set_costs_no_old_pod():
    rollout = Rolling(2, "app:v2", strategy=rolling(1, 1))
    rollout.add(1, for_=(2, 1))
    rollout.add(2, for_=(2, 1), readyReplicas=0, availableReplicas=0)
    assert rollout.looked() == [1, 2]


def test_a_saturated_new_replica_set_ends_the_old_ones_when_the_size_changes():
    rollout = Rolling(3, "app:v2", strategy=rolling(1, 1))
    rollout.add(2, for_=(5, 1))
    rollout.add(3, for_=(3, 1))
    assert rollout.looked() == [0, 3]


@pytest.mark.parametrize(
    ("surge", "sizes", "expected"),
    [
        (0, [10, 0], [9, 0]),
        (2, [10, 0], [10, 2]),
        (2, [5, 0], [5, 7]),
        (2, [2, 11], [2, 10]),
        ("25%", [10, 0], [10, 3]),
    ],
)
def test_how_far_the_new_one_grows(surge, sizes, expected):
    """Only a look that leaves the new one alone shrinks the old one (by maxUnavailable, 1)."""
    rollout = Rolling(10, "app:v2", strategy=rolling(surge))
    for size in sizes:
        rollout.add(size, for_=(10, 2))
    assert rollout.looked() == expected


@pytest.mark.parametrize(
    ("unavailable", "old", "available", "new", "expected"),
    [
        (2, 10, 10, 0, 8),
        (2, 10, 8, 0, 8),
        (2, 10, 9, 0, 8),
        (2, 10, 1, 0, 8),
        (2, 8, 8, 2, 8),
        ("30%", 10, 10, 0, 7),
    ],
)
def test_how_far_the_old_one_shrinks(unavailable, old, available, new, expected):
    """Unavailable old pods go first; unavailable new ones let no more of the old go."""
    rollout = Rolling(10, "app:v2", strategy=rolling(0, unavailable))
    rollout.add(old, for_=(10, 0), readyReplicas=available, availableReplicas=available)
    rollout.add(new, for_=(10, 0), readyReplicas=0, availableReplicas=0)
    assert rollout.looked() == [expected, new]


def test_pods_of_an_old_one_that_is_at_zero_already_serve_nobody():
    """Its status still counts 3 that are going: they must not buy others their end."""
    rollout = Rolling(10, "app:v3", strategy=rolling(0, 2))
    rollout.add(0, for_=(10, 0), replicas=3, readyReplicas=3, availableReplicas=3)
    rollout.add(8, for_=(10, 0))
    rollout.add(2, for_=(10, 0), readyReplicas=0, availableReplicas=0)
    assert rollout.looked() == [0, 8, 2]


def test_a_size_that_stays_leaves_the_annotations_alone():
    """maxSurge was changed and nothing is to be scaled: max-replicas tells of the last scaling."""
    rollout = Rolling(3, "app:v2", strategy=rolling(2, 0))
    rollout.add(1, for_=(3, 0), readyReplicas=1, availableReplicas=1)
    name = rollout.add(3, for_=(3, 0), readyReplicas=2, availableReplicas=2)
    assert rollout.looked() == [1, 3]
    assert rollout.replica_set(name)["metadata"]["annotations"][MAX] == "3"


@pytest.mark.parametrize(
    ("limit", "old", "left"),
    [
        (1, [{}, {}, {}], ["web-v3"]),
        (0, [{}, {}], []),
        (0, [{"replicas": 1}, {}], ["web-v1"]),
        (2**31 - 1, [{}, {}, {}], ["web-v1", "web-v2", "web-v3"]),
        (0, [{"observedGeneration": 0}], ["web-v1"]),
    ],
)
def test_which_old_revisions_are_forgotten(limit, old, left):
    """The oldest beyond the limit, and of those only empty ones whose end was seen."""
    image = f"app:v{len(old) + 1}"
    rollout = Rolling(1, image, strategy=rolling(), revisionHistoryLimit=limit, paused=True)
    for status in old:
        name = rollout.add(0, for_=(1, 0))
        found = rollout.replica_set(name)
        world = rollout.stage.world
        world.store.write({**found, "status": {**found["status"], **status}}, world.now_ms)
    rollout.add(1, for_=(1, 0))
    rollout.look()
    names = [it["metadata"]["name"] for it in rollout.stage.cluster.list("ReplicaSet", "default")]
    assert names == [*left, rollout.names[-1]]
