"""What the expressions of an admission policy see, and how they fail (plugin/policy/cel, 1.36)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...base.objects import Key, Obj, get_in
from ...base.selectors import matcher
from .. import authorization, cel
from .policy_match import EXEMPT, Write, matches, namespace_of

if TYPE_CHECKING:
    from ..server import Api

NO_PARAMS = (
    "failed to configure binding: no params found for policy binding with `Deny` "
    "parameterNotFoundAction"
)


class PolicyFailure(Exception):
    """A policy that can't be evaluated: its failurePolicy says what then is done."""


def bound(api: Api, write: Write, kind: str) -> Iterator[tuple[Obj, Obj]]:
    """(policy, binding) of all of a kind that are about a write, by name."""
    if not api.store.count(f"{kind}Binding") or write.kind.kind in EXEMPT:
        return
    bindings = api.store.list(f"{kind}Binding")
    for policy in api.store.list(kind):
        if not matches(api, write, policy["spec"].get("matchConstraints") or {}):
            continue
        for binding in bindings:
            spec = binding["spec"]
            named = spec["policyName"] == policy["metadata"]["name"]
            if named and matches(api, write, spec.get("matchResources") or {}):
                yield policy, binding


def contexts(api: Api, write: Write, policy: Obj, binding: Obj) -> Iterator[Obj]:
    """The variables of an evaluation, once for each parameter; PolicyFailure without any."""
    base = _base(api, write)
    if not policy["spec"].get("paramKind"):
        yield base
        return
    found = _params(api, write, policy, binding)
    if not found and get_in(binding, "spec", "paramRef", "parameterNotFoundAction") == "Deny":
        raise PolicyFailure(NO_PARAMS)
    for params in found:
        yield {**base, "params": params}


def _params(api: Api, write: Write, policy: Obj, binding: Obj) -> list[Obj]:
    """The objects that a binding's paramRef points to."""
    reference = binding["spec"].get("paramRef")
    if not reference:
        raise PolicyFailure("failed to configure binding: paramRef is required with paramKind")
    wanted = policy["spec"]["paramKind"]["kind"]
    kind = next((it for it in api.discovery.kinds if it.kind == wanted), None)
    if kind is None:
        version = policy["spec"]["paramKind"]["apiVersion"]
        why = f"failed to find resource referenced by paramKind: '{version}, Kind={wanted}'"
        raise PolicyFailure(f"failed to configure policy: {why}")
    own = write.subject["metadata"].get("namespace", "")
    namespace = reference.get("namespace") or own if kind.namespaced else ""
    if reference.get("name"):
        obj = api.store.get(Key(wanted, namespace, reference["name"]))
        return [obj] if obj is not None else []
    selects = matcher(reference.get("selector") or {})
    return [it for it in api.store.list(wanted, namespace or None)
            if selects(it["metadata"].get("labels") or {})]  # fmt: skip


def _base(api: Api, write: Write) -> Obj:
    kind, metadata = write.kind, write.subject["metadata"]
    user = authorization.user_of({"user": write.user})
    names = {"group": kind.group, "version": kind.version}
    kind_named = {**names, "kind": kind.kind}
    resource = {**names, "resource": kind.plural}
    request: dict[str, Any] = {
        "kind": kind_named,
        "requestKind": kind_named,
        "resource": resource,
        "requestResource": resource,
        "subResource": "",
        "name": metadata.get("name", ""),
        "namespace": metadata.get("namespace", ""),
        "operation": write.operation,
        "userInfo": {"username": user.name, "groups": list(user.groups)},
        "dryRun": False,
    }
    return {
        "object": write.new,
        "oldObject": write.old,
        "request": request,
        "params": None,
        "namespaceObject": namespace_of(api, write),
    }


def with_variables(context: Obj, policy: Obj) -> Obj:
    """The context with ``variables``; one that fails is left out, and ``failed`` says why."""
    values: Obj = {}
    failed: dict[str, str] = {}
    for variable in policy["spec"].get("variables") or ():
        known = {**context, "variables": values}
        try:
            values = {**values, variable["name"]: cel.evaluate(variable["expression"], known)}
        except cel.FAILURES as error:
            failed[variable["name"]] = cel.why(error)
    return {**context, "variables": values, "failed": failed}


def evaluate(expression: str, context: Obj) -> Any:
    """An expression's value; PolicyFailure in the words of the API server."""
    known = {name: value for name, value in context.items() if name != "failed"}
    try:
        return cel.evaluate(expression, known)
    except cel.FAILURES as error:
        why = _composited(expression, context) or cel.why(error)
        stated = f"expression '{expression}' resulted in error: {why}"
        raise PolicyFailure(stated) from error


def _composited(expression: str, context: Obj) -> str:
    """The variable whose failure an expression's is."""
    for name, why in context.get("failed", {}).items():
        if re.search(rf"\bvariables\.{name}\b", expression):
            return f'composited variable "{name}" fails to evaluate: {why}'
    return ""


def conditions_hold(policy: Obj, context: Obj) -> bool:
    """Whether all matchConditions hold."""
    found = policy["spec"].get("matchConditions") or ()
    return all(evaluate(it["expression"], context) is True for it in found)
