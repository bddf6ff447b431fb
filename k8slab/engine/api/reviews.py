"""Virtual kinds: what is posted is answered at once, and never stored (registry/authorization)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..base.objects import Obj, Objs
from .authorization import Attributes, User, allowed, rules_of
from .errors import ApiError
from .kinds.base import Kind

if TYPE_CHECKING:
    from .server import Api

_STANDARD = ("verbs", "apiGroups", "resources", "resourceNames")


def answer(api: Api, kind: Kind, body: Obj, user: User) -> Obj:
    """The review ``body`` with its status. ApiError 405 for a kind that can't be posted."""
    review = _ANSWERS.get(kind.kind)
    if review is None:
        why = "the server does not allow this method on the requested resource"
        raise ApiError(405, "MethodNotAllowed", why)
    metadata = {"creationTimestamp": api.timestamp()} if kind.kind == "SelfSubjectReview" else {}
    return {**body, "metadata": metadata, "status": review(api, body, user)}


def _access(api: Api, spec: Obj, user: User) -> Obj:
    said = spec.get("resourceAttributes")
    if said is None:
        path = spec.get("nonResourceAttributes") or {}
        asked = Attributes(path.get("verb", ""), path=path.get("path", ""))
    else:
        resource = said.get("resource", "")
        if said.get("subresource"):
            resource = f"{resource}/{said['subresource']}"
        asked = Attributes(
            said.get("verb", ""),
            said.get("group", ""),
            resource,
            said.get("namespace", ""),
            said.get("name", ""),
        )
    reason = allowed(api, user, asked)
    return {"allowed": True, "reason": reason} if reason else {"allowed": False}


def _own_access(api: Api, body: Obj, user: User) -> Obj:
    return _access(api, body.get("spec") or {}, user)


def _access_of(api: Api, body: Obj, user: User) -> Obj:
    spec = body.get("spec") or {}
    groups = spec.get("groups") or ()
    return _access(api, spec, User(spec.get("user", ""), tuple(groups)))


def _own_rules(api: Api, body: Obj, user: User) -> Obj:
    namespace = (body.get("spec") or {}).get("namespace", "")
    resources: Objs = []
    paths: Objs = []
    for rule in rules_of(api, user, namespace):
        if rule.get("nonResourceURLs"):
            urls = rule["nonResourceURLs"]
            paths.append({"verbs": rule["verbs"], "nonResourceURLs": urls})
        else:
            resources.append({name: rule[name] for name in _STANDARD if rule.get(name)})
    return {"resourceRules": resources, "nonResourceRules": paths, "incomplete": False}


def _self(api: Api, body: Obj, user: User) -> Obj:
    uid = {"uid": user.uid} if user.uid else {}
    return {"userInfo": {"username": user.name, **uid, "groups": list(user.groups)}}


def _token(api: Api, body: Obj, user: User) -> Obj:
    """No token but those of the cluster's own accounts is known, and they are never shown."""
    return {"user": {}, "error": "invalid bearer token"}


_ANSWERS: dict[str, Callable[[Any, Obj, User], Obj]] = {
    "LocalSubjectAccessReview": _access_of,
    "SelfSubjectAccessReview": _own_access,
    "SelfSubjectReview": _self,
    "SelfSubjectRulesReview": _own_rules,
    "SubjectAccessReview": _access_of,
    "TokenReview": _token,
}
KINDS = frozenset(_ANSWERS)
