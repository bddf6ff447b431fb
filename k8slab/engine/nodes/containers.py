"""What the kubelet does for a container in each state of ``lifecycle.TRANSITIONS``.

A step function gives the record as it now is, and when to look again. Latencies are the kubelet's
and containerd's own on a quiet machine (truth: a real kubelet's traces, and 200 ms to create).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..apps import Exits, fate, resources
from ..base.durations import go_duration
from ..base.objects import Key, Obj, get_in
from ..control import World
from . import hooks, images, probes, starts
from .config import MissingConfig
from .last_words import last_words
from .lifecycle import Record, move
from .restarting import restarts_after
from .runs import run_of
from .usage import OOM_KILLED, remember_life

START_MS = 200
BACKOFF_MS, BACKOFF_MAX_MS, BACKOFF_RESET_MS = 10_000, 300_000, 600_000  # kubelet, both kinds
SYNC_RETRY_MS = 15_000  # the pod worker's next sync after an error
RELIST_MS = 1_000  # until the kubelet looks again at a container that has ended by itself
MIN_TERM_MS = 2_000  # SIGTERM's least time when preStop has used the grace up


@dataclass(frozen=True, slots=True)
class Here:
    """Where a step happens: a container of a pod on a node."""

    world: World
    pod: Obj
    container: Obj
    memory: dict[str, Any]
    kind: str = "containers"

    @property
    def node(self) -> str:
        return str(self.pod["spec"]["nodeName"])

    def say(self, type: str, reason: str, message: str) -> None:
        """An Event of this node's kubelet about this container."""
        self.world.event(
            self.pod,
            type,
            reason,
            message,
            "kubelet",
            host=self.node,
            field_path=f"spec.{self.kind}{{{self.container['name']}}}",
        )

    @property
    def pod_label(self) -> str:
        """``web_default(UID)``, as kubelet messages name a pod."""
        metadata = self.pod["metadata"]
        return f"{metadata['name']}_{metadata.get('namespace')}({metadata['uid']})"


class Step(NamedTuple):
    """The record after a step and when to look again (None: nothing to wait for)."""

    record: Record
    again_ms: int | None = None


def _waiting(here: Here, record: Record) -> Step:
    world, image, policy = here.world, here.container["image"], images.policy(here.container)
    wrong = images.misnamed(image)
    if wrong:
        here.say("Warning", "InspectFailed", wrong)
        here.say("Warning", "Failed", "Error: InvalidImageName")
        changes = {"message": wrong, "due_ms": world.now_ms + SYNC_RETRY_MS}
        return Step(move(record, "image-misnamed", world.now_ms, **changes))
    present = images.present(world, here.node, image)
    if policy == "Never" and not present:
        text = f'Container image "{image}" is not present with pull policy of Never'
        here.say("Warning", "ErrImageNeverPull", text)
        here.say("Warning", "Failed", "Error: ErrImageNeverPull")
        changes = {"message": text, "due_ms": world.now_ms + SYNC_RETRY_MS}
        return Step(move(record, "image-forbidden", world.now_ms, **changes))
    if present and policy != "Always":
        text = f'Container image "{image}" already present on machine'
        here.say("Normal", "Pulled", f"{text} and can be accessed by the pod")
        due_ms = world.now_ms + START_MS
        return Step(move(record, "image-present", world.now_ms, due_ms=due_ms))
    here.say("Normal", "Pulling", f'Pulling image "{image}"')
    pull = images.pull(world, here.node, image)
    return Step(move(record, "image-missing", world.now_ms, pull=list(pull), due_ms=pull.ends_ms))


def _pulling(here: Here, record: Record) -> Step:
    world, image = here.world, here.container["image"]
    if world.now_ms < record["due_ms"]:
        return Step(record, record["due_ms"])
    pull = images.Pull(*record["pull"])
    if pull.failure:
        message = f"rpc error: code = {pull.code} desc = {pull.failure}"
        here.say("Warning", "Failed", f'Failed to pull image "{image}": {message}')
        here.say("Warning", "Failed", "Error: ErrImagePull")
        return Step(move(record, "pull-failed", world.now_ms, message=message))
    took, waited = pull.ends_ms - pull.begins_ms, pull.ends_ms - record["since_ms"]
    here.say(
        "Normal",
        "Pulled",
        f'Successfully pulled image "{image}" in {go_duration(took)} '
        f"({go_duration(waited)} including waiting). Image size: {pull.size_bytes} bytes.",
    )
    due_ms = world.now_ms + START_MS
    return Step(move(record, "pulled", world.now_ms, due_ms=due_ms, pull_wait_ms=0))


