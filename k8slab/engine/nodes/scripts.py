"""What the containers' own command lines do to files: computed when someone looks, never stored.

A file that people or tests wrote (``files``) hides what a script writes at the same path. A script
sees the files of its own container, but not what the scripts of others write as it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..apps import Run
from ..apps.behaviour import variables
from ..apps.sh import process
from ..base.objects import Obj
from ..control import World
from .env import command_of
from .files import Changes
from .lifecycle import ALIVE, Record
from .runs import configuration, containers_with_kind, environment, image_of, memory, term_ms


class Mounted(NamedTuple):
    """A path in a volume: the volume's name ("": the container's layer) and the path there."""

    volume: str
    path: str


def runs_script(run: Run) -> bool:
    """Whether the command line of a process is a script, and not the image's server."""
    return bool(run.command) and not run.image.ports


def run_at_start(world: World, pod: Obj, container: Obj, record: Record) -> Run | None:
    """The process of a record as it began, even if it has ended; None: no such image."""
    image = image_of(world, container)
    if image is None:
        return None
    env = environment(world, pod, container, record)
    started_ms = record["started_ms"]
    return Run(
        image=image,
        started_ms=started_ms,
        now_ms=started_ms,
        command=command_of(container, env),
        env={**image.variables, **env},
        clash=record.get("clash"),
        keeps=bool(record.get("keeps")),
        config=configuration(world, pod, container, image, started_ms) if image.reads else "",
        term_ms=term_ms(world, pod, container, record),
    )


def process_of(
    world: World, pod: Obj, run: Run, files: tuple[tuple[str, str], ...] = ()
) -> process.Process:
    """A container's own command line, for ``apps.sh.process``."""
    return process.Process(
        run.command,
        variables(run),
        pod["spec"].get("hostname") or pod["metadata"]["name"],
        files=files,
        started_unix_ms=world.settings.start_unix_ms + run.started_ms,
        term_s=None if run.term_ms is None else (run.term_ms - run.started_ms) / 1000,
    )


def until_ms(world: World, record: Record) -> int:
    """The last moment at which a container's process did something."""
    return world.now_ms if record.get("state") in ALIVE else int(record["finished_ms"])


def written(world: World, pod: Obj) -> Iterator[tuple[str, Mounted, str | None]]:
    """(container, place, text) of each file that a script of the pod has written by now.

    ``text`` None: it was removed. Containers that have ended left theirs.
    """
    records = memory(world, pod).get("containers", {})
    for _, container in containers_with_kind(pod):
        record = records.get(container["name"])
        if not (container.get("command") or container.get("args")) or record is None:
            continue
        if record["state"] not in ALIVE and "finished_ms" not in record:
            continue
        run = run_at_start(world, pod, container, record)
        if run is None or not runs_script(run):
            continue
        run = replace(run, now_ms=until_ms(world, record))
        changes = written_by(world, pod, container, run).files
        for place, text in by_volume(container, changes):
            yield container["name"], place, text


def written_by(world: World, pod: Obj, container: Obj, run: Run) -> process.Written:
    """What the script of one container has written at the run's moment, by its own paths."""
    mounts = container.get("volumeMounts") or ()
    folders = tuple((each["mountPath"].rstrip("/") + "/", "") for each in mounts)
    seconds = (run.now_ms - run.started_ms) / 1000
    return process.written(process_of(world, pod, run, folders), seconds)


def by_volume(container: Obj, changes: Changes) -> Iterator[tuple[Mounted, str | None]]:
    """Where the files at a container's paths are kept."""
    mounts = sorted(container.get("volumeMounts") or (), key=lambda each: -len(each["mountPath"]))
    for path, text in changes.items():
        found = next((each for each in mounts if _is_below(path, each["mountPath"])), None)
        if found is None:
            yield Mounted("", path), text
        elif not found.get("readOnly"):
            inner = path[len(found["mountPath"].rstrip("/")) + 1 :]
            parts = (found.get("subPath", ""), inner)
            yield Mounted(found["name"], "/".join(part for part in parts if part)), text


def _is_below(path: str, mount: str) -> bool:
    return path.startswith(mount.rstrip("/") + "/")
