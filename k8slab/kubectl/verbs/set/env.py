"""kubectl set env."""

from __future__ import annotations

import base64
import re

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, kind_of, need_resources
from ...session import Session
from . import templates

_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or "
    "'.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or "
    "'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
_SOURCES = {"configmap": ("configmaps", "configMapKeyRef"), "secret": ("secrets", "secretKeyRef")}


def run(session: Session, parsed: Parsed) -> int | None:
    """Set (``A=1``), remove (``A-``) or list the variables of containers."""
    words = [*parsed.arguments, *parsed.options["env"]]
    changes = [word for word in words if "=" in word or (word.endswith("-") and len(word) > 1)]
    resources = [word for word in parsed.arguments if word not in changes]
    if not parsed.options["filename"]:
        need_resources(resources)
    wanted, removed = _read(changes)
    if parsed.options["from"]:
        wanted = [*_from(session, parsed), *wanted]
    for item in templates.found(session, parsed, resources):
        containers = _containers(session, parsed, item)
        if parsed.options["list"]:
            _list(session, parsed, item, containers)
        elif wanted or removed:
            _set(session, parsed, item, containers, wanted, removed)
    return None


def _read(changes: list[str]) -> tuple[Objs, list[str]]:
    wanted: dict[str, Obj] = {}
    removed = []
    for word in changes:
        name, equals, value = word.partition("=")
        if not equals:
            removed.append(word[:-1])
            continue
        if not _NAME.fullmatch(name):
            raise failure(f'"{name}" is not a valid key name: {_RULE}')
        wanted[name] = {"name": name, "value": value}
    both = [name for name in removed if name in wanted]
    if both:
        raise failure(f"can not both modify and remove an environment variable: {both[0]}")
    return list(wanted.values()), removed


def _from(session: Session, parsed: Parsed) -> Objs:
    """A variable for each key of a ConfigMap or Secret."""
    kind, _, name = str(parsed.options["from"]).partition("/")
    plural, reference = _SOURCES.get(kind.lower().rstrip("s"), ("", ""))
    if not plural or not name:
        raise failure(f"unsupported resource specified in --from: {parsed.options['from']}")
    source = session.get(kind_of(plural), session.namespace, name)
    keys, variables = parsed.options["keys"], []
    for key in sorted(source.get("data") or {}):
        if keys and key not in keys:
            continue
        variable = re.sub(r"[^a-zA-Z0-9_]", "_", key).upper()
        if variable != key:
            session.warn(f"Warning: key {key} transferred to {variable}")
        variable = f"{parsed.options['prefix']}{variable}"
        variables.append({"name": variable, "valueFrom": {reference: {"key": key, "name": name}}})
    return variables


def _containers(session: Session, parsed: Parsed, item: Found) -> dict[str, Objs]:
    """The chosen containers by their field."""
    spec, pattern = templates.pod_spec(item), parsed.options["containers"]
    chosen = {
        field: templates.matching(spec.get(field) or [], pattern)
        for field in ("initContainers", "containers")
    }
    if not any(chosen.values()):
        name = f"{item.kind.kind}/{item.name}"
        session.warn(f'Warning: {name} does not have any containers matching "{pattern}"')
    return chosen


def _list(session: Session, parsed: Parsed, item: Found, chosen: dict[str, Objs]) -> None:
    for field, containers in chosen.items():
        word = "init container" if field == "initContainers" else "container"
        for container in containers:
            session.print(f"# {item.kind.kind} {item.name}, {word} {container['name']}")
            for variable in container.get("env") or ():
                session.print(_shown(session, parsed, variable))


def _shown(session: Session, parsed: Parsed, variable: Obj) -> str:
    name, source = variable["name"], variable.get("valueFrom")
    if source is None:
        return f"{name}={variable.get('value', '')}"
    for kind, (plural, field) in _SOURCES.items():
        if field not in source:
            continue
        reference = source[field]
        if parsed.options["resolve"]:
            return f"{name}={_resolved(session, plural, reference)}"
        return f"# {name} from {kind} {reference['name']}, key {reference['key']}"
    path = (source.get("fieldRef") or {}).get("fieldPath", "")
    return f"# {name} from field path {path}"


def _resolved(session: Session, plural: str, reference: Obj) -> str:
    try:
        found = session.get(kind_of(plural), session.namespace, reference["name"])
    except ApiError:
        return ""
    value = str((found.get("data") or {}).get(reference["key"], ""))
    return base64.b64decode(value).decode("utf-8", "replace") if plural == "secrets" else value


def _set(
    session: Session,
    parsed: Parsed,
    item: Found,
    chosen: dict[str, Objs],
    wanted: Objs,
    removed: list[str],
) -> None:
    body: Obj = {}
    for field, containers in chosen.items():
        patches = [
            {"name": container["name"], "env": entries, "$setElementOrder/env": order}
            for container in containers
            if (entries := _entries(parsed, container, wanted, removed))
            for order in [_order(container, wanted, removed)]
        ]
        if patches:
            body[field] = patches
    what = "failed to patch env update to pod template:"
    templates.change(session, parsed, item, body, done="env updated", what=what)


def _entries(parsed: Parsed, container: Obj, wanted: Objs, removed: list[str]) -> Objs:
    """A patch of the container's variables: those that are new or other, and those that go."""
    have = {variable["name"]: variable for variable in container.get("env") or ()}
    entries: Objs = []
    for variable in wanted:
        old = have.get(variable["name"])
        if old == variable:
            continue
        if old is not None and not parsed.options["overwrite"]:
            raise failure(
                f"'{variable['name']}' already has a value ({old.get('value', '')}), and "
                "--overwrite is false"
            )
        gone = {field: None for field in (old or {}) if field not in variable}
        entries.append({**gone, **variable})
    return entries + [{"name": name, "$patch": "delete"} for name in removed if name in have]


def _order(container: Obj, wanted: Objs, removed: list[str]) -> Objs:
    """What was there keeps its place, what is new comes last."""
    names = [variable["name"] for variable in (*(container.get("env") or ()), *wanted)]
    return [{"name": name} for name in dict.fromkeys(names) if name not in removed]


ENV = Verb(
    name="env",
    summary="Update environment variables on a pod template",
    run=run,
    usage="RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    example="kubectl set env deployment/web THEME=dark",
    flags=(
        *templates.FLAGS,
        Flag("containers", short="c", default="*", hint="Which containers; * fits any text"),
        Flag("env", "array", short="e", default=(), hint="A variable, as an argument"),
        Flag("from", hint="configmap/NAME or secret/NAME whose keys become variables"),
        Flag("keys", "strings", default=(), hint="Only these keys of --from"),
        Flag("prefix", hint="What the names from --from begin with"),
        Flag("list", "bool", default=False, hint="Show the variables"),
        Flag("resolve", "bool", default=False, hint="Show the values behind references"),
        Flag("overwrite", "bool", default=True, hint="false: refuse to change what is set"),
    ),
)
