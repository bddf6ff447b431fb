"""Recorded rollouts, where no jitter decides: the very sequence."""

import pytest

from . import rollouts, traces


@pytest.mark.parametrize(
    "name",
    [
        "02-deployment-3-25pct",
        "02-deployment-3-broken-image-deadline20",
        "02-deployment-3-create-delete",
        "02-deployment-3-recreate",
        "02-deployment-4-surge0-unavail1",
        "02-deployment-undo-to-revision",
    ],
)
def test_sizes_are_equal_write_for_write_where_no_jitter_decides(name):
    """RO-003, RO-010, RO-001: the very sequence of sizes."""
    trace = traces.load(name)
    real = [sizes for _, sizes in trace["rs_spec_sequence"]]
    assert rollouts.sizes_of(traces.play(trace).cluster) == real


def test_surge_2_unavailable_2_opens_with_three_writes():
    """RO-006, RO-007: 10+2, 8+2, 8+4 before any new pod is ready."""
    story = traces.play(traces.load("01-deployment-10-surge2-unavail2"))
    sizes = [list(state.values()) for state in rollouts.sizes_of(story.cluster)]
    assert sizes[:4] == [[10], [10, 2], [8, 2], [8, 4]]


@pytest.mark.parametrize("name", ["02-deployment-10-25pct", "02-deployment-proportional-scaling"])
def test_another_seed_ends_the_same(name):
    """Chance decides steps, not ends."""
    trace = traces.load(name)
    ends = {str(rollouts.sizes_of(traces.play(trace, seed).cluster)[-1]) for seed in range(4)}
    assert ends == {str(trace["rs_spec_sequence"][-1][1])}
