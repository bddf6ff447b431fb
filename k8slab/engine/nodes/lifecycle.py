"""The life of one container.

1. A container waits until its image is on the node; if it is not, the image is pulled, and a pull
   that fails is tried again after a back-off.
2. With the image there it is created and started. A ConfigMap that is missing stops it before
   creation, until it is there; a program that the image does not have ends it as it starts.
   Its postStart hook comes first: until that is over, nobody takes the container for started.
3. It runs until the process ends, or until it is told to stop: preStop, SIGTERM, and SIGKILL when
   the grace is over.
4. When it has ended the pod's restartPolicy decides: it stays ended, or starts anew; at once the
   first time, later after a back-off of 10 s that doubles up to 300 s. The kubelet reports the end
   of a process that ended by itself (Error, Completed) before it reports what follows.

TRANSITIONS is all there is: (state, what happened) -> next state.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

TRANSITIONS: dict[tuple[str, str], str] = {
    ("waiting", "image-missing"): "pulling",
    ("waiting", "image-present"): "starting",
    ("waiting", "image-forbidden"): "never-pulled",
    ("waiting", "image-misnamed"): "misnamed",
    ("misnamed", "retry"): "waiting",
    ("pulling", "pulled"): "starting",
    ("pulling", "pull-failed"): "pull-failed",
    ("pull-failed", "back-off"): "pull-back-off",
    ("pull-back-off", "retry"): "waiting",
    ("never-pulled", "retry"): "waiting",
    ("starting", "config-missing"): "config-error",
    ("config-error", "retry"): "starting",
    ("starting", "start-failed"): "ended",
    ("starting", "started"): "running",
    ("starting", "hooked"): "hooking",
    ("hooking", "hook-done"): "running",
    ("hooking", "ended"): "ended",
    ("hooking", "stop"): "stopping",
    ("running", "ended"): "ended",
    ("running", "stop"): "stopping",
    ("stopping", "ended"): "ended",
    ("ended", "restart"): "waiting",
    ("ended", "back-off"): "crash-back-off",
    ("crash-back-off", "retry"): "waiting",
}

ALIVE = frozenset({"hooking", "running", "stopping"})

NEW: Record = {"state": "waiting", "since_ms": 0, "last": None, "probes": {}}


def move(record: Record, happened: str, now_ms: int, **changes: Any) -> Record:
    """The record after ``happened``; KeyError where that cannot happen in its state."""
    state = TRANSITIONS[(record["state"], happened)]
    return {**record, "state": state, "since_ms": now_ms, **changes}
