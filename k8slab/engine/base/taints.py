"""Taints and tolerations (component-helpers corev1, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable

from .objects import Obj


def tolerates(toleration: Obj, taint: Obj) -> bool:
    """Whether one toleration covers a taint: empty effect and empty key match all."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    same_value = (toleration.get("value") or "") == (taint.get("value") or "")
    return bool(toleration.get("key")) and same_value


def tolerated(tolerations: Iterable[Obj], taint: Obj) -> bool:
    """Whether any of the tolerations covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)
