"""What a running kubectl line has in its hands: the API, files, standard streams, time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from k8slab.engine.api import requests
from k8slab.engine.api.discovery import Discovery
from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.apps.sh.steps import Said, merged
from k8slab.engine.base.objects import Key, Obj, Objs, set_in
from k8slab.engine.base.times import parse_rfc3339, rfc3339
from k8slab.engine.cluster import Cluster

from . import kubeconfig, wire
from .errors import Failure, plain_text, server_text, together
from .kubeconfig import Access

if TYPE_CHECKING:
    from .container import Terminal

MAX_WAIT_MS = 2 * 3_600_000
"""The longest that any verb waits, in virtual time: one line must not hold the server."""


CHANGE_CAUSE = "kubernetes.io/change-cause"
NOT_SERVED = "the server could not find the requested resource"
ADMIN = "kubernetes-admin"
"""Who asks where a request names nobody."""

Say = Callable[[], Sequence[Said]]
Pace = Callable[[Callable[[], bool], int, Say], bool]
"""How a line waits: ``pace(done, timeout_ms, say)`` lets time pass until ``done()`` (False where it
did not come); ``say()`` gives what the line has printed since it was last asked."""


class Interrupted(Exception):
    """The line was ended from outside (Ctrl+C)."""


class Forward(NamedTuple):
    """A port of this side that leads to one of a pod (``port-forward``)."""

    local: int
    pod: Key
    uid: str
    remote: int


class Proxy(NamedTuple):
    """A port of this side that leads to the API server (``proxy``), as whom its line said."""

    local: int
    options: Mapping[str, Any]


class Desk(Protocol):
    """The terminal in which a line is typed, as far as it keeps what a line leaves behind.

    ``discovery`` is what its lines have read of the server's resources.
    """

    discovery: Discovery | None

    def open(self, terminal: Terminal) -> None:
        """A shell in a container gets the next lines."""

    def forward(self, forward: Forward | Proxy) -> None:
        """A port leads to a pod, or to the API server."""

    def write(self, name: str, text: str) -> str | None:
        """Save a file; what is wrong, if it can't be."""

    def edit(self, command: str, text: str) -> tuple[str, int]:
        """What an editor's command makes of a text, and its exit code (127: there is none)."""