def _pull_failed(here: Here, record: Record) -> Step:
    """ErrImagePull shows until the next sync, then ImagePullBackOff."""
    now_ms = here.world.now_ms
    if now_ms < record["since_ms"] + 1000:
        return Step(record, record["since_ms"] + 1000)
    wait_ms = min(max(BACKOFF_MS, 2 * record.get("pull_wait_ms", 0)), BACKOFF_MAX_MS)
    image = here.container["image"]
    here.say("Normal", "BackOff", f'Back-off pulling image "{image}"')
    here.say("Warning", "Failed", "Error: ImagePullBackOff")
    due_ms = record["since_ms"] + wait_ms
    message = f'Back-off pulling image "{image}": ErrImagePull: {record["message"]}'
    changes = {"due_ms": due_ms, "pull_wait_ms": wait_ms, "message": message}
    return Step(move(record, "back-off", now_ms, **changes))


def _retry(here: Here, record: Record) -> Step:
    if here.world.now_ms < record["due_ms"]:
        return Step(record, record["due_ms"])
    return Step(move(record, "retry", here.world.now_ms))


def _starting(here: Here, record: Record) -> Step:
    world = here.world
    try:
        surroundings = starts.surroundings(world, here.pod, here.container, here.memory)
    except MissingConfig as missing:
        here.say("Warning", "Failed", f"Error: {missing}")
        changes = {"message": str(missing), "due_ms": world.now_ms + SYNC_RETRY_MS}
        return Step(move(record, "config-missing", world.now_ms, **changes))
    if world.now_ms < record["due_ms"]:
        return Step(record, record["due_ms"])
    images.use(world, here.node, here.container["image"])
    here.say("Normal", "Created", "Container created")
    number = record.get("number", -1) + 1
    failure = starts.failure(world, here.pod, here.container, here.memory)
    if failure:
        here.say("Warning", "Failed", f"Error: {failure}")
        ended = {"finished_ms": world.now_ms, "code": 128, "why": "StartError", "told": failure}
        never = {"number": number, "started_ms": world.now_ms, "probes": {}, "stop": None, **ended}
        return Step(move(record, "start-failed", world.now_ms, **never))
    here.say("Normal", "Started", "Container started")
    changes = {"started_ms": world.now_ms, "number": number, "probes": {}, "stop": None}
    kept = {it: value for it, value in record.items() if it not in (*starts.FIELDS, "told")}
    happened = "hooked" if get_in(here.container, "lifecycle", "postStart") else "started"
    record = move(kept, happened, world.now_ms, **changes, **surroundings)
    starts.leave_files(world, here.pod, here.container, record)
    return Step(_begin_hook(here, record) if happened == "hooked" else record)


def _begin_hook(here: Here, record: Record) -> Record:
    hook = _hook(here, record, "postStart")
    over_ms = None
    if hook.seconds is not None:
        over_ms = here.world.now_ms + round(hook.seconds * 1000)
    return {**record, "hook_ms": over_ms, "hook_told": hook.failure}


def _hook(here: Here, record: Record, name: str) -> hooks.Hook:
    return hooks.hook(here.world, here.pod, here.container, record, here.memory["ip"], name)


def _hooking(here: Here, record: Record) -> Step:
    """The postStart hook is under way; a container whose hook fails is killed."""
    now_ms, over_ms = here.world.now_ms, record["hook_ms"]
    ended = _ending(here, record)
    if ended is not None and ended.at_ms <= now_ms:
        return Step(_ended_at(here, record, ended))
    if over_ms is None or now_ms < over_ms:
        wakes = [over_ms, None if ended is None else ended.at_ms]
        return Step(record, min((at for at in wakes if at is not None), default=None))
    if record["hook_told"]:
        here.say("Warning", "FailedPostStartHook", "PostStartHook failed")
        return Step(stop(here, record, "FailedPostStartHook"))
    return Step(move(record, "hook-done", now_ms))


