"""What a task asks of the cluster, checked on its state and its history.

A check is read from ``checks.yaml``: an ``id``, the ``task`` it belongs to, and one field whose
name is its kind. A kind is a frozen dataclass in a file of its own, with ``read(fields)``,
``expects`` (a sentence) and ``observe(cluster)``; to add one, copy a neighbour and list it here.
Observing is pure: it reads the cluster and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8slab.content.documents import Fields
from k8slab.engine import Cluster

from .event import Event
from .exists import Absent, Exists
from .field import Field
from .holds import Holds
from .kind import Kind, Observation
from .latency import Latency
from .pods import Pods
from .ready import Ready
from .requests import Requests
from .restarts import Restarts
from .rollout import Rollout
from .seen import Seen

KINDS: dict[str, type[Kind]] = {
    "absent": Absent,
    "event": Event,
    "exists": Exists,
    "field": Field,
    "holds": Holds,
    "latency": Latency,
    "pods": Pods,
    "ready": Ready,
    "requests": Requests,
    "restarts": Restarts,
    "rollout": Rollout,
    "seen": Seen,
}


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say beside a check that does not hold, ``when`` another condition does."""

    id: str
    when: Kind
    says: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a task's checklist."""

    id: str
    task: str
    kind: Kind
    expects: str
    hints: tuple[Hint, ...]

    def observe(self, cluster: Cluster) -> Observation:
        """Whether it holds now, and what is there; with a hint where one fits."""
        ok, observes = self.kind.observe(cluster)
        hint = None if ok else self.hint(cluster)
        return Observation(ok, f"{observes}. {hint.says}" if hint else observes)

    def hint(self, cluster: Cluster) -> Hint | None:
        """The first hint whose condition holds."""
        return next((it for it in self.hints if it.when.observe(cluster).ok), None)


def read_check(fields: Fields, task: str | None = None) -> Check:
    """A check from ``checks.yaml``; ``says`` replaces the kind's own sentence.

    ``task`` is "" where its file knows no tasks (a micro-lab's).
    """
    fields.only("id", "task", "says", "hints", *KINDS)
    kind = read_kind(fields)
    return Check(
        id=fields.text("id"),
        task=fields.text("task") if task is None else task,
        kind=kind,
        expects=fields.text("says", "") or kind.expects,
        hints=tuple(map(_read_hint, fields.entries("hints"))),
    )


def _read_hint(fields: Fields) -> Hint:
    fields.only("id", "when", "says")
    return Hint(fields.text("id"), read_kind(fields.mapping("when")), fields.text("says"))


def read_kind(fields: Fields) -> Kind:
    """The condition among ``fields``: the one field that is named like a kind."""
    named = [name for name in fields if name in KINDS]
    if len(named) != 1:
        fields.refuse(
            named[1] if named else "",
            f"a check has one kind, found {', '.join(named) or 'none'}",
            f"keep one of: {', '.join(KINDS)}",
        )
    return KINDS[named[0]].read(fields.mapping(named[0]))


def evaluate(checks: tuple[Check, ...], cluster: Cluster) -> dict[str, dict[str, Any]]:
    """What the page shows: ``{id: {"ok", "expects", "observes", "task"}}`` (docs/protocol.md)."""
    shown = {}
    for check in checks:
        ok, observes = check.observe(cluster)
        said = {"expects": check.expects, "observes": observes, "task": check.task}
        shown[check.id] = {"ok": ok, **said}
    return shown


__all__ = ["KINDS", "Check", "Hint", "Kind", "Observation", "evaluate", "read_check", "read_kind"]
