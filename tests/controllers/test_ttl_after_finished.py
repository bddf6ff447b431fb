"""When a finished Job goes: upstream's ttlafterfinished_controller_test."""

from __future__ import annotations

import pytest

from k8slab.engine.controllers.ttl_after_finished import TtlAfterFinished

from .stage import Stage, pod


@pytest.mark.parametrize(
    ("ttl_s", "ending", "ago", "wait_s"),
    [
        (10, None, 0, None),
        (None, "Complete", 99, None),
        (10, "Complete", 0, 10),
        (10, "Failed", 4, 6),
        (10, "Complete", 10, 0),
        (0, "Failed", 0, 0),
        (10, "Complete", -15, 25),
        (10, "Suspended", 99, None),
    ],
)
def test_it_goes_so_long_after_its_end(ttl_s, ending, ago, wait_s):
    """In the foreground; one that ended in the future waits all the longer."""
    stage = Stage(TtlAfterFinished())
    stage.advance(1000)
    template = {"spec": {**pod("", {})["spec"], "restartPolicy": "Never"}}
    spec = {"template": template, **({} if ttl_s is None else {"ttlSecondsAfterFinished": ttl_s})}
    head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}}
    ended = {"type": ending, "status": "True", "lastTransitionTime": stage.ago(ago)}
    status = {"conditions": [ended] if ending else []}
    job = stage.look(stage.put({**head, "spec": spec}, status=status))
    gone = "deletionTimestamp" in job["metadata"]
    assert gone == (wait_s == 0)
    assert job["metadata"].get("finalizers", []) == (["foregroundDeletion"] if gone else [])
    assert stage.again_ms == (wait_s * 1000 if wait_s else None)


def test_an_end_that_does_not_hold_is_none():
    stage = Stage(TtlAfterFinished())
    template = {"spec": {**pod("", {})["spec"], "restartPolicy": "Never"}}
    spec = {"template": template, "ttlSecondsAfterFinished": 0}
    head = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}}
    failed = {"type": "Failed", "status": "False", "lastTransitionTime": stage.ago(99)}
    job = stage.look(stage.put({**head, "spec": spec}, status={"conditions": [failed]}))
    assert "deletionTimestamp" not in job["metadata"] and stage.again_ms is None
