"""Our engine tells the recorded workloads as a real 1.36 control plane told them."""

import pytest

from . import traces, workloads
from .reasons import why


@pytest.fixture(scope="module", params=workloads.TRACES)
def found(request):
    return workloads.lines(traces.play(traces.load(request.param)))


def test_every_recorded_line_holds_or_is_explained(found):
    """WL-001, WL-012, WL-013, WL-014, WL-015, WL-019, WL-021, WL-022, WL-023, WL-027, ND-020."""
    compared = [line for line in found if line.compared]
    assert len(compared) > 10
    differ = [line.what for line in compared if not line.holds and not why(line)]
    assert differ == []


def test_few_lines_need_an_explanation(found):
    compared = [line for line in found if line.compared]
    assert sum(not line.holds for line in compared) <= max(2, len(compared) // 20)
