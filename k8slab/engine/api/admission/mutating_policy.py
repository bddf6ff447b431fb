"""MutatingAdmissionPolicy: what is written is changed by CEL (plugin/policy/mutating, 1.36).

An expression makes a partial object that is merged as server-side apply does
(``Object{spec: Object.spec{...}}``), or a list of JSON patch operations (``JSONPatch{op: ...}``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ...base.objects import Obj
from ..errors import ApiError, bad_request, forbidden
from ..kinds.base import Kind
from ..patch import apply_patch
from ..schema import type_of_kind
from .policy_context import (
    PolicyFailure,
    bound,
    conditions_hold,
    contexts,
    evaluate,
    with_variables,
)
from .policy_match import Write

if TYPE_CHECKING:
    from ..server import Api

KIND = "MutatingAdmissionPolicy"
_TOKEN = re.compile(
    r"(?P<text>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
    r"|(?P<message>\b(?:Object|JSONPatch)(?:\.\w+)*\s*\{)"
    r"|(?P<field>\b\w+(?=\s*:))"
    r"|(?P<sign>[{}\[\](),])"
    r"|(?P<rest>\w+|\s+|.)",
    re.DOTALL,
)


class MutatingAdmissionPolicy:
    """Each binding's mutations, in order of names; a failing one refuses the write (Fail)."""

    name = KIND

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        for policy, binding in bound(api, Write(kind, obj, old, user), KIND):
            try:
                obj = _mutated(api, Write(kind, obj, old, user), policy, binding)
            except PolicyFailure as failure:
                if policy["spec"].get("failurePolicy", "Fail") == "Fail":
                    raise _refusal(kind, obj, policy, binding, failure) from failure
        return obj


def _refusal(kind: Kind, obj: Obj, policy: Obj, binding: Obj, failure: PolicyFailure) -> ApiError:
    names = policy["metadata"]["name"], binding["metadata"]["name"]
    why = f"policy '{names[0]}' with binding '{names[1]}' denied request: {failure}"
    return forbidden(kind.plural, kind.group, obj["metadata"].get("name", ""), why)


def _mutated(api: Api, write: Write, policy: Obj, binding: Obj) -> Obj:
    obj = write.subject
    for context in contexts(api, write, policy, binding):
        if not conditions_hold(policy, context):
            continue
        known = with_variables(context, policy)
        for mutation in policy["spec"].get("mutations") or ():
            obj = _applied(write.kind, obj, mutation, {**known, "object": obj})
    return obj


def _applied(kind: Kind, obj: Obj, mutation: Obj, context: Obj) -> Obj:
    if mutation.get("patchType") == "JSONPatch":
        patch, how = evaluate(_as_maps(mutation["jsonPatch"]["expression"]), context), "json"
    else:
        patch = evaluate(_as_maps(mutation["applyConfiguration"]["expression"]), context)
        how = "merge" if kind.type is not None else "strategic"
    try:
        return apply_patch(how, obj, patch, type_of_kind(kind))
    except (ApiError, TypeError, KeyError) as error:
        raise PolicyFailure(str(bad_request(str(error)))) from error


@lru_cache(maxsize=256)
def _as_maps(expression: str) -> str:
    """An expression with its message literals as maps: ``Object{a: 1}`` is ``{"a": 1}``."""
    said: list[str] = []
    open_: list[bool] = []
    key_next = False
    for token in _TOKEN.finditer(expression):
        text, group = token[0], token.lastgroup
        if group == "message":
            open_.append(True)
            text, key_next = "{", True
        elif group == "sign" and text in "{[(":
            open_.append(False)
            key_next = False
        elif group == "sign" and text in "}])":
            if open_:
                open_.pop()
            key_next = False
        elif text == ",":
            key_next = bool(open_) and open_[-1]
        elif group == "field" and key_next:
            text, key_next = f'"{text}"', False
        said.append(text)
    return "".join(said)
