"""What a line of the terminal gives back."""

from __future__ import annotations

from dataclasses import dataclass

from k8slab.engine.apps.sh.steps import Said, text_of


@dataclass(frozen=True, slots=True)
class Output:
    """What a line printed, in the order in which it did, and its exit code (0: well)."""

    said: tuple[Said, ...] = ()
    exit_code: int = 0

    @property
    def stdout(self) -> str:
        """What went to standard output."""
        return text_of(self.said, 1)

    @property
    def stderr(self) -> str:
        """What went to standard error."""
        return text_of(self.said, 2)

    @property
    def text(self) -> str:
        """Both, as a terminal shows them."""
        return "".join(each.text for each in self.said)
