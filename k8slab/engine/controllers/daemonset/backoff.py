"""How soon a failed daemon pod is deleted: 1 s, 2 s, 4 s ... (daemon_controller.go, 1.36).

That keeps the controller from a fight with a kubelet that rejects its pods. Each node has its own
back-off for each generation of the DaemonSet; half an hour without a failure ends it.
"""

from __future__ import annotations

from ...base.objects import get_in, key_of
from .look import Look

OWNER = "daemonset"
BASE_MS = 1_000
MAX_MS = 900_000


def delay_ms(look: Look, node: str) -> int:
    """The delay of a node that is in back-off now, else 0."""
    delay, since_ms = _entries(look).get(_name(look, node), (0, 0))
    return delay if look.world.unix_ms - since_ms < delay else 0


def begin(look: Look, node: str) -> None:
    """Note that a failed pod of the node is deleted now: the next has to wait twice as long."""
    entries = _entries(look)
    delay, _ = entries.get(_name(look, node), (0, 0))
    entries[_name(look, node)] = [min(delay * 2, MAX_MS) or BASE_MS, look.world.unix_ms]
    look.world.set_note(OWNER, key_of(look.daemon_set), entries)


def _entries(look: Look) -> dict[str, list[int]]:
    """Generation and node -> the delay and since when, in milliseconds; none that is expired."""
    entries: dict[str, list[int]] = look.world.note(OWNER, key_of(look.daemon_set)) or {}
    oldest_ms = look.world.unix_ms - 2 * MAX_MS
    return {name: entry for name, entry in entries.items() if entry[1] >= oldest_ms}


def _name(look: Look, node: str) -> str:
    generation = get_in(look.daemon_set, "status", "observedGeneration", default=0)
    return f"{generation}/{node}"
