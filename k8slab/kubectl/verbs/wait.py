"""kubectl wait: lets virtual time pass until a condition holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from k8slab.engine.base.objects import Obj, get_in, uid_of

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.jsonpath import JsonPathError, Template, relaxed, text_of
from ..printers.output import print_one
from ..resources import Found, select
from ..session import Session
from . import options

Holds = Callable[[Obj | None], bool]
_DONE = "condition met"
_WEEK_MS = 7 * 24 * 3600 * 1000
_NO_VALUE = (
    "jsonpath wait has to have a value after equal sign, like "
    "--for=jsonpath='{.status.readyReplicas}'=3"
)
_BAD_FORM = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
    "--for=jsonpath='{.status.readyReplicas}'"
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Wait for each object; exit code 1 where one does not get there in time."""
    wanted, timeout_ms = parsed.options["for"], parsed.options["timeout"]
    holds = _condition(wanted)
    timeout_ms = _WEEK_MS if timeout_ms < 0 else timeout_ms
    deadline_ms = session.cluster.now_ms + timeout_ms
    if wanted.lower() == "create":
        _wait_for_creation(session, parsed, timeout_ms)
    found = _found(session, parsed, missing_ok=wanted.lower() == "delete")
    if not found and not session.failed:
        if wanted.lower() == "delete":
            return None
        raise failure("no matching resources found")
    for item in found:
        late = timeout_ms > 0 and deadline_ms <= session.cluster.now_ms
        if not late and _reaches(session, item, holds, deadline_ms):
            print_one(session, parsed.options["output"], _now(session, item), _DONE)
        else:
            what = "timed out waiting for the condition" if timeout_ms else "condition not met for"
            where = " on" if timeout_ms else ""
            session.fail(failure(f"{what}{where} {item.kind.plural}/{item.name}"))
    return None


def _found(session: Session, parsed: Parsed, *, missing_ok: bool) -> list[Found]:
    """What there is to wait for."""
    flags = parsed.options
    if flags["filename"]:
        return options.stored(session, parsed, missing_ok=missing_ok)
    return select(
        session,
        parsed.arguments,
        labels=flags["selector"],
        fields=flags["field-selector"],
        everything=flags["all"],
        all_namespaces=flags["all-namespaces"],
        missing_ok=missing_ok,
    )


def _wait_for_creation(session: Session, parsed: Parsed, timeout_ms: int) -> None:
    """Until all that is named is there, or anything that is selected."""
    named = len([word for word in parsed.arguments if "/" in word]) or len(parsed.arguments) - 1

    def there() -> bool:
        return len(_found(session, parsed, missing_ok=True)) >= max(named, 1)

    if not there() and not session.wait(there, timeout_ms):
        raise failure("timed out waiting for the condition")


def _now(session: Session, item: Found) -> Found:
    """The object as it is now; as it was, where it is gone."""
    return Found(item.kind, session.find(item.kind, item.namespace, item.name) or item.obj)


def _reaches(session: Session, item: Found, holds: Holds, deadline_ms: int) -> bool:
    uid = uid_of(item.obj)

    def met() -> bool:
        obj = session.find(item.kind, item.namespace, item.name)
        return holds(None if obj is not None and uid_of(obj) != uid else obj)

    left_ms = deadline_ms - session.cluster.now_ms
    return met() or (left_ms > 0 and session.wait(met, left_ms))


def _condition(wanted: str) -> Holds:
    """A test of an object (None: it is gone)."""
    name, sign, rest = wanted.partition("=")
    if wanted.lower() == "delete":
        return lambda obj: obj is None
    if wanted.lower() == "create":
        return lambda obj: obj is not None
    if sign and name == "condition":
        condition, _, value = rest.partition("=")
        return lambda obj: _has_condition(obj, condition, value or "true")
    if sign and name == "jsonpath":
        return _jsonpath(rest)
    raise failure(f'unrecognized condition: "{wanted}"')


def _has_condition(obj: Obj | None, name: str, value: str) -> bool:
    """A condition that speaks of an older generation does not count."""
    for condition in get_in(obj, "status", "conditions", default=()):
        if str(condition.get("type", "")).lower() != name.lower():
            continue
        observed = condition.get("observedGeneration") or get_in(
            obj, "status", "observedGeneration"
        )
        if observed is not None and observed < get_in(obj, "metadata", "generation", default=0):
            return False
        return str(condition.get("status", "")).lower() == value.lower()
    return False


def _jsonpath(text: str) -> Holds:
    """The test of ``{.path}=value`` or ``{.path}``; ``==`` inside the path is no separator."""
    path, *values = re.split(r"(?<!=)=(?!=)", text)
    if len(values) > 1:
        raise failure(_BAD_FORM)
    value = values[0].strip("'\"") if values else None
    if value == "":
        raise failure(_NO_VALUE)
    if not path:
        raise failure("jsonpath expression cannot be empty")
    try:
        template = Template(relaxed(path))
    except JsonPathError as error:
        raise failure(str(error)) from None

    def holds(obj: Obj | None) -> bool:
        parts = template.results(obj) if obj else []
        if len(parts) > 1:
            raise failure("given jsonpath expression matches more than one list")
        found = parts[0] if parts else []
        if len(found) > 1:
            raise failure("given jsonpath expression matches more than one value")
        if found and value is not None and isinstance(found[0], dict | list):
            raise failure("jsonpath leads to a nested object or list which is not supported")
        return bool(found) and (value is None or text_of(found[0]).strip() == value)

    return holds


VERB = Verb(
    name="wait",
    summary="Wait for a specific condition on one or many resources",
    run=run,
    section="Advanced Commands",
    usage="--for=CONDITION TYPE/NAME ...",
    example="""\
kubectl wait --for=condition=Available deployment/web --timeout=2m
kubectl wait --for=delete pod/web-1
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web-1""",
    flags=(
        Flag("for", hint="delete, create, condition=NAME[=VALUE] or jsonpath='{PATH}'=VALUE"),
        Flag("timeout", "duration", default=30_000, hint="How long to wait (virtual time)"),
        options.FILENAME,
        options.RECURSIVE,
        options.OUTPUT,
        options.SELECTOR,
        options.FIELD_SELECTOR,
        options.ALL,
        options.ALL_NAMESPACES,
    ),
)
