"""RollingUpdate of a DaemonSet, node by node (pkg/controller/daemon/update.go, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, Objs, is_deleting
from .look import Look
from .pods import sync_nodes


def roll(look: Look) -> None:
    """Delete old pods within maxUnavailable, or start new ones beside them within maxSurge."""
    if look.surge:
        _surge(look)
    else:
        _replace(look)


def _pair(look: Look, pods: Objs) -> tuple[Obj | None, Obj | None, bool]:
    """The new and the old pod of a node; False where it has two of one sort."""
    alive = [pod for pod in pods if not is_deleting(pod)]
    new = [pod for pod in alive if look.is_updated(pod)]
    old = [pod for pod in alive if not look.is_updated(pod)]
    clear = len(new) <= 1 and len(old) <= 1
    return (new[0] if new else None), (old[0] if old else None), clear


def _replace(look: Look) -> None:
    unavailable = 0
    broken: Objs = []
    candidates: Objs = []
    for pods in look.by_node.values():
        new, old, clear = _pair(look, pods)
        if not clear or (new is None) == (old is None):
            unavailable += 1
        elif new is not None:
            unavailable += not look.is_available(new)
        elif old is not None and not look.is_available(old):
            broken.append(old)
            unavailable += 1
        elif old is not None and unavailable < look.unavailable:
            candidates.append(old)
    room = max(0, look.unavailable - unavailable)
    look.world.compare("unavailable pods", f"at most {look.unavailable}", unavailable)
    sync_nodes(look, [*broken, *candidates[:room]], [])


def _surge(look: Look) -> None:
    """New pods beside the old ones; an old one goes when its new one is available.

    Where no new pod may start (a taint), an available old one goes only once as many pods are
    available elsewhere as are wanted.
    """
    surging = available = 0
    finished: Objs = []
    misplaced: Objs = []
    needed: list[str] = []
    candidates: list[str] = []
    for node, pods in look.by_node.items():
        new, old, clear = _pair(look, pods)
        if not clear:
            surging += 1
            continue
        serving = old or new
        available += serving is not None and look.is_available(serving)
        if old is None:
            continue
        if new is not None:
            surging += not look.is_available(new)
            finished += [old] if look.is_available(new) else []
            continue
        if node not in look.places:
            return  # the node is gone, and its pods will soon be: nothing is decided before that
        start, _ = look.places[node]
        if not start:
            (misplaced if look.is_available(old) else finished).append(old)
        elif not look.is_available(old):
            needed.append(node)
        elif surging < look.surge:
            candidates.append(node)
    finished += misplaced[: max(0, available - look.wanted)]
    room = max(0, look.surge - surging)
    look.world.compare("pods beyond one a node", f"at most {look.surge}", surging)
    sync_nodes(look, finished, [*needed, *candidates[:room]])