def _running(here: Here, record: Record) -> Step:
    ended = _ending(here, record)
    if ended is not None and ended.at_ms <= here.world.now_ms:
        return Step(_ended_at(here, record, ended))
    wakes = [ended.at_ms] if ended else []
    record, waits = _probe(here, record)
    if record["state"] == "stopping":
        return Step(record)
    wakes.extend(waits)
    return Step(record, min(wakes, default=None))


def _ending(here: Here, record: Record) -> Exits | None:
    """When and how the process ends, as things stand; the node's SIGKILL included."""
    run = run_of(here.world, here.pod, here.container, record)
    own = fate(run) if run is not None else Exits(here.world.now_ms, 137)
    endings = [own] if isinstance(own, Exits) else []
    if run is not None and (oom_ms := resources.oom_ms(run)) is not None:
        endings.append(Exits(oom_ms, 137, OOM_KILLED))
    key = Key("Pod", *_name(here.pod))
    left_ms = here.world.note("exit", key, {}).get(here.container["name"], -1)
    if left_ms >= record["started_ms"]:
        endings.append(Exits(left_ms, here.world.note("exit-code", key, 0)))
    for killer, why in (("kill", ""), ("oom", OOM_KILLED)):
        killed = here.world.note(killer, key, {})
        killed_ms = killed.get(here.container["name"], -1)
        if killed_ms >= record["started_ms"]:
            endings.append(Exits(killed_ms, 137, why))
    if record.get("stop"):
        endings.append(Exits(record["stop"]["kill_ms"], 137))
    return min(endings, default=None)


def _name(pod: Obj) -> tuple[str, str]:
    return pod["metadata"].get("namespace", "default"), pod["metadata"]["name"]


def _ended_at(here: Here, record: Record, ending: Exits) -> Record:
    why = ending.why or ("Completed" if ending.code == 0 else "Error")
    now_ms = here.world.now_ms
    remember_life(here.world, here.pod, here.container["name"], record, why)
    ended = move(record, "ended", now_ms, finished_ms=now_ms, code=ending.code, why=why)
    told = last_words(here.world, here.pod, here.container, ended)
    return {**ended, "told": told} if told else ended


def _probe(here: Here, record: Record) -> tuple[Record, list[int]]:
    """Look through the container's probes; one that fails for good stops the container."""
    wakes: list[int] = []
    began_ms: int | None = record["started_ms"]
    for name in probes.NAMES:
        if f"{name}Probe" not in here.container or began_ms is None:
            continue
        probing = probes.Probing(
            here.world,
            here.pod,
            here.container,
            record,
            name,
            here.memory["ip"],
            here.memory["worker_ms"],
            began_ms,
        )
        seen = probes.look(probing, record["probes"].get(name, {}))
        for failure, warning in (finding[1:] for finding in seen.told):
            what = f"{name.capitalize()} probe"
            if failure:
                here.say("Warning", "Unhealthy", f"{what} failed: {failure}")
            else:
                here.say("Warning", "ProbeWarning", f"{what} warning: {warning}")
        if seen.state != record["probes"].get(name, {}):
            record = {**record, "probes": {**record["probes"], name: seen.state}}
        if name != "readiness" and seen.state.get("ok") is False:
            text = f"Container {here.container['name']} failed {name} probe, will be restarted"
            grace_s = here.container[f"{name}Probe"].get("terminationGracePeriodSeconds")
            return stop(here, record, text, grace_s), []
        if name == "startup" and seen.state.get("ok") is not True:
            began_ms = None
        elif name == "startup":
            began_ms = seen.state["seen_ms"]
        if seen.again_ms is not None:
            wakes.append(seen.again_ms)
    return record, wakes


def stop(here: Here, record: Record, message: str, grace_s: int | None = None) -> Record:
    """Begin to stop a running container: preStop, SIGTERM, SIGKILL after the grace."""
    now_ms = here.world.now_ms
    here.say("Normal", "Killing", message)
    if grace_s is None:
        grace_s = here.pod["spec"].get("terminationGracePeriodSeconds", 30)
    kill_ms = now_ms + grace_s * 1000
    term_ms = min(now_ms + _pre_stop_ms(here, record), kill_ms)
    if term_ms == kill_ms and grace_s > 0:
        kill_ms += MIN_TERM_MS
    changes = {"begun_ms": now_ms, "term_ms": term_ms, "kill_ms": kill_ms}
    return move(record, "stop", now_ms, stop=changes)


