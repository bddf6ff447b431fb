"""An app that looks for the host that a variable of its environment names, and what it prints."""

from __future__ import annotations

from collections.abc import Iterator

from ..apps import Run
from ..base.objects import Key, Obj
from ..base.times import parse_rfc3339
from ..control import World
from .config import namespace_of
from .resolv import DOMAIN

RETRY_MS = 5_000
LINES_MAX = 500


def lookups(world: World, pod: Obj, run: Run, until_ms: int) -> Iterator[tuple[int, str]]:
    """(ms, line) of each look: every five seconds until there is a Service of that name."""
    host = run.env.get(run.image.resolves, "")
    if not host:
        return
    found_ms = _since_ms(world, pod, host)
    at_ms = max(run.started_ms, until_ms - LINES_MAX * RETRY_MS)
    while at_ms <= until_ms and (found_ms is None or at_ms < found_ms):
        yield at_ms, f"dial tcp: lookup {host}: no such host (host not found)"
        at_ms += RETRY_MS
    if found_ms is not None and at_ms <= until_ms:
        yield at_ms, f"connected to {host}"


def _since_ms(world: World, pod: Obj, host: str) -> int | None:
    """Since when a Service answers to ``host`` in the pod's search path; None: there is none."""
    short = host.removesuffix(".").removesuffix(f".svc.{DOMAIN}").removesuffix(".svc")
    name, _, namespace = short.partition(".")
    found = world.store.get(Key("Service", namespace or namespace_of(pod), name))
    if found is None:
        return None
    return parse_rfc3339(found["metadata"]["creationTimestamp"]) - world.settings.start_unix_ms
