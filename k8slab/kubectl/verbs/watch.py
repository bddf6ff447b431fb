"""kubectl get --watch: rows as things change, in virtual time."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine.api import tables
from k8slab.engine.base.objects import Key, Obj, labels_of
from k8slab.engine.base.selectors import parse_selector
from k8slab.engine.store import Change

from ..errors import failure
from ..flags import Parsed
from ..printers import table
from ..resources import Found, Wanted, fetch
from ..session import Session

WATCH_MS = 60_000
"""How long a watch goes on where no --timeout is given: a terminal line has to end."""


def watch(
    session: Session, parsed: Parsed, wanted: list[Wanted], form: table.TableOptions
) -> int | None:
    """Print the rows there are, then one row a change, until the time is over."""
    if len(wanted) != 1:
        raise failure("watch is only supported on individual resources and resource collections")
    item, flags = wanted[0], parsed.options
    found = fetch(
        session, item, flags["selector"], flags["field-selector"], flags["all-namespaces"]
    )
    widths = table.Widths()
    if not flags["watch-only"]:
        _print(session, parsed, item, found, form, widths, first=True)
    names = {found.name for found in found} if flags["field-selector"] else None
    for change in _changes(session, flags["timeout"] or WATCH_MS):
        if _concerns(session, parsed, item, change.key, change.object, names):
            changed = [Found(item.kind, change.object)]
            _print(session, parsed, item, changed, form, widths, first=False, at_ms=change.at_ms)
    return None


def _changes(session: Session, timeout_ms: int) -> Iterator[Change]:
    """Each change as it comes, until the time is over."""
    cluster = session.cluster
    version, end_ms = cluster.version, cluster.now_ms + timeout_ms

    def is_newer() -> bool:
        return cluster.version > version

    while session.wait(is_newer, end_ms - cluster.now_ms):
        for change in cluster.changes(version):
            version = change.version
            yield change


def _concerns(
    session: Session, parsed: Parsed, item: Wanted, key: Key, obj: Obj, names: set[str] | None
) -> bool:
    if key.kind != item.kind.kind or (item.name is not None and key.name != item.name):
        return False
    anywhere = parsed.options["all-namespaces"] or not item.kind.namespaced
    if not anywhere and key.namespace != session.namespace:
        return False
    if names is not None and key.name not in names:
        return False
    selector = parsed.options["selector"]
    return not selector or parse_selector(selector)(labels_of(obj))


def _print(
    session: Session,
    parsed: Parsed,
    item: Wanted,
    found: list[Found],
    form: table.TableOptions,
    widths: table.Widths,
    *,
    first: bool,
    at_ms: int | None = None,
) -> None:
    if parsed.options["output"] == "name":
        for one in found:
            session.print(str(one))
        return
    now = session.now_unix_ms
    if at_ms is not None:
        now += at_ms - session.cluster.now_ms
    server = tables.table(item.kind, [one.obj for one in found], now)
    lines = [table.header(server, form)] if first and form.headers and found else []
    session.write(widths.lay_out(lines + table.rows(server, form)))
