"""What an admission plugin is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ...base.objects import Obj

if TYPE_CHECKING:
    from ..server import Api


class Plugin(Protocol):
    """Sees each write after defaulting; may change the object or refuse it (ApiError)."""

    name: str

    def admit(self, api: Api, obj: Obj, old: Obj | None, user: str) -> Obj: ...
