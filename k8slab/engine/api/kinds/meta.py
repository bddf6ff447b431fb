"""Validation of ``metadata``, common to all kinds (apimachinery validation/objectmeta.go, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj
from ..errors import FieldError
from .base import Kind


def validate_metadata(kind: Kind, obj: Obj) -> list[FieldError]:
    """Every fault of a new object's metadata."""
    return []


def validate_metadata_update(kind: Kind, new: Obj, old: Obj) -> list[FieldError]:
    """Every fault of changed metadata."""
    return []
