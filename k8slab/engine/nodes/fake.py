"""The fake kubelet of the recorded traces: pods obey annotations, no container exists.

``fake/start`` is how long a container takes to start (1s), ``fake/ready`` how long it then is not
Ready (``fake/never-ready``: for ever), ``fake/term`` how long a graceful stop takes (500ms),
``fake/exit`` with which code it exits by itself, ``fake/exit-after`` when (1s). An image with
"broken" or "nonexist" in its name can't be pulled. A container that ends is started again where
its pod's restartPolicy says so, after 10 s, 20 s, 40 s. It writes no Events. Chosen by
``settings={"kubelet": "fake"}``; it is also what makes large clusters cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..base.conditions import condition_of, conditions_of
from ..base.durations import parse_go_duration
from ..base.memo import by_identity
from ..base.objects import Key, Obj, Objs, annotations_of, is_deleting, key_of
from ..base.pods import node_of, phase_of, pod_is_terminal
from ..control import World
from ..control.loop import Watch
from .addresses import node_address
from .liveness import node_is_up

JITTER_MS = 60
"""A container starts up to so much later than asked: what keeps pods from being ready at once."""
_UNPULLABLE = ("broken", "nonexist")
BACK_OFF_MS, BACK_OFF_MAX_MS = 10_000, 300_000
SHOWN_MS = 1_000
"""How long the end of a container is shown before its back-off."""
PULL_RETRIES_MS = (0, 2_000, 12_000, 14_000, 34_000, 36_000, 76_000, 78_000)
"""After the first failed pull: back-off shown, pulled again, back-off, pulled again."""


class FakeKubelet:
    """One actor for all nodes; its key is the Pod."""

    name = "kubelet"
    lag_ms = 8

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Pod": _bound}

    def reconcile(self, world: World, key: Key) -> int | None:
        pod = world.store.get(key)
        if pod is None:
            world.set_note(self.name, key, None)
            return None
        node = Key("Node", "", node_of(pod))
        if world.store.get(node) is None or not node_is_up(world, node.name):
            return None
        note = world.note(self.name, key)
        if note is None or note["uid"] != pod["metadata"]["uid"]:
            note = {"uid": pod["metadata"]["uid"], "seen_ms": world.now_ms}
            world.set_note(self.name, key, note)
        if is_deleting(pod):
            return _stop(world, key, pod, note)
        if pod_is_terminal(pod):
            return None
        return _run(world, pod, note)


def _bound(world: World, pod: Obj) -> Iterable[Key]:
    """A pod of a node, unless only its status was written: what it says itself it knows."""
    log = world.store.log
    change = log[-1] if log and log[-1].object is pod else None
    if pod["spec"].get("nodeName") and not (change and _is_report(change.previous, pod)):
        yield key_of(pod)


def _is_report(old: Obj | None, new: Obj) -> bool:
    if old is None or old["spec"] is not new["spec"] or is_deleting(new):
        return False
    return annotations_of(old) == annotations_of(new)


_DEFAULTS = {"start": "1s", "ready": "0s", "term": "500ms", "exit-after": "1s"}


def _span_ms(pod: Obj, name: str) -> int:
    return parse_go_duration(annotations_of(pod).get(f"fake/{name}", _DEFAULTS[name]))


def _run(world: World, pod: Obj, note: Obj) -> int | None:
    """Bring the status to what the time since binding says; when it will next say otherwise."""
    uid = pod["metadata"]["uid"]
    start_ms = note["seen_ms"] + _span_ms(pod, "start") + world.between(0, JITTER_MS, "start", uid)
    images = [container["image"] for container in pod["spec"]["containers"]]
    if any(word in image for word in _UNPULLABLE for image in images):
        return _fail_to_pull(world, pod, start_ms)
    now_ms = world.now_ms
    if now_ms < start_ms:
        _write(world, pod, "Pending", CREATING)
        return int(start_ms - now_ms)
    exits = annotations_of(pod).keys() & {"fake/exit", "fake/exit-after"}
    end_ms = start_ms + _span_ms(pod, "exit-after") if exits else None
    if end_ms is not None and now_ms >= end_ms:
        code = int(annotations_of(pod).get("fake/exit", "0"))
        policy = pod["spec"]["restartPolicy"]
        if policy == "Always" or (code and policy == "OnFailure"):
            return _restart(world, pod, start_ms, end_ms - start_ms, code)
        _write(world, pod, "Failed" if code else "Succeeded", _exited(world, start_ms, code))
        return None
    never = "fake/never-ready" in annotations_of(pod)
    ready_ms = None if never else start_ms + _span_ms(pod, "ready")
    ready = ready_ms is not None and now_ms >= ready_ms
    _write(world, pod, "Running", _running(world, start_ms, ready=ready))
    moments = (ready_ms, end_ms)
    return min((at - now_ms for at in moments if at is not None and at > now_ms), default=None)


def _restart(world: World, pod: Obj, start_ms: int, lasts_ms: int, code: int) -> int:
    """A container that ends again and again: Running, Error, CrashLoopBackOff, Running ..."""
    count, wait_ms = 0, BACK_OFF_MS
    while world.now_ms >= start_ms + lasts_ms + SHOWN_MS + wait_ms:
        start_ms += lasts_ms + SHOWN_MS + wait_ms
        count, wait_ms = count + 1, min(2 * wait_ms, BACK_OFF_MAX_MS)
    ended_ms = start_ms + lasts_ms
    shown_ms = ended_ms + SHOWN_MS
    if world.now_ms < ended_ms:
        state, until_ms = _running(world, start_ms, ready=True), ended_ms
    elif world.now_ms < shown_ms:
        state, until_ms = _exited(world, start_ms, code), shown_ms
    else:
        state, until_ms = _waiting("CrashLoopBackOff"), shown_ms + wait_ms
    _write(world, pod, "Running", state._replace(restarts=count))
    return until_ms - world.now_ms


def _fail_to_pull(world: World, pod: Obj, start_ms: int) -> int | None:
    waited_ms = world.now_ms - start_ms
    if waited_ms < 0:
        _write(world, pod, "Pending", CREATING)
        return -waited_ms
    tried = sum(waited_ms >= at_ms for at_ms in PULL_RETRIES_MS)
    reason = "ErrImagePull" if tried % 2 else "ImagePullBackOff"
    _write(world, pod, "Pending", _waiting(reason))
    return PULL_RETRIES_MS[tried] - waited_ms if tried < len(PULL_RETRIES_MS) else None


def _stop(world: World, key: Key, pod: Obj, note: Obj) -> int | None:
    """Stop within the grace period, report the end, then let the API object go."""
    if pod_is_terminal(pod) or not conditions_of(pod):
        world.api.delete(key, grace_s=0)
        return None
    if phase_of(pod) == "Pending":
        _write(world, pod, "Failed", _exited(world, None, 137, "ContainerStatusUnknown"))
        return 4
    grace_ms = pod["metadata"].get("deletionGracePeriodSeconds", 0) * 1000
    if "stop_ms" not in note:
        stop_ms = world.now_ms + min(_span_ms(pod, "term"), grace_ms)
        note = {**note, "stop_ms": stop_ms}
        world.set_note("kubelet", key, note)
    if world.now_ms < note["stop_ms"]:
        return int(note["stop_ms"] - world.now_ms)
    _write(world, pod, "Succeeded", _exited(world, note["seen_ms"], 0))
    return 4


class _State(NamedTuple):
    """What every container of a pod is in; pods of one template that are alike share it."""

    name: str
    fields: tuple[tuple[str, Any], ...]
    started: bool = False
    ready: bool = False
    restarts: int = 0


def _waiting(reason: str) -> _State:
    return _State("waiting", (("reason", reason),))


CREATING = _waiting("ContainerCreating")


def _running(world: World, since_ms: int, *, ready: bool) -> _State:
    return _State("running", (("startedAt", world.timestamp(since_ms)),), started=True, ready=ready)


def _exited(world: World, since_ms: int | None, code: int, reason: str = "") -> _State:
    ended = (
        ("exitCode", code),
        ("reason", reason or ("Error" if code else "Completed")),
        ("finishedAt", world.timestamp()),
        ("startedAt", world.timestamp(since_ms)),
    )
    return _State("terminated", ended)


@by_identity
def _container_statuses(containers: Objs, state: _State) -> Objs:
    return [
        {
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "lastState": {},
            "restartCount": state.restarts,
            "ready": state.ready,
            "started": state.started,
            "state": {state.name: dict(state.fields)},
        }
        for container in containers
    ]


@lru_cache(maxsize=1024)
def _addresses(address: str) -> Objs:
    return [{"ip": address}]


def _write(world: World, pod: Obj, phase: str, state: _State) -> None:
    old = pod.get("status") or {}
    status = {
        **old,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": phase,
        "conditions": _conditions(world, pod, phase, ready=state.ready),
        "containerStatuses": _container_statuses(pod["spec"]["containers"], state),
    }
    status.setdefault("startTime", world.timestamp())
    if state != CREATING and "podIP" not in status:
        address = _address(world, pod)
        status.update(podIP=address, podIPs=[{"ip": address}])
    host = node_address(world, node_of(pod))
    status.update(hostIP=host, hostIPs=_addresses(host))
    world.api.update_status(pod, status)


def _conditions(world: World, pod: Obj, phase: str, *, ready: bool) -> Objs:
    """As a kubelet orders and explains them; PodScheduled and DisruptionTarget stay as they are."""
    why = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}.get(phase, "ContainersNotReady")
    names = ", ".join(container["name"] for container in pod["spec"]["containers"])
    unready: dict[str, str] = {"reason": why}
    if why == "ContainersNotReady":
        unready["message"] = f"containers with unready status: [{names}]"
    wanted: tuple[tuple[str, bool, dict[str, str]], ...] = (
        ("PodReadyToStartContainers", phase == "Running", {}),
        ("Initialized", True, {"reason": why} if why == "PodCompleted" else {}),
        ("Ready", ready, {} if ready else unready),
        ("ContainersReady", ready, {} if ready else unready),
    )
    own = [_condition(world, pod, name, holds, more) for name, holds, more in wanted]
    names_own = {condition["type"] for condition in own}
    return [*own, *(it for it in conditions_of(pod) if it["type"] not in names_own)]


def _condition(world: World, pod: Obj, name: str, holds: bool, more: dict[str, str]) -> Obj:
    status = "True" if holds else "False"
    old = condition_of(pod, name)
    since = world.timestamp()
    if old is not None and old["status"] == status:
        since = old["lastTransitionTime"]
    generation = pod["metadata"].get("generation", 1)
    return _shared_condition(name, status, tuple(more.items()), since, generation)


@lru_cache(maxsize=1024)
def _shared_condition(
    name: str, status: str, more: tuple[tuple[str, str], ...], since: str, generation: int
) -> Obj:
    return {
        "type": name,
        "status": status,
        **dict(more),
        "lastProbeTime": None,
        "lastTransitionTime": since,
        "observedGeneration": generation,
    }


def _address(world: World, pod: Obj) -> str:
    """The next address of the cluster's pod network; a number is never given twice."""
    counter = Key("Node", "", "")
    number = world.note("fake-addresses", counter, 1)
    world.set_note("fake-addresses", counter, number + 1)
    return f"10.{244 + number // 65025}.{number // 255 % 255}.{number % 255}"
