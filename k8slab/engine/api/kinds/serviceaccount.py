"""ServiceAccount (v1)."""

from __future__ import annotations

from .base import Column, Kind
from .columns import AGE, NAME

KIND = Kind(
    "ServiceAccount",
    "serviceaccounts",
    short_names=("sa",),
    columns=(
        NAME,
        Column("Secrets", lambda obj, _: len(obj.get("secrets") or ()), "integer"),
        AGE,
    ),
)
