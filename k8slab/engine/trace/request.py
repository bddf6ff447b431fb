"""Steps 1 to 8: one request through the API server, stage by stage, on a copy of the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from .. import etcd
from ..api import authentication, authorization, requests
from ..api.errors import ApiError
from ..api.kinds import Kind
from ..base.objects import Key, Obj
from ..cluster import Cluster
from .step import Step

METHODS = {"create": "POST", "patch": "PATCH", "update": "PUT", "delete": "DELETE"}
SERVER = "kube-apiserver"
DISCOVERY = (
    "kubectl also discovers the API and GETs the object first: POST if it is new, else PATCH."
)
ORDER = (
    "Decoding and strict field checks come before admission, the object's rules after mutating "
    "admission; validating admission is last."
)
PODS_LATER = "LimitRanger acts on pods: it has its say at step 12, not on the Deployment."


def stages(cluster: Cluster, request: Obj) -> list[Step]:
    """The stages of a request, up to the one that refuses it."""
    steps: list[Step] = []
    try:
        for step in _stages(cluster, request):
            steps.append(step)
    except _Refused as refused:
        steps.append(refused.step)
    return steps


def _note(cluster: Cluster) -> Obj:
    """What the terminal noted before its latest change: the line, and where it was sent to."""
    return next((it.command for it in cluster.journal[::-1] if it.command["do"] == "note"), {})


class _Refused(Exception):
    def __init__(self, step: Step) -> None:
        super().__init__(step.refusal)
        self.step = step


def _stages(cluster: Cluster, request: Obj) -> Iterator[Step]:
    api, at_ms = cluster.world.api, cluster.now_ms
    kind = api.discovery.resolve(request["kind"].lower())
    assert kind is not None
    name = f"{kind.kind}/{request.get('namespace', '')}/{request['name']}"
    path = _path(kind, request)

    def step(number: int, component: str, *lines: str, real: str = "") -> Step:
        return Step(number, at_ms, component, name, lines, real)

    def stop(number: int, error: ApiError) -> _Refused:
        return _Refused(
            Step(number, at_ms, SERVER, name, (f"HTTP {error.code}",), "", error.message)
        )

    note = _note(cluster)
    context = f"~/.kube/config, context {note.get('context', 'k8slab')}"
    url = f"{note.get('server', 'https://127.0.0.1:6443').rstrip('/')}{path}"
    yield step(1, "kubectl", context, url, real=DISCOVERY)
    yield step(2, "kubectl", f"{METHODS[request['verb']]} {path}")
    try:
        request = authentication.authenticate(api, request)
    except ApiError as error:
        raise stop(3, error) from None
    yield step(3, SERVER, f"user {request.get('user') or 'kubernetes-admin'}")
    judged = authorization.explain(api, request)
    if not judged["allowed"]:
        try:
            requests.handle(api, request)
        except ApiError as error:
            raise stop(4, error) from None
    yield step(4, SERVER, judged["reason"])
    body = request.get("body")
    key = Key(kind.kind, request.get("namespace", ""), request["name"])
    before = api.store.get(key) or {}
    if request["verb"] in ("create", "update"):
        try:
            requests.read_body(api, kind, body)
        except ApiError as error:
            raise stop(6, error) from None
    try:
        stored = requests.handle(api, request)
    except ApiError as error:
        raise stop(5 if _is_admission(error) else 6, error) from None
    filled = sorted(_filled_in(before, body, stored)) if isinstance(body, dict) else []
    yield step(5, SERVER, *[f"set {path}" for path in filled[:12]], real=PODS_LATER)
    yield step(6, SERVER, "every field is known, every value allowed", real=ORDER)
    version = stored["metadata"]["resourceVersion"]
    yield step(7, "etcd", etcd.path_of(key), f"resourceVersion {version}")
    code = "201 Created" if request["verb"] == "create" else "200 OK"
    yield step(8, SERVER, code, "kubectl returns here; all that follows happens without it")


def _path(kind: Kind, request: Obj) -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"/namespaces/{request['namespace']}" if kind.namespaced else ""
    own = "" if request["verb"] == "create" else f"/{request['name']}"
    return f"{root}{place}/{kind.plural}{own}"


def _is_admission(error: ApiError) -> bool:
    return error.reason == "Forbidden" or "ValidatingAdmissionPolicy" in error.message


def _filled_in(before: Obj, sent: Obj, stored: Obj, path: str = "") -> Iterator[str]:
    """What defaults and admission filled in or changed: neither sent so nor there before."""
    for field, value in stored.items():
        here = f"{path}.{field}" if path else field
        if field == "status" or (path == "metadata" and field not in ("labels", "annotations")):
            continue
        if before.get(field) == value or sent.get(field) == value:
            continue
        if isinstance(value, dict) and (field in sent or "metadata" in (field, path)):
            yield from _filled_in(before.get(field) or {}, sent.get(field) or {}, value, here)
        elif field not in sent:
            yield f"{here}={value}" if not isinstance(value, dict | list) else here
        elif not isinstance(value, dict | list):
            yield f"{here}={value} (was {sent[field]})"
