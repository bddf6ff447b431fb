"""What a container leaves to be told of its end (terminationMessagePath and -Policy, 1.36)."""

from __future__ import annotations

from dataclasses import replace

from ..base.objects import Obj
from ..control import World
from . import logs, scripts
from .lifecycle import Record

FILE_MAX, LOG_MAX, LINES_MAX = 4096, 2048, 80


def last_words(world: World, pod: Obj, container: Obj, record: Record) -> str:
    """The message of a container that has ended: its file's text, else, where the policy says so
    and it has failed, the end of its log."""
    text = _from_file(world, pod, container, record)[:FILE_MAX]
    falls_back = container.get("terminationMessagePolicy") == "FallbackToLogsOnError"
    if text or not falls_back or record["code"] == 0:
        return text
    lines = logs.printed(world, pod, container, record, tail=LINES_MAX)
    return "".join(f"{line}\n" for _, line in lines)[-LOG_MAX:]


def _from_file(world: World, pod: Obj, container: Obj, record: Record) -> str:
    path = container.get("terminationMessagePath") or "/dev/termination-log"
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    if not any(path in word for word in words):
        return ""
    run = scripts.run_at_start(world, pod, container, record)
    if run is None or not scripts.runs_script(run):
        return ""
    run = replace(run, now_ms=record["finished_ms"])
    return scripts.written_by(world, pod, container, run).files.get(path) or ""
