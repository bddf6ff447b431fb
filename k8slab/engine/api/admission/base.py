"""What an admission plugin is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ...base.objects import Obj
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api


class Plugin(Protocol):
    """Sees each write after defaulting; may change the object or refuse it (ApiError).

    ``old`` is None on creation. What many pods share must stay shared: what is worked out of a
    pod's spec is remembered by its identity (``base.memo``).
    """

    name: str

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj: ...


class Check(Protocol):
    """Sees each valid write last, and may refuse it (ApiError); ``dry_run`` must leave no trace."""

    name: str

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None: ...
