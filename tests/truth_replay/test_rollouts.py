"""Our engine tells the recorded rollouts as a real 1.36 control plane told them."""

import pytest

from . import traces
from .replay import ROLLOUTS, replay


@pytest.mark.parametrize("name", ROLLOUTS)
def test_every_recorded_line_holds(name):
    """Sizes, sentences and conditions (RO-003, RO-006, RO-009, RO-010, RO-012, RO-017)."""
    lines = replay(name)
    assert len(lines) > 10
    assert [line for line in lines if not line.holds] == []


@pytest.mark.parametrize(
    "name",
    [
        "02-deployment-3-25pct",
        "02-deployment-3-broken-image-deadline20",
        "02-deployment-3-create-delete",
        "02-deployment-3-recreate",
        "02-deployment-undo-to-revision",
    ],
)
def test_sizes_are_equal_write_for_write_where_no_jitter_decides(name):
    """RO-003, RO-010, RO-001: the very sequence of sizes."""
    trace = traces.load(name)
    real = [sizes for _, sizes in trace["rs_spec_sequence"]]
    assert traces.sizes(traces.play(trace)) == real


def test_surge_2_unavailable_2_opens_with_three_writes():
    """RO-006, RO-007: 10+2, 8+2, 8+4 before any new pod is ready."""
    sizes = traces.sizes(traces.play(traces.load("01-deployment-10-surge2-unavail2")))
    assert [list(state.values()) for state in sizes[:4]] == [[10], [10, 2], [8, 2], [8, 4]]


def test_a_pod_lives_as_recorded():
    lives = traces.lives(traces.play(traces.load("02-deployment-3-25pct")))
    assert (
        "Pending ",
        "Pending False ContainersNotReady",
        "Running False ContainersNotReady",
        "Running True",
        "Running True deleting",
        "Succeeded False PodCompleted deleting",
    ) in lives
