"""A lab in the database. All functions block; the host runs them in its threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.engine.journal import Entry, Journal

from .history import proceed
from .models import Command, Lab, PassedTask
from .quotas import LABS_A_VISITOR, QuotaExceeded


def create_lab(
    owner: Visitor,
    cluster: Cluster,
    *,
    lesson: str = "",
    files: dict[str, str] | None = None,
    snapshot: bytes | None = None,
    closes: datetime | None = None,
) -> Lab:
    """A lab that goes on from ``cluster`` as it stands; a reset leads back to here.

    It is good until it ``closes``, if it does. ``snapshot`` is the cluster's, where it is known
    already. Raises QuotaExceeded where the visitor has too many.
    """
    if owner.labs.count() >= LABS_A_VISITOR:
        raise QuotaExceeded(gettext("You have %s labs already; delete one first.") % LABS_A_VISITOR)
    files = files or {}
    fields: dict[str, Any] = {"owner": owner, "lesson": lesson, "closes": closes}
    return record(cluster, files=files, snapshot=snapshot, **fields)


def record(
    cluster: Cluster, *, files: dict[str, str], snapshot: bytes | None = None, **fields: Any
) -> Lab:
    """Keep ``cluster`` as it stands as a lab with these files and ``fields`` of the model."""
    with transaction.atomic():
        lab = Lab.objects.create(
            **fields,
            genesis=cluster.genesis,
            start_commands=len(cluster.journal),
            start_ms=cluster.now_ms,
            start_files=files,
            files=files,
            now_ms=cluster.now_ms,
            snapshot=snapshot or cluster.snapshot(),
        )
        _write(lab.id, 0, cluster.journal)
    return lab


def read_journal(lab: Lab) -> Journal:
    """All commands of a lab, in order."""
    rows = Command.objects.filter(lab=lab).order_by("number").values_list("at_ms", "command")
    return [Entry(at_ms, command) for at_ms, command in rows]


def restore(lab_id: str) -> tuple[Lab, Cluster]:
    """A lab and its cluster where it was last saved.

    From the snapshot, and what the journal holds beyond it; a snapshot of another engine's format
    is passed over: the journal alone leads there too, only slower.
    """
    lab = Lab.objects.get(pk=lab_id)
    try:
        cluster = Cluster.restore(bytes(lab.snapshot))
    except ValueError:
        return lab, replay(lab)
    proceed(cluster, read_journal(lab), max(lab.now_ms, cluster.now_ms))
    return lab, cluster


def replay(lab: Lab) -> Cluster:
    """The cluster by its whole journal, with the log of changes."""
    return Cluster.replay(lab.genesis, read_journal(lab), lab.now_ms)


def append(lab_id: str, first: int, entries: Journal, now_ms: int, **fields: Any) -> None:
    """Add ``entries`` from number ``first`` on, and save the clock (and ``fields``) with them.

    IntegrityError where another process has written to this lab.
    """
    with transaction.atomic():
        _write(lab_id, first, entries)
        Lab.objects.filter(pk=lab_id).update(now_ms=now_ms, **fields)


def save_clocks(clocks: Mapping[str, tuple[int, int]]) -> None:
    """Save where virtual time stands in each lab: (as it was saved last, now).

    Where that is not what was saved last (a command came between, or a reset), it stays. One
    statement for all rows: through the ORM, 300 labs would keep everybody's commands waiting.
    """
    rows = [(now_ms, lab_id, saved_ms) for lab_id, (saved_ms, now_ms) in clocks.items()]
    table = connection.ops.quote_name(Lab._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET now_ms = %s WHERE id = %s AND now_ms = %s", rows)


def checkpoint() -> None:
    """Have SQLite copy its log into the file, beside the writers; else one of them would do it.

    With 300 moving labs that is due every few seconds, and takes 40 ms of a learner's command.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def save_snapshot(lab_id: str, cluster: Cluster) -> None:
    """Save a cluster whose journal is already saved."""
    Lab.objects.filter(pk=lab_id).update(snapshot=cluster.snapshot(), now_ms=cluster.now_ms)


def keep_passed(passed: Mapping[str, Iterable[str]]) -> None:
    """Keep which tasks were passed in each lab, once for its owner; a deleted lab has none."""
    with transaction.atomic():
        labs = Lab.objects.filter(pk__in=list(passed)).values_list("pk", "owner_id", "lesson")
        PassedTask.objects.bulk_create(
            (
                PassedTask(visitor_id=owner_id, lesson=lesson, task=task)
                for lab_id, owner_id, lesson in labs
                for task in passed[lab_id]
            ),
            ignore_conflicts=True,
        )


def reset(lab_id: str) -> tuple[Lab, Cluster]:
    """The lab back at its start: what was done since is gone."""
    with transaction.atomic():
        lab = Lab.objects.get(pk=lab_id)
        lab.commands.filter(number__gte=lab.start_commands).delete()
        lab.now_ms, lab.files = lab.start_ms, lab.start_files
        cluster = replay(lab)
        lab.snapshot = cluster.snapshot()
        lab.speed, lab.paused = 1, False
        lab.save()
    return lab, cluster


def still_there(lab_ids: Iterable[str]) -> set[str]:
    """Those of the labs that have not been deleted (with their visitor, perhaps)."""
    return set(closings(lab_ids))


def closings(lab_ids: Iterable[str]) -> dict[str, datetime | None]:
    """When each of the labs closes, if it ever does; those that were deleted are left out."""
    return dict(Lab.objects.filter(pk__in=list(lab_ids)).values_list("pk", "closes"))


def _write(lab_id: str, first: int, entries: Journal) -> None:
    Command.objects.bulk_create(
        Command(lab_id=lab_id, number=number, at_ms=entry.at_ms, command=entry.command)
        for number, entry in enumerate(entries, first)
    )
