"""The API's websockets: exec, attach and port-forward, as kubectl opens them since 1.31."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from k8slab.engine.api.errors import ApiError, bad_request
from k8slab.engine.api.requests import CONNECTIONS
from k8slab.engine.apps.sh.steps import Said
from k8slab.engine.base.objects import Obj, get_in
from k8slab.engine.cluster import Cluster
from k8slab.engine.nodes.inside import NotRunning
from k8slab.kubectl.container import Box, Terminal
from k8slab.kubectl.session import Session
from k8slab.labs.host import Host

from . import answers, desk, forwarding, logs
from .answers import Answer
from .asked import Asked, request_of
from .channels import V4, V5, Channels, Gone, ended
from .execution import Visit, Wish
from .forwarding import Forwarding
from .presence import LINGER_S, REVOKED, Presence

_FIELDS = ("containers", "initContainers", "ephemeralContainers")
STREAMS_A_LAB = 32


class Refusal(Exception):
    """An answer instead of a connection."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Call(NamedTuple):
    """A connection that may be made: the API request, the container, what is wished, how."""

    request: Obj
    box: Box
    wish: Wish
    protocol: str


async def prepare(presence: Presence, asked: Asked, scope: Any) -> Call:
    """What a handshake asks for. Raises ApiError and Refusal.

    It may also be of SPDY: clients try that where the websocket was refused, and show its refusal.
    """
    lab = presence.lab
    async with lab.lock:
        to = desk.routed(lab.cluster, asked)
        if isinstance(to, Answer) or to.subresource not in CONNECTIONS:
            raise desk.NOWHERE
        request = {**request_of(asked._replace(method="GET"), to), "verb": "create"}
        pod = _pod(lab.cluster, request)
        forwards = to.subresource == "portforward"
        wanted = asked.query.get("container", "")
        box = _box(lab.cluster, pod, pod["spec"]["containers"][0]["name"] if forwards else wanted)
    if presence.streams >= STREAMS_A_LAB:
        raise ApiError(429, "TooManyRequests", "too many connections to this lab")
    known = (forwarding.PROTOCOL,) if forwards else (V5, V4)
    protocol = next((it for it in known if it in scope.get("subprotocols", ())), None)
    if protocol is None:
        raise bad_request("Upgrade request required")
    wish = _wish(scope)
    if to.subresource == "exec" and not wish.command:
        raise bad_request("you must specify at least one command for the container")
    return Call(request, box, wish, protocol)


async def serve(host: Host, presence: Presence, call: Call, receive: Any, send: Any) -> None:
    """Accept a connection, and serve it to its end."""
    await send({"type": "websocket.accept", "subprotocol": call.protocol})
    if call.protocol == forwarding.PROTOCOL:
        pod, uid = call.box.key, call.box.start[0]
        with presence.busy():
            await Forwarding(presence.lab, pod, uid, receive, send).serve()
        return
    channels = Channels(receive, send, call.protocol)
    visit = Visit(host, presence.lab, call.box, channels, call.wish.tty)
    listening = asyncio.create_task(channels.listen())
    revoking = asyncio.create_task(_hang_up_when_closed(presence, channels))
    try:
        with presence.busy():
            if call.request["subresource"] == "exec":
                await visit.execute(call.wish)
            else:
                await _attach(visit, presence, call, listening)
    except Gone:
        with suppress(OSError, RuntimeError):  # it may have been closed by the other side
            await send({"type": "websocket.close", "code": REVOKED})
    finally:
        listening.cancel()
        revoking.cancel()


async def _hang_up_when_closed(presence: Presence, channels: Channels) -> None:
    while presence.closed is None:
        await presence.wait(presence.lab.cluster.version, LINGER_S)
    channels.hang_up()


async def _attach(
    visit: Visit, presence: Presence, call: Call, listening: asyncio.Task[None]
) -> None:
    """The container's own shell, where it is one; else what it prints from now on."""
    box, own = call.box, call.box.inside.container
    command = tuple(box.inside.command.split())
    shell = Wish(command, bool(own.get("stdin")), bool(own.get("tty"))).shell
    if shell and call.wish.stdin:
        await visit.converse(Terminal(box, shell, _leaving(box)))
        return
    if box.inside.run.waits and call.wish.stdin:
        await visit.attend()
        return
    following = asyncio.create_task(_follow(visit, presence, call))
    await asyncio.wait({following, listening}, return_when=asyncio.FIRST_COMPLETED)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def _follow(visit: Visit, presence: Presence, call: Call) -> None:
    request = {**call.request, "verb": "get", "subresource": "log"}
    options = {"container": call.box.container}
    async for text in logs.follow(presence, request, options, call.box):
        await visit.put(Said(text.decode()))
    await visit.channels.end(ended(0))


def _leaving(box: Box) -> Callable[[Session, int], None]:
    """The end of a container's own shell is the container's."""

    def leave(session: Session, code: int) -> None:
        if box.again(session.cluster) is not None:
            name, namespace = box.key.name, box.key.namespace
            session.cluster.inject(
                "container-exit", pod=name, namespace=namespace, container=box.container, code=code
            )

    return leave


def _wish(scope: Any) -> Wish:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)

    def is_set(name: str) -> bool:
        return query.get(name, [""])[-1] in ("true", "1")

    return Wish(tuple(query.get("command", ())), is_set("stdin"), is_set("tty"))


def _pod(cluster: Cluster, request: Obj) -> Obj:
    """The pod, to which the user may connect."""
    cluster.request(request)
    pod = cluster.request({**request, "verb": "get", "subresource": ""})
    if not get_in(pod, "spec", "nodeName"):
        raise bad_request(f"pod {request['name']} does not have a host assigned")
    return pod


def _box(cluster: Cluster, pod: Obj, wanted: str) -> Box:
    """The container that is meant, as it runs (``pods/exec`` and the kubelet, 1.36)."""
    metadata, spec = pod["metadata"], pod["spec"]
    names = [each["name"] for field in _FIELDS for each in spec.get(field) or ()]
    if not wanted and len(spec["containers"]) > 1:
        listed = " ".join(each["name"] for each in spec["containers"])
        why = f"a container name must be specified for pod {metadata['name']}, choose one of: "
        raise bad_request(f"{why}[{listed}]")
    if wanted and wanted not in names:
        raise bad_request(f"container {wanted} is not valid for pod {metadata['name']}")
    name = wanted or names[0]
    try:
        return Box(cluster, metadata["namespace"], metadata["name"], name)
    except NotRunning:
        text = f'container not found ("{name}")'
        raise Refusal(Answer(404, answers.TEXT, text.encode())) from None


async def refuse(send: Any, answer: Answer) -> None:
    """Answer the handshake with a plain HTTP answer."""
    headers = [(b"content-type", answer.media_type.encode())]
    headers += [
        (name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers
    ]
    start = {"type": "websocket.http.response.start", "status": answer.code, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": answer.body})
