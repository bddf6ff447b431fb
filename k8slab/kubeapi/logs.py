"""``pods/log``: what a container printed, and with ``follow`` what it prints from then on."""

from __future__ import annotations

from collections.abc import AsyncIterator

from k8slab.engine.api.errors import ApiError, bad_request
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.times import parse_rfc3339
from k8slab.engine.cluster import Cluster
from k8slab.engine.nodes.inside import NotRunning
from k8slab.kubectl.container import Box

from .answers import Answer, Stream
from .asked import Asked
from .presence import Presence

MEDIA_TYPE = "text/plain"
LOOK_S = 1.0


async def read(presence: Presence, asked: Asked, request: Obj) -> Answer | Stream:
    """The log as it is, or as it goes on (``follow``)."""
    lab = presence.lab
    async with lab.lock:
        cluster = lab.cluster
        options = _options(cluster, asked)
        lines = cluster.request({**request, "options": options})["lines"]
        box = _box(cluster, request, options)
    if asked.query.get("follow") not in ("true", "1"):
        body = _text(lines)
        return Answer(200, MEDIA_TYPE, body) if body else Answer(204, "", b"")
    return Stream(MEDIA_TYPE, _on(presence, _text(lines), follow(presence, request, options, box)))


async def _on(presence: Presence, first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with presence.busy():
        if first:
            yield first
        async for more in rest:
            yield more


async def follow(
    presence: Presence, request: Obj, options: Obj, box: Box | None
) -> AsyncIterator[bytes]:
    """What is printed from now on, until this start of the container ends."""
    lab, told_ms = presence.lab, presence.lab.cluster.now_ms
    rest = {name: value for name, value in options.items() if name != "tail"}
    while box is not None and presence.closed is None:
        await presence.wait(lab.cluster.version, LOOK_S)
        async with lab.lock:
            cluster, since_ms = lab.cluster, told_ms + 1
            box, told_ms = box.again(cluster), cluster.now_ms
            try:
                asked = {**request, "options": {**rest, "since_ms": since_ms}}
                lines = cluster.request(asked)["lines"] if since_ms <= told_ms else ()
            except ApiError:  # the pod has gone
                return
        if lines:
            yield _text(lines)


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _options(cluster: Cluster, asked: Asked) -> Obj:
    """The engine's options of a log: container, previous, tail, since_ms."""
    query = asked.query
    options: Obj = {
        "container": query.get("container", ""),
        "previous": query.get("previous") in ("true", "1"),
    }
    if query.get("timestamps") == "true":
        options["timestamps"] = True
    if query.get("tailLines", "").isdigit():
        options["tail"] = int(query["tailLines"])
    if query.get("sinceSeconds", "").isdigit():
        options["since_ms"] = cluster.now_ms - int(query["sinceSeconds"]) * 1000
    elif query.get("sinceTime"):
        start_ms = cluster.world.settings.start_unix_ms
        options["since_ms"] = max(0, _moment(query["sinceTime"]) - start_ms)
    return options


def _moment(text: str) -> int:
    try:
        return parse_rfc3339(text)
    except (ValueError, TypeError):
        raise bad_request(f'invalid value "{text[:60]}": not a time in RFC 3339') from None


def _box(cluster: Cluster, request: Obj, options: Obj) -> Box | None:
    """The container that is followed; None where it does not run (any more)."""
    pod = cluster.get("Pod", request["namespace"], request["name"])
    if pod is None or options["previous"]:
        return None
    name = options["container"] or pod["spec"]["containers"][0]["name"]
    try:
        return Box(cluster, request["namespace"], request["name"], name)
    except NotRunning:
        return None
