"""What is kept of an exam."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from k8slab.accounts.models import Visitor
from k8slab.labs.models import Lab, new_lab_id


class Exam(models.Model):
    """A visitor's exam. Over once it is handed in, or its minutes have passed."""

    id = models.CharField(primary_key=True, max_length=22, default=new_lab_id, editable=False)
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="exams")
    minutes = models.PositiveSmallIntegerField()
    started = models.DateTimeField(auto_now_add=True)
    handed_in = models.DateTimeField(null=True)

    class Meta:
        ordering = ("started",)

    def __str__(self) -> str:
        return f"exam {self.id[:4]}…"

    @property
    def ends(self) -> datetime:
        """When its time is up."""
        return self.started + timedelta(minutes=self.minutes)

    @property
    def is_over(self) -> bool:
        """Whether nothing more counts."""
        return self.handed_in is not None or timezone.now() >= self.ends

    @property
    def score(self) -> float:
        """The mean of its tasks' scores, 0 to 1."""
        scores = [part.score or 0.0 for part in self.parts.all()]
        return sum(scores) / len(scores) if scores else 0.0


class Part(models.Model):
    """One task of an exam, and the lab it is done in (gone with the next exam).

    ``result`` is a list of {"ok", "expects", "observes"}, one for each check; ``score`` is the
    share of them that held when the exam was handed in, None before.
    """

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    task = models.SlugField(max_length=80)
    lab = models.ForeignKey(Lab, on_delete=models.SET_NULL, null=True, related_name="parts")
    score = models.FloatField(null=True)
    result = models.JSONField(default=list)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("exam", "number"), name="one_part_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.exam}: {self.task}"
