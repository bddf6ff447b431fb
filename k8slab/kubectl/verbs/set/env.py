"""kubectl set env."""

from __future__ import annotations

import base64
import re

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, kind_of, select
from ...session import Session
from .. import options
from . import templates

_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or "
    "'.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or "
    "'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
_SOURCES = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}
_FIELD = re.compile(r"metadata\.(?:(name|namespace|uid)|(labels|annotations)\['([^']+)'\])")


def run(session: Session, parsed: Parsed) -> int | None:
    """Set (``A=1``), remove (``A-``) or list the variables of containers."""
    flags = parsed.options
    templates.check(parsed)
    resources, changes = _split(parsed.arguments)
    _check(parsed, resources)
    wanted, removed = _read(session, [*flags["env"], *changes])
    if flags["from"]:
        wanted += _from(session, parsed)
    if flags["prefix"]:
        wanted = [{**each, "name": f"{flags['prefix']}{each['name']}"} for each in wanted]
    for item in templates.found(session, parsed, [] if flags["local"] else resources):
        spec = _changed(session, parsed, item, wanted, removed)
        if not flags["list"]:
            what = "failed to patch env update to pod template:"
            templates.change(session, parsed, item, spec, done="env updated", what=what)
    return None


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Resources, and the changes that must come after them."""
    first = next((place for place, word in enumerate(words) if _is_change(word)), len(words))
    if not all(_is_change(word) for word in words[first:]):
        raise failure(
            "all resources must be specified before environment changes: " + " ".join(words)
        )
    return words[:first], words[first:]


def _is_change(word: str) -> bool:
    return "=" in word[1:] or word.endswith("-")


def _check(parsed: Parsed, resources: list[str]) -> None:
    flags = parsed.options
    if not options.names_files(parsed) and not resources:
        raise failure(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>"
        )
    if flags["list"] and flags["output"]:
        raise failure("--list and --output may not be specified together")
    if flags["keys"] and not flags["from"]:
        raise failure("when specifying --keys, a configmap or secret must be provided with --from")


def _read(session: Session, changes: list[str]) -> tuple[Objs, list[str]]:
    """What to set and what to remove; ``-`` reads what to set from stdin, a line each."""
    wanted: Objs = []
    removed = []
    for word in changes:
        if word == "-":
            lines = [line for line in session.stdin.splitlines() if line.strip()]
            wanted += _read(session, lines)[0]
        elif "=" in word:
            name, _, value = word.partition("=")
            if not _NAME.fullmatch(name):
                raise failure(f'"{name}" is not a valid key name: {_RULE}')
            wanted.append({"name": name, "value": value})
        elif word.endswith("-"):
            removed.append(word[:-1])
        else:
            raise failure(f"unknown environment variable: {word}")
    if set(removed) & {each["name"] for each in wanted}:
        raise failure(
            "can not both modify and remove the same environment variable in the same command"
        )
    return wanted, removed


def _from(session: Session, parsed: Parsed) -> Objs:
    """A variable for each key of a ConfigMap or Secret."""
    keys, variables = parsed.options["keys"], []
    for source in select(session, [parsed.options["from"]], everything=parsed.options["all"]):
        reference = _SOURCES.get(source.kind.kind)
        if reference is None:
            raise failure("unsupported resource specified in --from")
        for key in sorted(source.obj.get("data") or {}):
            if keys and key not in keys:
                continue
            variable = re.sub(r"[^a-zA-Z0-9_]", "_", key).upper()
            if variable != key:
                session.warn(f"Warning: key {key} transferred to {variable}")
            origin = {reference: {"key": key, "name": source.name}}
            variables.append({"name": variable, "valueFrom": origin})
    return variables


def _changed(
    session: Session, parsed: Parsed, item: Found, wanted: Objs, removed: list[str]
) -> Obj:
    """The pod spec with the variables of the chosen containers changed; ``--list`` prints them."""
    spec, pattern = templates.pod_spec(item), parsed.options["containers"]
    if not any(templates.matching(spec.get(field) or [], pattern) for field in templates.FIELDS):
        name = f"{item.kind.kind}/{item.name}"
        session.warn(f'Warning: {name} does not have any containers matching "{pattern}"')
    for field in templates.FIELDS:
        chosen = templates.matching(spec.get(field) or [], pattern)
        for container in chosen:
            if not parsed.options["overwrite"]:
                _refuse_overwriting(container, wanted)
            env = _updated(container.get("env") or [], wanted, removed)
            if parsed.options["list"]:
                _list(session, parsed, item, {**container, "env": env})
            if env != (container.get("env") or []):
                spec = templates.with_container(spec, field, {**container, "env": env})
    return spec


def _refuse_overwriting(container: Obj, wanted: Objs) -> None:
    have = {variable["name"]: variable.get("value", "") for variable in container.get("env") or ()}
    for variable in wanted:
        old = have.get(variable["name"])
        if old is not None and old != variable.get("value", ""):
            raise failure(
                f"'{variable['name']}' already has a value ({old}), and --overwrite is false"
            )


def _updated(have: Objs, wanted: Objs, removed: list[str]) -> Objs:
    """What is there keeps its place, what is new comes last."""
    new = {variable["name"]: variable for variable in reversed(wanted)}
    names = [variable["name"] for variable in (*have, *wanted)]
    old = {variable["name"]: variable for variable in have}
    return [new.get(name) or old[name] for name in dict.fromkeys(names) if name not in removed]


def _list(session: Session, parsed: Parsed, item: Found, container: Obj) -> None:
    session.print(f"# {item.kind.kind} {item.name}, container {container['name']}")
    unresolved: dict[str, list[str]] = {}
    for variable in container["env"]:
        name, source = variable["name"], variable.get("valueFrom")
        if source is None:
            session.print(f"{name}={variable.get('value', '')}")
            continue
        if parsed.options["resolve"]:
            try:
                session.print(f"{name}={_resolved(session, item, source)}")
                continue
            except LookupError as error:
                unresolved.setdefault(str(error.args[0]), []).append(name)
        session.print(f"# {name} from {_origin(source)}")
    for why, names in sorted(unresolved.items()):
        session.warn(f"error retrieving reference for {', '.join(sorted(names))}: {why}")


def _origin(source: Obj) -> str:
    """Where a value comes from, in kubectl's words."""
    for kind, field in _SOURCES.items():
        if field in source:
            reference = source[field]
            return f"{kind.lower()} {reference['name']}, key {reference['key']}"
    if "fieldRef" in source:
        return f"field path {source['fieldRef']['fieldPath']}"
    if "resourceFieldRef" in source:
        reference = source["resourceFieldRef"]
        container = f"{reference['containerName']}/" if reference.get("containerName") else ""
        return f"resource field {container}{reference['resource']}"
    return "invalid valueFrom"


def _resolved(session: Session, item: Found, source: Obj) -> str:
    """The value behind a reference; LookupError, with kubectl's words, where there is none."""
    for kind, field in _SOURCES.items():
        if field in source:
            return _value_in(session, kind, source[field])
    path = str((source.get("fieldRef") or {}).get("fieldPath", ""))
    match = _FIELD.fullmatch(path)
    if match is None:
        raise LookupError(f"unsupported fieldPath: {path}")
    metadata = item.obj["metadata"]
    if match[1]:
        return str(metadata.get(match[1], ""))
    return str((metadata.get(match[2]) or {}).get(match[3], ""))


def _value_in(session: Session, kind: str, reference: Obj) -> str:
    try:
        found = session.get(kind_of(kind), session.namespace, reference["name"])
    except ApiError as error:
        raise LookupError(error.message) from None
    data, key = found.get("data") or {}, reference["key"]
    if key not in data:
        word = "config map" if kind == "ConfigMap" else "secret"
        raise LookupError(f"key {key} not found in {word} {reference['name']}")
    value = str(data[key])
    return base64.b64decode(value).decode("utf-8", "replace") if kind == "Secret" else value


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
