"""What is kept of a workshop. Who is there right now is in ``rooms.py``."""

from __future__ import annotations

from django.db import models

from k8slab.accounts.models import Visitor
from k8slab.labs.models import Lab, new_lab_id

NICKNAME_MAX = 24


class Room(models.Model):
    """A workshop of one instructor. ``lessons`` are slugs, ``lesson`` the one that is on."""

    id = models.CharField(primary_key=True, max_length=22, default=new_lab_id, editable=False)
    instructor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="rooms")
    title = models.CharField(max_length=80)
    code = models.CharField(max_length=9, unique=True)
    lessons = models.JSONField()
    lesson = models.SlugField(max_length=80)
    locked = models.BooleanField(default=False)
    frozen = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"room {self.id[:4]}…"


class Seat(models.Model):
    """A learner in a room. ``progress`` is {lesson: {"passed", "tasks"}}, the best so far.

    ``consent`` says what the instructor may do in the learner's lab: nothing, watch or help.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="seats")
    nickname = models.CharField(max_length=NICKNAME_MAX)
    lab = models.ForeignKey(Lab, on_delete=models.SET_NULL, null=True, related_name="seats")
    progress = models.JSONField(default=dict)
    consent = models.CharField(max_length=5, blank=True, default="")
    removed = models.BooleanField(default=False)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("room", "visitor"), name="one_seat_a_visitor"),
            models.UniqueConstraint(fields=("room", "nickname"), name="one_nickname_a_room"),
        )

    def __str__(self) -> str:
        return self.nickname


class Poll(models.Model):
    """A question to the room. ``right`` is the option that is (None: there is none)."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="polls")
    question = models.CharField(max_length=300)
    options = models.JSONField()
    right = models.PositiveSmallIntegerField(null=True)
    closed = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.question


class Vote(models.Model):
    """One learner's answer; the last one counts."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="votes")
    option = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("poll", "seat"), name="one_vote_a_seat"),)

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.option}"