def _pre_stop_ms(here: Here, record: Record) -> int:
    if not get_in(here.container, "lifecycle", "preStop"):
        return 0
    hook = _hook(here, record, "preStop")
    if hook.failure:
        here.say("Warning", "FailedPreStopHook", "PreStopHook failed")
    return 10**9 if hook.seconds is None else round(hook.seconds * 1000)


def _stopping(here: Here, record: Record) -> Step:
    ended = _ending(here, record)
    if ended is None:
        return Step(record)
    if ended.at_ms > here.world.now_ms:
        return Step(record, ended.at_ms)
    return Step(_ended_at(here, record, ended))


def _ended(here: Here, record: Record) -> Step:
    if not restarts(here, record["code"]):
        return Step(record)
    now_ms = here.world.now_ms
    failed = record["why"] == "StartError" or record.get("hook_told")
    if failed and now_ms < record["finished_ms"] + RELIST_MS:
        return Step(record, record["finished_ms"] + RELIST_MS)
    wait_ms, updated_ms = record.get("backoff") or (0, now_ms)
    # A container that the kubelet stopped itself is judged by the end of the one before it: the
    # status that the sync began with knows no newer (kuberuntime doBackOff).
    judged_ms = record["finished_ms"]
    if record.get("stop"):
        judged_ms = (record["last"] or {}).get("finished_ms")
    if judged_ms is not None and judged_ms - updated_ms > BACKOFF_RESET_MS:
        wait_ms = 0
    if wait_ms and judged_ms is not None and now_ms - judged_ms < wait_ms:
        shown_ms = record["finished_ms"] + RELIST_MS
        if not record.get("stop") and now_ms < shown_ms:
            return Step(record, shown_ms)
        name, pod = here.container["name"], here.pod_label
        told = f"Back-off restarting failed container {name} in pod {pod}"
        here.say("Warning", "BackOff", told)
        due_ms = record["finished_ms"] + wait_ms
        waiting = f"back-off {go_duration(wait_ms)} restarting failed container={name} pod={pod}"
        again = move(record, "back-off", now_ms, due_ms=due_ms, message=waiting)
        return Step(_begin_again(again, wait_ms, due_ms))
    again = move(record, "restart", now_ms)
    if judged_ms is None:
        return Step({**_begin_again(again, 0, now_ms), "backoff": None})
    return Step(_begin_again(again, wait_ms, now_ms))


def _begin_again(record: Record, wait_ms: int, at_ms: int) -> Record:
    """The record of the next start: what ended becomes ``last``, the back-off doubles."""
    fields = ("number", "started_ms", "finished_ms", "code", "why", "told", *starts.FIELDS)
    delay_ms = min(2 * wait_ms, BACKOFF_MAX_MS) or BACKOFF_MS
    return {
        **record,
        "last": {
            **{name: record[name] for name in fields if name in record},
            "by_itself": not record.get("stop"),
        },
        "backoff": [delay_ms, at_ms],
        "stop": None,
        "probes": {},
    }


def restarts(here: Here, code: int) -> bool:
    """Whether a container that ended with ``code`` is started anew."""
    if "deletionTimestamp" in here.pod["metadata"] or "over" in here.memory:
        return False
    if "done" in here.memory or here.kind == "ephemeralContainers":
        return False
    return restarts_after(here.pod, here.container, code)


STEPS: dict[str, Callable[[Here, Record], Step]] = {
    "waiting": _waiting,
    "pulling": _pulling,
    "pull-failed": _pull_failed,
    "pull-back-off": _retry,
    "never-pulled": _retry,
    "misnamed": _retry,
    "starting": _starting,
    "config-error": _retry,
    "hooking": _hooking,
    "running": _running,
    "stopping": _stopping,
    "ended": _ended,
    "crash-back-off": _retry,
}


def go(here: Here, record: Record) -> Step:
    """Let a container move as far as it can now."""
    while True:
        step = STEPS[record["state"]](here, record)
        if step.record["state"] == record["state"]:
            return step
        record = step.record
