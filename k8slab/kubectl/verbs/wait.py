"""kubectl wait: lets virtual time pass until a condition holds."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.base.objects import Obj, get_in, uid_of

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.jsonpath import JsonPathError, Template, relaxed, text_of
from ..resources import Found, select
from ..session import Session
from . import options

Holds = Callable[[Obj | None], bool]


def run(session: Session, parsed: Parsed) -> int | None:
    """Wait for each object; exit code 1 where one does not get there in time."""
    holds, done = _condition(parsed.options["for"])
    found = select(
        session,
        parsed.arguments,
        labels=parsed.options["selector"],
        fields=parsed.options["field-selector"],
        everything=parsed.options["all"],
        all_namespaces=parsed.options["all-namespaces"],
    )
    if not found and not session.failed:
        raise failure("no matching resources found")
    deadline_ms = session.cluster.now_ms + parsed.options["timeout"]
    for item in found:
        _wait(session, item, holds, done, deadline_ms)
    return None


def _wait(session: Session, item: Found, holds: Holds, done: str, deadline_ms: int) -> None:
    uid = uid_of(item.obj)

    def met() -> bool:
        obj = session.find(item.kind, item.namespace, item.name)
        if obj is not None and uid_of(obj) != uid:
            obj = None
        return holds(obj)

    left_ms = max(deadline_ms - session.cluster.now_ms, 1)
    if met() or session.wait(met, left_ms):
        session.print(f"{item} {done}")
        return
    session.failed = True
    session.warn(f"error: timed out waiting for the condition on {item.kind.plural}/{item.name}")


def _condition(wanted: str) -> tuple[Holds, str]:
    """A test of an object (None: it is gone), and what is said once it holds."""
    if wanted == "delete":
        return (lambda obj: obj is None), "condition met"
    if wanted == "create":
        return (lambda obj: obj is not None), "condition met"
    if wanted.startswith("condition="):
        name, _, value = wanted.removeprefix("condition=").partition("=")
        return (lambda obj: _has_condition(obj, name, value or "true")), "condition met"
    if wanted.startswith("jsonpath="):
        return _jsonpath(wanted.removeprefix("jsonpath=")), "condition met"
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
    path, equals, value = text.partition("}=")
    try:
        template = Template(relaxed(path + "}" if equals else path))
    except JsonPathError as error:
        raise failure(str(error)) from None

    def holds(obj: Obj | None) -> bool:
        found = [item for part in template.results(obj) for item in part] if obj else []
        return bool(found) and (not equals or text_of(found[0]) == value.strip("'\""))

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
        options.SELECTOR,
        options.FIELD_SELECTOR,
        options.ALL,
        options.ALL_NAMESPACES,
    ),
)
