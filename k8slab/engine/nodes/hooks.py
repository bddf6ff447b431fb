"""Lifecycle hooks: what a container runs as it starts, and before it stops (lifecycle/handlers.go).

A container has not started for anyone until its postStart hook is over, and the pod's further
containers wait for it; one whose hook fails is killed. A preStop hook that fails is told, no more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ..apps import Run
from ..apps.sh import process
from ..base.objects import Obj
from ..control import World
from . import files, handlers, scripts
from .inside import Inside
from .lifecycle import Record
from .runs import run_of


class Hook(NamedTuple):
    """What a hook came to: after ``seconds`` (None: never), and why it failed ("": it did not)."""

    seconds: float | None
    failure: str


def hook(world: World, pod: Obj, container: Obj, record: Record, ip: str, name: str) -> Hook:
    """Carry out the postStart or preStop hook of a running container."""
    handler = (container.get("lifecycle") or {}).get(name) or {}
    run = run_of(world, pod, container, record)
    if "sleep" in handler:
        return Hook(int(handler["sleep"]["seconds"]), "")
    if run is not None and "exec" in handler:
        run = replace(run, command=tuple(handler["exec"].get("command") or ()))
        return _executed(world, pod, container, record, run)
    if run is not None and "httpGet" in handler:
        return _asked(run, pod, container, handler, ip)
    return Hook(0, "")


def _executed(world: World, pod: Obj, container: Obj, record: Record, run: Run) -> Hook:
    """What the command does to files is done at once, whenever it ends."""
    box = Inside(world, pod, container, record, run.image)
    own = tuple((path, each.text) for path, each in box.own_files().items())
    asked = scripts.process_of(world, pod, replace(run, term_ms=None), own)
    end = process.ended(asked)
    changes = process.written(asked, end.seconds).files if end is not None else {}
    volumes = {each["name"]: each for each in pod["spec"].get("volumes") or ()}
    for place, text in scripts.by_volume(container, changes):
        where = files.layer_place(pod, container["name"], record.get("number", 0))
        if place.volume:
            kept = files.volume_place(world, pod, volumes.get(place.volume, {}))
            where = kept if kept is not None else where
        files.put(world, pod, where, {place.path: text})
    if end is None:
        return Hook(None, "")
    words = " ".join(run.command)
    error = f"command '{words}' exited with {end.code}: "
    told = (
        f'Exec lifecycle hook ([{words}]) for Container "{container["name"]}" in Pod '
        f'"{_label(pod)}" failed - error: {error}, message: "{end.output}"'
    )
    return Hook(end.seconds, told if end.code else "")


def _asked(run: Run, pod: Obj, container: Obj, handler: Obj, ip: str) -> Hook:
    """Any answer will do; there must be one."""
    finding = handlers.find(run, container, handler, ip).each[0]
    path = handler["httpGet"].get("path", "")
    told = (
        f'HTTP lifecycle hook ({path}) for Container "{container["name"]}" in Pod '
        f'"{_label(pod)}" failed - error: {finding.failure}'
    )
    return Hook(0, told if finding.failure.startswith("Get ") else "")


def _label(pod: Obj) -> str:
    metadata = pod["metadata"]
    return f"{metadata['name']}_{metadata.get('namespace')}({metadata['uid']})"
