"""What a line of the terminal gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """What a line printed, and its exit code (0: well)."""

    stdout: str
    stderr: str
    exit_code: int
