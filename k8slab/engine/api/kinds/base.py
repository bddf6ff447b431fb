"""What the API server knows of a kind. One file a kind fills one of these in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...base.objects import Obj
from ..errors import FieldError


@dataclass(frozen=True, slots=True)
class Column:
    """A printer column of the kind's table (``kubectl get``).

    ``value(obj, now_unix_ms)`` gives the cell; ``wide`` columns need ``-o wide``.
    """

    name: str
    value: Callable[[Obj, int], Any]
    type: str = "string"
    format: str = ""
    wide: bool = False


def _same(obj: Obj) -> Obj:
    return obj


def _fine(obj: Obj) -> list[FieldError]:
    return []


def _fine_update(new: Obj, old: Obj) -> list[FieldError]:
    return []


def _keep(new: Obj, old: Obj | None) -> Obj:
    return new


def _at_once(obj: Obj, asked_s: int | None) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its names, and the four things the API server does for it.

    ``default`` fills in what is not said. ``validate`` and ``validate_update`` list every fault.
    ``prepare`` is the registry strategy's PrepareForCreate/PrepareForUpdate (old is None on create).
    ``grace_s`` gives the seconds of a graceful deletion (None: the object goes at once).
    ``status`` says that status is a subresource; ``generation`` that a spec change counts it up.
    """

    kind: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    status: bool = False
    scale: bool = False
    generation: bool = False
    default: Callable[[Obj], Obj] = _same
    validate: Callable[[Obj], list[FieldError]] = _fine
    validate_update: Callable[[Obj, Obj], list[FieldError]] = _fine_update
    prepare: Callable[[Obj, Obj | None], Obj] = _keep
    grace_s: Callable[[Obj, int | None], int | None] = _at_once
    columns: tuple[Column, ...] = ()

    @property
    def api_version(self) -> str:
        """``apps/v1`` or, for the core group, ``v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def singular(self) -> str:
        """``deployment``."""
        return self.kind.lower()
