"""ServiceAccount (v1)."""

from __future__ import annotations

from .base import Kind
from .columns import AGE, NAME

KIND = Kind(
    "ServiceAccount",
    "serviceaccounts",
    short_names=("sa",),
    columns=(NAME, AGE),
)
