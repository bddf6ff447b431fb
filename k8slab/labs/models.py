"""What is kept of a lab: its set-up, the journal, and the last snapshot.

The journal is the truth (docs/decisions/2026-11-21-journal-and-replay.md); a snapshot only spares a
replay and carries a lab over a change of the engine.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.utils import timezone

from k8slab.accounts.models import Visitor


def new_lab_id() -> str:
    """An unguessable id (128 bits)."""
    return secrets.token_urlsafe(16)


def is_past(moment: datetime | None) -> bool:
    """Whether a moment, if there is one, has come."""
    return moment is not None and timezone.now() >= moment


class Lab(models.Model):
    """One learner's cluster. The ``start_*`` fields are where a reset leads back to.

    Once ``closes`` has come (an exam's end), nothing changes it any more, and nobody gets in.

    A moment that is shared is a lab, too: nobody owns it, so nobody can change it, and whoever
    knows its id may look at it. It goes with the visitor who shared it.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_lab_id, editable=False)
    owner = models.ForeignKey(Visitor, models.CASCADE, related_name="labs", null=True)
    shared_by = models.ForeignKey(Visitor, models.CASCADE, related_name="shares", null=True)
    lesson = models.SlugField(max_length=80, blank=True)
    genesis = models.JSONField()
    start_commands = models.PositiveIntegerField()
    start_ms = models.PositiveBigIntegerField()
    start_files = models.JSONField()
    files = models.JSONField()
    now_ms = models.PositiveBigIntegerField()
    speed = models.FloatField(default=1)
    paused = models.BooleanField(default=False)
    snapshot = models.BinaryField()
    closes = models.DateTimeField(null=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(owner=None) ^ models.Q(shared_by=None),
                name="owned_or_shared",
            ),
        )

    def __str__(self) -> str:
        return f"lab {self.id[:4]}…"

    @property
    def is_closed(self) -> bool:
        """Whether its time is over: nobody gets in any more, and it stays as it is."""
        return is_past(self.closes)


class Command(models.Model):
    """One entry of a lab's journal, the ``number``-th from 0."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="commands")
    number = models.PositiveIntegerField()
    at_ms = models.PositiveBigIntegerField()
    command = models.JSONField()

    class Meta:
        ordering = ("number",)
        constraints = (
            # Two processes that both think the lab is theirs: the second one's write fails.
            models.UniqueConstraint(fields=("lab", "number"), name="one_command_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.lab_id[:4]}… {self.number}"


class PassedTask(models.Model):
    """A task of a lesson whose checks have once held in a lab of the visitor's."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="passed_tasks")
    lesson = models.SlugField(max_length=80)
    task = models.SlugField(max_length=80)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("visitor", "lesson", "task"), name="passed_once"),
        )

    def __str__(self) -> str:
        return f"{self.lesson}: {self.task}"


def passed_tasks(visitor: Visitor | None) -> set[tuple[str, str]]:
    """(lesson, task) for all that the visitor has ever passed."""
    rows = PassedTask.objects.filter(visitor=visitor) if visitor else PassedTask.objects.none()
    return set(rows.values_list("lesson", "task"))
