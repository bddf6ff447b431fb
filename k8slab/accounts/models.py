"""A visitor owns labs, progress and answers; deleting one deletes all of it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models


def new_visitor_id() -> str:
    """An unguessable id (128 bits)."""
    return secrets.token_urlsafe(16)


class Visitor(models.Model):
    """Somebody at a browser, known by the signed cookie that holds this id.

    ``account`` is the name and password with which they come back from another browser, if any.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_visitor_id, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="visitor"
    )
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"visitor {self.id[:4]}…"
