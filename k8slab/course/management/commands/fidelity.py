"""``manage.py fidelity [--write]``: how much of what a real cluster did is what ours does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

DOCUMENT = Path("docs/fidelity.md")


class Command(BaseCommand):
    """Runs every comparison with the recorded truth (tests/truth_replay)."""

    help = "Compare with the recorded truth; with --write bring docs/fidelity.md up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only --write."""
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        """Print the table, or write it; CommandError where a difference has no reason."""
        from tests.truth_replay import fidelity

        found = list(fidelity.lines())
        text = fidelity.table(found)
        if write:
            DOCUMENT.write_text(text)
            self.stdout.write(f"{DOCUMENT}: written")
        else:
            self.stdout.write(text)
        for line in fidelity.unexplained(found):
            self.stderr.write(f"{line.file}: {line.what}\n  {line.wanted}\n  {line.have}")
        if fidelity.unexplained(found):
            raise CommandError("these lines differ, and no reason is given")
