"""A watch as it goes on: what has happened, a line an event, until its time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import monotonic

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.cluster import Cluster

from .answers import Form, events_as
from .asked import Asked
from .presence import Presence
from .routes import Resource

LASTS_S, LASTS_MAX_S = 1800.0, 3600.0
BOOKMARK_S = 60.0
REMEMBER_S = 15.0
"""How long a watch from a version waits for a lab that was just opened to know its past."""


async def stream(
    presence: Presence, asked: Asked, to: Resource, request: Obj, form: Form
) -> AsyncIterator[bytes]:
    """The lines of a watch. One that cannot go on ends with an ERROR event, as the server's does.

    A lab that was reset or rewound has another history: clients are told to list anew (410).
    """
    lab, cluster = presence.lab, presence.lab.cluster
    options = {
        **request["options"],
        "initial_events": asked.query.get("sendInitialEvents") == "true",
    }
    if to.name:
        options["field_selector"] = f"metadata.name={to.name}"
    ends = monotonic() + _lasts_s(asked)
    told, first = monotonic(), True
    with presence.busy():
        if options.get("resource_version"):
            await presence.remembered(REMEMBER_S)
            cluster = lab.cluster
        while True:
            async with lab.lock:
                if not _same_history(lab.cluster, cluster):
                    yield _error(ApiError(410, "Expired", "the lab has another history now"))
                    return
                cluster = lab.cluster
                try:
                    answer = cluster.request({**request, "verb": "watch", "options": options})
                except ApiError as error:
                    yield _error(error)
                    return
            events = answer["events"]
            if _wants_bookmarks(asked) and not events and monotonic() > told + BOOKMARK_S:
                events = [_bookmark(to, answer["resource_version"])]
            if events:
                yield events_as(to.kind, events, form, cluster.world.unix_ms, first)
                told, first = monotonic(), False
            options = {**options, "initial_events": False}
            options["resource_version"] = answer["resource_version"]
            left_s = ends - monotonic()
            if left_s <= 0 or presence.closed is not None:
                return
            await presence.wait(cluster.version, min(left_s, BOOKMARK_S))


def _lasts_s(asked: Asked) -> float:
    text = asked.query.get("timeoutSeconds", "")
    return min(float(text), LASTS_MAX_S) if text.isdigit() and int(text) else LASTS_S


def _wants_bookmarks(asked: Asked) -> bool:
    return asked.query.get("allowWatchBookmarks") in ("true", "1")


def _same_history(now: Cluster, before: Cluster) -> bool:
    """Whether the present cluster has gone on from where that one stood."""
    if now is before:
        return True
    return (
        now.now_ms >= before.now_ms
        and now.version >= before.version
        and now.journal[: len(before.journal)] == before.journal
    )


def _bookmark(to: Resource, version: str) -> Obj:
    metadata = {"resourceVersion": version}
    obj = {"kind": to.kind.kind, "apiVersion": to.kind.api_version, "metadata": metadata}
    return {"type": "BOOKMARK", "object": obj}


def _error(error: ApiError) -> bytes:
    event = {"type": "ERROR", "object": error.status()}
    return events_as(None, [event], Form("application/json"), 0, first=False)  # type: ignore[arg-type]
