"""``--raw PATH`` of get, create, replace and delete: what the server answers, as it is."""

from __future__ import annotations

import json
from urllib.parse import SplitResult, parse_qsl, urlsplit

from k8slab.engine.api.errors import ApiError, bad_request
from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.version import SERVER
from k8slab.engine.base.objects import Obj

from ..errors import failure
from ..flags import Parsed
from ..printers.json_text import to_compact_json, to_json
from ..session import Session

_HEALTH = ("/healthz", "/livez", "/readyz")
_NOWHERE = "the server could not find the requested resource"


def raw(session: Session, address: str) -> None:
    """Print the answer to a GET of a path. ApiError where the server refuses."""
    answer = _answer(session, address)
    session.write(answer if isinstance(answer, str) else to_compact_json(answer) + "\n")


def browsed(session: Session, address: str) -> tuple[int, str]:
    """The status and text of the answer to a GET, as the server lays it out for a browser."""
    try:
        answer = _answer(session, address)
    except ApiError as error:
        return error.code, to_json(error.status(), indent=2, sort_keys=False)
    return 200, answer if isinstance(answer, str) else to_json(answer, indent=2, sort_keys=False)


def _answer(session: Session, address: str) -> Obj | str:
    parts = _parsed(address)
    path = parts.path.rstrip("/") or "/"
    if path in _HEALTH:
        return "ok"
    if path == "/version":
        return to_json(SERVER, indent=2, sort_keys=False)
    return _resource(session, path.split("/")[1:], dict(parse_qsl(parts.query)))


def send_raw(session: Session, parsed: Parsed, verb: str) -> None:
    """Send the file of ``-f`` to a path: ``create``, ``update`` or ``delete``; print the answer."""
    files, address = parsed.options["filename"], parsed.options["raw"]
    if len(files) > 1 or any(name.startswith(("http://", "https://")) for name in files):
        raise failure("--raw can only use a single local file or stdin")
    if parsed.options["output"]:
        raise failure("--raw and --output are mutually exclusive")
    parts = _parsed(address)
    body = None
    if files:
        name = files[0].removeprefix("./")
        if name != "-" and name not in session.files:
            raise failure(f"open {files[0]}: no such file or directory")
        body = _decoded(session.stdin if name == "-" else session.files[name])
    kind, namespace, rest = _place(session, parts.path.rstrip("/").split("/")[1:])
    more = {"subresource": rest[2]} if len(rest) == 3 else {}
    name = rest[1] if len(rest) > 1 else ""
    answer = session.request(verb, kind, namespace, name, body=body, **more)
    session.print(to_compact_json(answer))


def _decoded(text: str) -> Obj:
    try:
        body: Obj = json.loads(text)
    except ValueError as error:
        raise bad_request(f"couldn't get version/kind; json parse error: {error}") from None
    return body


def _parsed(address: str) -> SplitResult:
    if not address.startswith("/"):
        raise failure(f'--raw must be a valid URL path: parse "{address}": invalid URI for request')
    return urlsplit(address)


def _resource(session: Session, words: list[str], query: dict[str, str]) -> Obj:
    """The object or list at ``/api/v1/...`` or ``/apis/GROUP/VERSION/...``."""
    kind, namespace, rest = _place(session, words)
    if len(rest) == 1:
        selectors = {"label_selector": "labelSelector", "field_selector": "fieldSelector"}
        options = {name: query[said] for name, said in selectors.items() if said in query}
        return session.request("list", kind, namespace, options=options)
    more = {"subresource": rest[2]} if len(rest) == 3 else {}
    return session.request("get", kind, namespace, rest[1], **more)


def _place(session: Session, words: list[str]) -> tuple[Kind, str, list[str]]:
    """The kind and namespace of a path, and its end: the resource, a name, a subresource."""
    if words[:2] == ["api", "v1"]:
        group, version, rest = "", "v1", words[2:]
    elif words[0] == "apis" and len(words) > 3:
        group, version, rest = words[1], words[2], words[3:]
    else:
        raise ApiError(404, "NotFound", _NOWHERE)
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    if not rest or len(rest) > 3:
        raise ApiError(404, "NotFound", _NOWHERE)
    kind = session.discovery.resolve(f"{rest[0]}.{version}.{group}" if group else rest[0])
    if kind is None or kind.plural != rest[0] or kind.group != group:
        raise ApiError(404, "NotFound", _NOWHERE)
    return kind, namespace, rest