@dataclass(slots=True)
class Session:
    """One kubectl line at work.

    ``namespace`` is where the line works; ``environment`` has KUBECONFIG; ``line`` is what was
    typed, noted in the journal before the first change. Output is collected, not printed;
    ``with_managers`` prints metadata.managedFields too, ``allow_missing`` is that of templates.
    ``user``, ``groups`` and ``uid`` are those of ``--as``, ``access`` is what the kubeconfig says,
    ``verbosity`` that of ``-v``, ``show_http`` tells each request in one line. ``desk`` keeps what
    outlives the line; ``has_tty`` is False where its output goes elsewhere. ``pace`` lets time pass
    where the line waits; without one it passes at once. ``cause`` is noted as the change-cause of
    what is created or patched (``--record``).
    """

    cluster: Cluster
    files: Mapping[str, str]
    namespace: str = "default"
    environment: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    stdin: str = ""
    said: list[Said] = field(default_factory=list)
    failed: bool = False
    refusals: list[ApiError | Failure] = field(default_factory=list)
    unreadable: list[Failure] = field(default_factory=list)
    reads_first: bool = False
    with_managers: bool = False
    allow_missing: bool = True
    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    access: Access | None = None
    warned: list[str] = field(default_factory=list)
    noted: bool = False
    pace: Pace | None = None
    told: int = 0
    verbosity: int = 0
    show_http: bool = False
    desk: Desk | None = None
    has_tty: bool = True
    cause: str = ""

    # Output

    def print(self, text: str) -> None:
        """A line to standard output."""
        self.said.append(Said(text + "\n"))

    def write(self, text: str) -> None:
        """Text to standard output, as it is."""
        self.said.append(Said(text))

    def warn(self, text: str) -> None:
        """A line to standard error."""
        self.said.append(Said(text + "\n", 2))

    def unsay(self, begun: int) -> None:
        """Take back what was printed to standard output since there were ``begun`` pieces."""
        self.said[begun:] = [each for each in self.said[begun:] if each.descriptor == 2]

    @property
    def has_printed(self) -> bool:
        """Whether there is anything on standard output."""
        return any(each.descriptor == 1 and each.text for each in self.said)

    def fail(self, error: ApiError | Failure) -> None:
        """Note a refusal, told at the end, and go on with the rest; the exit code will be 1."""
        self.failed = True
        self.refusals.append(error)

    def tell_refusals(self) -> None:
        """One refusal is worded for itself; of several each is a plain line (cmd/util checkErr).

        What could not be read of files counts as one beside what the server refused: the last,
        or the first where the files were read before anything was asked.
        """
        told, unread = list(self.refusals), together(self.unreadable) if self.refusals else None
        if unread is not None:
            told.insert(0 if self.reads_first else len(told), unread)
        else:
            told += self.unreadable
        for error in told:
            self.warn(server_text(error) if len(told) == 1 else plain_text(error))
        self.failed = self.failed or bool(told)
        self.refusals, self.unreadable = [], []

    # The API

    def enter(self, options: Mapping[str, Any]) -> None:
        """Read the kubeconfig: where to go, as whom, in which namespace. Failure if it is wrong."""
        named = kubeconfig.paths(options["kubeconfig"], self.environment)
        config = kubeconfig.load(self.files, named, must=bool(options["kubeconfig"]))
        self.access = kubeconfig.access(config, options)
        self.namespace = options["namespace"] or self.access.namespace
        self.user, self.groups = options["as"], tuple(options["as-group"])
        self.uid = options["as-uid"]

    def _reach(self) -> None:
        """Failure where the API server cannot be reached."""
        refusal = self.access.refusal if self.access is not None else ""
        if refusal and refusal != kubeconfig.REJECTED:
            raise Failure(refusal)

    def _refusal(self, verb: str, kind: Kind, name: str) -> ApiError | None:
        """The answer of who is no API server (a port of TLS), or one that serves no such kind."""
        method = {"list": "get", "create": "post", "update": "put"}.get(verb, verb)
        resource = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
        if self.access is not None and self.access.refusal:
            code, reason, said = 400, "BadRequest", kubeconfig.REJECTED
        elif self._is_gone(kind):
            code, reason, said = 404, "NotFound", NOT_SERVED
        else:
            return None
        message = f"{said} ({method} {resource} {name}".rstrip() + ")"
        if verb == "list":
            place = f"{kind.group}/{kind.version}, Resource={kind.plural}"
            message = f'Unable to list "{place}": {message}'
        return ApiError(code, reason, message, {})

    def _is_gone(self, kind: Kind) -> bool:
        """Whether the terminal alone still knows the kind."""
        known = self.desk.discovery if self.desk is not None else None
        name = kind.api_version, kind.kind
        return (
            known is not None
            and known.served(*name) is not None
            and self.cluster.world.api.discovery.served(*name) is None
        )

    def _asker(self) -> Obj:
        """Who asks: whom ``--as`` names, else the token's user; the administrator by default."""
        if self.user:
            return {"user": self.user, "groups": list(self.groups), "uid": self.uid}
        token = self.access.token if self.access else ""
        if not token:
            return {}
        for known, name, uid, *groups in (*kubeconfig.TOKENS, *self.cluster.world.settings.tokens):
            if known == token:
                return {} if name == ADMIN else {"user": name, "groups": groups, "uid": uid}
        return {"token": token}

    @property
    def served(self) -> Discovery:
        """What the cluster serves."""
        self._reach()
        return self.cluster.world.api.discovery

    @property
    def discovery(self) -> Discovery:
        """What this terminal believes that the cluster serves (client-go's cached discovery).

        It keeps what it has read, and reads anew to find a name that it lacks: of a definition that
        is deleted it still asks the server, which then knows no such resource.
        """
        served = self.served
        if self.desk is None:
            return served
        self.desk.discovery = _with_what_is_gone(served, self.desk.discovery)
        return self.desk.discovery

    def request(
        self, verb: str, kind: Kind, namespace: str = "", name: str = "", **rest: Any
    ) -> Obj:
        """An API request (see ``engine.api.requests``); ApiError where it is refused."""
        if self.cause and verb == "create" and isinstance(rest.get("body"), dict):
            path = ("metadata", "annotations", CHANGE_CAUSE)
            rest["body"] = set_in(rest["body"], path, self.cause)
        result = self._request(verb, kind, namespace, name, **rest)
        if self.cause and verb == "patch" and not (rest.get("options") or {}).get("dry_run"):
            body = {"metadata": {"annotations": {CHANGE_CAUSE: self.cause}}}
            more = {**rest, "body": body, "patch_type": "merge", "subresource": ""}
            noted = self._request(verb, kind, namespace, name, **more)
            return result if rest.get("subresource") else noted
        return result

    def _request(self, verb: str, kind: Kind, namespace: str, name: str, **rest: Any) -> Obj:
        asked = {"verb": verb, "kind": kind.kind, "subresource": rest.get("subresource")}
        if requests.is_mutating(asked) and not self.noted:
            self.noted = True
            where = self.access.elsewhere if self.access else {}
            self.cluster.execute({"do": "note", "line": self.line, **where})
        request = {
            "verb": verb,
            "kind": kind.kind,
            "namespace": namespace if kind.namespaced else "",
            "name": name,
            **rest,
        }
        if (refusal := self._refusal(verb, kind, name)) is not None:
            raise refusal
        request |= self._asker()
        api = self.cluster.world.api
        api.warnings = []
        try:
            result = self.cluster.request(request)
        except ApiError as error:
            self._sent(kind, request, error.code, error.status())
            raise
        self._sent(kind, request, 200, result)
        for text in api.warnings:
            if text not in self.warned:
                self.warned.append(text)
                self.warn(f"Warning: {text}")
        return result

    def _sent(self, kind: Kind, request: Obj, code: int, answer: Obj) -> None:
        if not self.verbosity and not self.show_http:
            return
        made = wire.exchange(kind, request, code, answer)
        if self.show_http:
            self.warn(made.short)
        stamp = rfc3339(self.now_unix_ms)
        for line in wire.told(made, self.verbosity, f"{stamp[5:7]}{stamp[8:10]} {stamp[11:19]}"):
            self.warn(line)

    def get(self, kind: Kind, namespace: str, name: str) -> Obj:
        """One object; ApiError NotFound."""
        return self.request("get", kind, namespace, name)

    def find(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """One object, or None where there is none."""
        try:
            return self.get(kind, namespace, name)
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def list(self, kind: Kind, namespace: str = "", *, labels: str = "", fields: str = "") -> Objs:
        """Objects of a kind (namespace "" for all); selectors as on the command line."""
        options = {"label_selector": labels, "field_selector": fields}
        options = {name: value for name, value in options.items() if value}
        result = self.request("list", kind, namespace, options=options)
        items: Objs = [
            {"apiVersion": kind.api_version, "kind": kind.kind, **item} for item in result["items"]
        ]
        return items

    # Time

    @property
    def now_unix_ms(self) -> int:
        """The cluster's wall clock."""
        return self.cluster.world.settings.start_unix_ms + self.cluster.now_ms

    def age_ms(self, timestamp: str) -> int:
        """How long ago a timestamp was."""
        return self.now_unix_ms - parse_rfc3339(timestamp)

    def wait(self, done: Callable[[], bool], timeout_ms: int) -> bool:
        """Let virtual time pass until ``done()``; False where it did not come within the time."""
        timeout_ms = min(max(timeout_ms, 0), MAX_WAIT_MS)
        if self.pace is not None:
            return self.pace(done, timeout_ms, self.untold)
        return self.cluster.advance_until(lambda _: done(), timeout_ms / 1000)

    def untold(self) -> tuple[Said, ...]:
        """What was printed since this was last asked."""
        said = merged(self.said[self.told :])
        self.told = len(self.said)
        return said


def _with_what_is_gone(served: Discovery, before: Discovery | None) -> Discovery:
    """``served``, and what was ``before`` and is no more, unless there is something new to read."""
    if before is None or before is served:
        return served
    gone = [it for it in before.kinds if served.served(it.api_version, it.kind) is None]
    new = any(before.served(it.api_version, it.kind) is None for it in served.kinds)
    return served if new or not gone else Discovery((*served.kinds, *gone))


def shown(obj: Obj) -> Obj:
    """The object as kubectl prints it: without managedFields."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict) or "managedFields" not in metadata:
        return obj
    rest = {name: value for name, value in metadata.items() if name != "managedFields"}
    return {**obj, "metadata": rest}
