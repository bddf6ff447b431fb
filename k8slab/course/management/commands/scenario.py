"""``manage.py scenario FILE.txt [--update]``: does the engine still do what the file says?"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from k8slab.shell.scenario import ScenarioError, play


class Command(BaseCommand):
    """Plays golden scenarios (docs/scenarios.md)."""

    help = "Run golden scenarios; with --update write what really happens into the files."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and --update."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--update", action="store_true")

    def handle(self, *args: Any, files: list[Path], update: bool, **options: Any) -> None:
        """Play each file; CommandError where one does not hold."""
        broken = [path for path in files if not self._holds(path, update)]
        if broken:
            raise CommandError(f"{len(broken)} of {len(files)} scenarios do not hold")

    def _holds(self, path: Path, update: bool) -> bool:
        expected = path.read_text()
        try:
            played = play(expected)
        except ScenarioError as error:
            raise CommandError(f"{path}: {error}") from error
        if played == expected:
            self.stdout.write(f"{path}: holds")
            return True
        if update:
            path.write_text(played)
            self.stdout.write(f"{path}: updated")
            return True
        lines = difflib.unified_diff(
            expected.splitlines(), played.splitlines(), "expected", "played", lineterm=""
        )
        self.stdout.write(f"{path}: does not hold\n" + "\n".join(lines))
        return False
