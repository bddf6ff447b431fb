"""How an image behaves once it runs: the catalogue, and pure functions of a Run."""

from __future__ import annotations

from .behaviour import (
    Answer,
    Exits,
    Outcome,
    Request,
    Run,
    Runs,
    answer,
    execute,
    fate,
    fill,
    page,
    phase,
)
from .catalogue import Catalogue, Image

__all__ = [
    "Answer",
    "Catalogue",
    "Exits",
    "Image",
    "Outcome",
    "Request",
    "Run",
    "Runs",
    "answer",
    "execute",
    "fate",
    "fill",
    "page",
    "phase",
]
