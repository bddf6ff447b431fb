"""kubectl events."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ..command import Verb
from ..errors import Failure, failure
from ..event_times import interval, last_seen_ms
from ..flags import Flag, Parsed
from ..printers import output
from ..printers.table import Widths
from ..resources import kind_of
from ..session import Session
from . import options

_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
_REFERENCE = (
    "kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath",
)  # fmt: skip
_EVENT = (
    "kind", "apiVersion", "metadata", "involvedObject", "reason", "message", "source",
    "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "series", "action",
    "related", "reportingComponent", "reportingInstance",
)  # fmt: skip


def run(session: Session, parsed: Parsed) -> int | None:
    """List events, the oldest first."""
    form, everywhere = parsed.options["output"], parsed.options["all-namespaces"]
    if form:
        output.check(form)
    events = session.list(kind_of("events"), "" if everywhere else session.namespace)
    about = parsed.options["for"]
    if about:
        events = _about(session, events, about)
    types = {name.lower() for name in parsed.options["types"]}
    if types - {"normal", "warning"}:
        raise failure("valid --types are Normal or Warning")
    if types:
        events = [event for event in events if event.get("type", "").lower() in types]
    if not events:
        where = "" if everywhere else f" in {session.namespace} namespace"
        session.warn(f"No events found{where}.")
        return None
    events.sort(key=last_seen_ms)
    if form:
        found = {"kind": "EventList", "apiVersion": "v1", "metadata": {}}
        items = [_typed(event) for event in events]
        output.print_typed(session, form, {**found, "items": items})
        return None
    head = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    rows = [] if parsed.options["no-headers"] else [["NAMESPACE", *head] if everywhere else head]
    rows += [_row(session, event, everywhere) for event in events]
    session.write(Widths().lay_out(rows))
    return None


def _about(session: Session, events: list[Obj], about: str) -> list[Obj]:
    kind_name, slash, name = about.partition("/")
    if not slash or not name:
        raise failure("--for must be in resource/name form")
    served = session.discovery.resolve(kind_name)
    if served is None:
        raise Failure(f'the server doesn\'t have a resource type "{kind_name}"')
    kind = served.kind
    return [
        event
        for event in events
        if (event["involvedObject"].get("kind"), event["involvedObject"].get("name"))
        == (kind, name)
    ]


def _typed(event: Obj) -> Obj:
    """An Event with its fields as Go's struct has them."""
    metadata = event["metadata"]
    whole = {
        "kind": "Event",
        "apiVersion": "v1",
        **event,
        "metadata": {name: metadata[name] for name in _METADATA if name in metadata},
        "involvedObject": _ordered(event.get("involvedObject") or {}, _REFERENCE),
        "source": _ordered(event.get("source") or {}, ("component", "host")),
    }
    for name in ("firstTimestamp", "lastTimestamp", "eventTime"):
        whole.setdefault(name, None)
    whole.setdefault("reportingComponent", "")
    whole.setdefault("reportingInstance", "")
    return _ordered(whole, _EVENT)


def _ordered(value: Obj, names: tuple[str, ...]) -> Obj:
    return {name: value[name] for name in names if name in value}


def _row(session: Session, event: Obj, everywhere: bool) -> list[str]:
    on = event["involvedObject"]
    cells = [
        interval(session, event),
        event.get("type", ""),
        event.get("reason", ""),
        f"{on.get('kind', '')}/{on.get('name', '')}",
        event.get("message", "").strip(),
    ]
    return [event["metadata"].get("namespace", ""), *cells] if everywhere else cells


VERB = Verb(
    name="events",
    summary="List events",
    run=run,
    section="Troubleshooting and Debugging Commands",
    example="kubectl events --for deployment/web --types=Warning",
    flags=(
        options.ALL_NAMESPACES,
        Flag("for", hint="Only events about this resource (type/name)"),
        Flag("types", "strings", default=(), hint="Only events of these types"),
        options.TABLE_OUTPUT,
        Flag("no-headers", "bool", default=False, hint="Rows without the headings"),
    ),
)
