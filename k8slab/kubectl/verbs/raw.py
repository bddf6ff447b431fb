"""``kubectl get --raw PATH``: what the server answers, as it is."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.version import SERVER
from k8slab.engine.base.objects import Obj

from ..errors import failure
from ..printers.json_text import to_compact_json, to_json
from ..session import Session

_HEALTH = ("/healthz", "/livez", "/readyz")
_NOWHERE = "the server could not find the requested resource"


def raw(session: Session, address: str) -> None:
    """Print the answer to a GET of a path. ApiError where the server refuses."""
    if not address.startswith("/"):
        raise failure(f"--raw must be a valid URL path: {address}")
    parts = urlsplit(address)
    path = parts.path.rstrip("/") or "/"
    if path in _HEALTH:
        session.write("ok")
    elif path == "/version":
        session.write(to_json(SERVER, indent=2, sort_keys=False))
    else:
        answer = _resource(session, path.split("/")[1:], dict(parse_qsl(parts.query)))
        session.print(to_compact_json(answer))


def _resource(session: Session, words: list[str], query: dict[str, str]) -> Obj:
    """The object or list at ``/api/v1/...`` or ``/apis/GROUP/VERSION/...``."""
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
    if len(rest) == 1:
        selectors = {"label_selector": "labelSelector", "field_selector": "fieldSelector"}
        options = {name: query[said] for name, said in selectors.items() if said in query}
        return session.request("list", kind, namespace, options=options)
    more = {"subresource": rest[2]} if len(rest) == 3 else {}
    return session.request("get", kind, namespace, rest[1], **more)
