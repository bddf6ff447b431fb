"""NAME, READY, STATUS and RESTARTS of pods, by the cases of upstream's printers."""

from __future__ import annotations

from typing import Any

import pytest

from k8slab.engine.api.kinds.pod_columns import COLUMNS, summary

NOW_MS = 1_700_000_000_000
FIVE_MINUTES_AGO, AN_HOUR_AGO = "2023-11-14T22:08:20Z", "2023-11-14T21:13:20Z"
RUNNING: dict[str, Any] = {"running": {}}
READY = {"type": "Ready", "status": "True"}
INITIALIZED = {"type": "Initialized", "status": "True"}
GATED = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}


def waiting(reason=""):
    return {"waiting": {"reason": reason} if reason else {}}


def ended(code=0, reason="", signal=0):
    said = {"exitCode": code, "reason": reason, "signal": signal}
    return {"terminated": {name: value for name, value in said.items() if value or name[0] == "e"}}


def box(state, ready=False, restarts=0, last="", started=None):
    status = {"state": state, "ready": ready, "restartCount": restarts}
    if last:
        status["lastState"] = {"terminated": {"finishedAt": last}}
    return status if started is None else {**status, "started": started}


def pod(phase, boxes=(), init=(), sidecars=(), conditions=(), reason="", deleted=False):
    """``sidecars`` are the places among ``init`` of those that restart always."""
    names = [f"i{number}" for number in range(len(init))]
    first = [
        {"name": name, **({"restartPolicy": "Always"} if number in sidecars else {})}
        for number, name in enumerate(names)
    ]
    status = {
        "phase": phase,
        "conditions": list(conditions),
        "containerStatuses": [{"name": f"c{n}", **it} for n, it in enumerate(boxes)],
        "initContainerStatuses": [
            {"name": name, **it} for name, it in zip(names, init, strict=True)
        ],
    }
    spec = {"containers": [{"name": f"c{n}"} for n in range(max(2, len(boxes)))]}
    metadata = {"name": "p", **({"deletionTimestamp": FIVE_MINUTES_AGO} if deleted else {})}
    return {
        "metadata": metadata,
        "spec": {**spec, "initContainers": first},
        "status": {**status, **({"reason": reason} if reason else {})},
    }


UP = box(RUNNING, ready=True)
DONE, PENDING = box(ended()), box(waiting("PodInitializing"))
CASES = [
    # a pod's phase, or its own reason
    (pod("Running", [UP, box({})]), "1/2", "Running", "0"),
    (pod("Pending"), "0/2", "Pending", "0"),
    (pod("Failed", [box({}), box({})], reason="Evicted"), "0/2", "Evicted", "0"),
    (pod("Pending", conditions=[GATED]), "0/2", "SchedulingGated", "0"),
    (pod("Running", [UP, UP], deleted=True), "2/2", "Terminating", "0"),
    (pod("Running", [UP, UP], deleted=True, reason="NodeLost"), "2/2", "Unknown", "0"),
    (pod("Succeeded", [box(ended(reason="Completed"))] * 2, deleted=True), "0/2", "Completed", "0"),
    # what its containers wait for, or how they ended: the first of them wins
    (pod("Pending", [box(waiting("ImagePullBackOff")), UP]), "1/2", "ImagePullBackOff", "0"),
    (pod("Running", [box(waiting("A")), box(waiting("B"))]), "0/2", "A", "0"),
    (pod("Running", [UP, box(ended(1, "Error"))]), "1/2", "Error", "0"),
    (pod("Failed", [box(ended(9)), box({})]), "0/2", "ExitCode:9", "0"),
    (pod("Failed", [box(ended(137, signal=9)), box({})]), "0/2", "Signal:9", "0"),
    (pod("Running", [box(waiting()), UP]), "1/2", "Running", "0"),
    (pod("Running", [UP, box(ended(reason="Completed"))]), "1/2", "NotReady", "0"),
    (
        pod("Running", [UP, box(ended(reason="Completed"))], conditions=[READY]),
        "1/2",
        "Running",
        "0",
    ),
    (pod("Running", [box(RUNNING), box(ended(reason="Completed"))]), "0/2", "Completed", "0"),
    # restarts, and how long ago the last was
    (pod("Running", [box(RUNNING, True, 3, FIVE_MINUTES_AGO), UP]), "2/2", "Running", "3 (5m ago)"),
    (
        pod(
            "Running", [box(RUNNING, True, 3, AN_HOUR_AGO), box(RUNNING, True, 2, FIVE_MINUTES_AGO)]
        ),
        "2/2",
        "Running",
        "5 (5m ago)",
    ),
    (pod("Running", [box(RUNNING, True, 3), UP]), "2/2", "Running", "3"),
    # init containers
    (pod("Pending", init=[PENDING, PENDING]), "0/2", "Init:0/2", "0"),
    (pod("Pending", init=[DONE, PENDING]), "0/2", "Init:1/2", "0"),
    (pod("Pending", [PENDING] * 2, init=[DONE, DONE]), "0/2", "PodInitializing", "0"),
    (pod("Pending", init=[box(RUNNING), PENDING]), "0/2", "Init:0/2", "0"),
    (pod("Pending", init=[box(waiting("ImagePullBackOff"))]), "0/2", "Init:ImagePullBackOff", "0"),
    (
        pod("Pending", init=[box(waiting("CrashLoopBackOff"), restarts=3, last=FIVE_MINUTES_AGO)]),
        "0/2",
        "Init:CrashLoopBackOff",
        "3 (5m ago)",
    ),
    (pod("Failed", init=[box(ended(1, "Error"), restarts=2)]), "0/2", "Init:Error", "2"),
    (pod("Failed", init=[box(ended(7))]), "0/2", "Init:ExitCode:7", "0"),
    (pod("Failed", init=[box(ended(137, signal=9))]), "0/2", "Init:Signal:9", "0"),
    # once all is initialized, what ordinary init containers were restarted counts no more
    (
        pod("Running", [UP, box(RUNNING, True, 1)], init=[box(ended(), restarts=5)]),
        "2/2",
        "Running",
        "1",
    ),
    (
        pod("Running", [UP, UP], init=[box(RUNNING)], conditions=[INITIALIZED]),
        "2/2",
        "Init:0/1",
        "0",
    ),
    # sidecars are ready, and restart, like the others
    (
        pod("Pending", init=[box(RUNNING, started=False), PENDING], sidecars=[0]),
        "0/3",
        "Init:0/2",
        "0",
    ),
    (
        pod("Pending", init=[box(RUNNING, True, started=True), PENDING], sidecars=[0]),
        "1/3",
        "Init:1/2",
        "0",
    ),
    (
        pod("Running", [UP, UP], init=[box(RUNNING, True, 2, started=True), DONE], sidecars=[0]),
        "3/3",
        "Running",
        "2",
    ),
    (
        pod("Running", [UP, UP], init=[box(RUNNING, False, started=True)], sidecars=[0]),
        "2/3",
        "Running",
        "0",
    ),
]


@pytest.mark.parametrize(("it", "ready", "status", "restarts"), CASES)
def test_cells(it, ready, status, restarts):
    """KC-010: READY, STATUS and RESTARTS (printPod, 1.36)."""
    cells = {column.name: column.value(it, NOW_MS) for column in COLUMNS}
    told = (cells["Ready"], cells["Status"], cells["Restarts"])
    assert told == (ready, status, restarts)


def test_a_pod_of_which_nothing_is_known():
    assert summary({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}]}}).total == 1
