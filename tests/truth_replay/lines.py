"""What a comparison says: one recorded line, and whether ours is the same."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One recorded line of a truth file.

    ``what`` names it, ``wanted`` and ``have`` are it and ours in normal form; ``absent`` says why
    it is not compared (a kind or verb that is not there yet, or what only the recorder had);
    ``loose`` that what jitter decides (which of several pods is ready first) was left out.
    """

    file: str
    what: str
    wanted: object
    have: object
    absent: str = ""
    loose: bool = False

    @property
    def compared(self) -> bool:
        """Whether there is anything of ours to compare."""
        return not self.absent

    @property
    def holds(self) -> bool:
        """Whether ours is the recorded line."""
        return self.compared and self.wanted == self.have
