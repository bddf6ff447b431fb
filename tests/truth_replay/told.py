"""The Events of a trace, against ours: who said what about what, and how often it was combined."""

from __future__ import annotations

import re
from typing import Any

from k8slab.engine.base.objects import get_in

from . import names
from .lines import Line
from .traces import Story, Trace

_STEP = re.compile(r"(?<=from )\d+ to \d+")
_COMBINED = "(combined from similar events): "
_NODE = re.compile(r"(?<= to )\S+$")
_PREEMPTOR = re.compile(r"by pod [0-9a-f-]{36} on node \S+")
_NODE_NAME = re.compile(r"node-\d")
_PULLED = re.compile(r"in \S+ \(\S+ including waiting\)")
Told = tuple[str, str, str, str]


def lines(story: Story) -> list[Line]:
    """A line for each Event that was recorded, once for those that say the same."""
    exact, loose = _ours(story), {_loosened(told) for told in _ours(story)}
    found: dict[Told, Line] = {}
    for event in story.trace["events"]:
        if event["kind"] != "Event" or event["type"] == "DELETED":
            continue
        told = _recorded(story.trace, event)
        found.setdefault(told, _line(story, event, told, exact, loose))
    return list(found.values())


def _line(
    story: Story, event: dict[str, Any], told: Told, exact: set[Told], loose: set[Told]
) -> Line:
    what = f"event {told[1]} on {told[0]}: {told[2]}"
    file = story.trace["scenario"]
    if absent := _absent(event):
        return Line(file, what, None, None, absent)
    if told in exact:
        return Line(file, what, told, told)
    return Line(file, what, told, told if _loosened(told) in loose else None, loose=True)


def _absent(event: dict[str, Any]) -> str:
    on = event["on"].partition("/")[2]
    if event["type"] == "EXISTING":
        return "from before the recorder began: a lab is older than its Events"
    if event["on"].startswith("Node/") and not _NODE_NAME.fullmatch(on):
        return "another scenario's node"
    if event["src"] == "apiserver":
        return "an artefact of the recorder's distribution"
    return ""


def _recorded(trace: Trace, event: dict[str, Any]) -> Told:
    sets = names.recorded(trace) | _aliases(trace)
    on = names.rename(event["on"], sets)
    message = names.rename(event["message"], sets)
    return _normal(on, event["reason"], message, event["src"])


def _aliases(trace: Trace) -> names.Names:
    """The trace's own normal names of pods, which bear a letter: web-rs1-a."""
    pods = (it for it in trace["names_map"].values() if re.search(r"(-rs\d+|^[a-z]+)-[a-z]+$", it))
    return {alias: f"{alias.rpartition('-')[0]}-pod" for alias in sorted(pods, key=len)[::-1]}


def _ours(story: Story) -> set[Told]:
    mine = names.ours(story.cluster)
    told = set()
    for change in story.cluster.changes():
        if change.key.kind != "Event" or change.type == "DELETED":
            continue
        event = change.object
        on = f"{event['involvedObject']['kind']}/{event['involvedObject']['name']}"
        source = _source(event)
        message = names.rename(event["message"], mine)
        told.add(_normal(names.rename(on, mine), event["reason"], message, source))
    return told


def _source(event: Any) -> str:
    """The component that wrote an Event, through either of its two APIs."""
    return str(get_in(event, "source", "component") or event.get("reportingComponent", ""))


def _normal(on: str, reason: str, message: str, source: str) -> Told:
    """Without which of several like nodes it was, and how long a pull took."""
    if source == "default-scheduler" and reason == "Scheduled":
        message = _NODE.sub("node", message)
    message = _PREEMPTOR.sub("by pod UID on node node", message)
    return on, reason, _PULLED.sub("in TIME", message), source


def _loosened(told: Told) -> Told:
    """Without the sizes that jitter decides, and whether the tenth sentence came in between."""
    on, reason, message, source = told
    return on, reason, _STEP.sub("N to N", message).removeprefix(_COMBINED), source
