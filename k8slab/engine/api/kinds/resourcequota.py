"""ResourceQuota (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .base import Column, Kind
from .columns import AGE, NAME


def _listed(obj: Obj, *, limits: bool) -> str:
    """``pods: 1/4, ...`` of the resources that are limits, or of the others."""
    hard = get_in(obj, "status", "hard", default={})
    used = get_in(obj, "status", "used", default={})
    return ", ".join(
        f"{name}: {used.get(name, '0')}/{hard[name]}"
        for name in sorted(hard)
        if name.startswith("limits.") is limits
    )


KIND = Kind(
    "ResourceQuota",
    "resourcequotas",
    short_names=("quota",),
    status=True,
    columns=(
        NAME,
        Column("Request", lambda obj, _: _listed(obj, limits=False)),
        Column("Limit", lambda obj, _: _listed(obj, limits=True)),
        AGE,
    ),
)
