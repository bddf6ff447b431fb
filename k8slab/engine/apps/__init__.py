"""How an image behaves once it runs."""

from __future__ import annotations

from typing import Any


class Catalogue:
    """The images that can be pulled."""

    def __init__(self, extra: dict[str, Any]) -> None:
        self.extra = extra
