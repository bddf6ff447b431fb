"""The keys that open labs to API clients. Only a key's digest is kept."""

from __future__ import annotations

from django.db import models

from k8slab.labs.models import Lab


class AccessKey(models.Model):
    """A secret that opens one lab's API until it expires; deleting the row revokes it."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="access_keys")
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"key of lab {self.lab_id[:4]}…"
