"""What the API server knows of a kind. One file a kind fills one of these in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...base import names
from ...base.objects import Obj
from ..errors import FieldError

if TYPE_CHECKING:
    from ..decode import Decoded
    from ..schema import Type
    from ..server import Api


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


def same(obj: Obj) -> Obj:
    """Nothing to fill in."""
    return obj


def _fine(obj: Obj) -> list[FieldError]:
    return []


def _fine_update(new: Obj, old: Obj) -> list[FieldError]:
    return []


def _no_warnings(obj: Obj) -> list[str]:
    return []


def keep(new: Obj, old: Obj | None) -> Obj:
    """Nothing to prepare."""
    return new


def _allocated(api: Api, new: Obj, old: Obj | None, dry_run: bool) -> Obj:
    return new


def _free(obj: Obj) -> bool:
    return False


def _at_once(obj: Obj, asked_s: int | None) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its names, and what the API server does for it, in this order.

    ``default`` fills in what is not said. ``prepare`` is the registry strategy's PrepareForCreate
    and PrepareForUpdate (old is None on create). ``allocate`` hands out what only one object may
    have (addresses, ports). ``validate`` and ``validate_update`` list every fault, in this order
    unless ``changes_first``; ``name_rule`` says what is wrong with a name. ``grace_s`` gives the
    seconds of a graceful deletion (None: the object goes at once), ``held`` whether something in
    the object beside metadata.finalizers keeps it, ``going`` what its deletion changes in it.
    ``warnings`` are what the answer to a creation warns of.
    ``schema``, ``type`` and ``read`` (how its objects are read) are those of a custom kind;
    built-in ones have theirs in the API's schema.
    ``deprecated`` is the warning that every request about the kind gets.
    ``virtual`` kinds are answered and never stored (reviews, bindings).
    ``status`` says that status is a subresource, ``keep_status`` that a new object may bring one
    all the same, ``generation`` that a change of anything but metadata and status counts it up.
    """

    kind: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    status: bool = False
    keep_status: bool = False
    scale: bool = False
    generation: bool = False
    virtual: bool = False
    deprecated: str = ""
    default: Callable[[Obj], Obj] = same
    prepare: Callable[[Obj, Obj | None], Obj] = keep
    validate: Callable[[Obj], list[FieldError]] = _fine
    validate_update: Callable[[Obj, Obj], list[FieldError]] = _fine_update
    changes_first: bool = False
    name_rule: Callable[[str], list[str]] = names.dns_subdomain
    allocate: Callable[[Api, Obj, Obj | None, bool], Obj] = _allocated
    warnings: Callable[[Obj], list[str]] = _no_warnings
    grace_s: Callable[[Obj, int | None], int | None] = _at_once
    held: Callable[[Obj], bool] = _free
    going: Callable[[Obj], Obj] = same
    columns: tuple[Column, ...] = ()
    schema: Obj | None = field(default=None, compare=False)
    type: Type | None = field(default=None, compare=False)
    read: Callable[[Any], Decoded] | None = field(default=None, compare=False)

    @property
    def api_version(self) -> str:
        """``apps/v1`` or, for the core group, ``v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def singular(self) -> str:
        """``deployment``."""
        return self.kind.lower()
