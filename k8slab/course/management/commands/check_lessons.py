"""``manage.py check_lessons [SLUG ...] [--update]``: prove the lessons against the engine."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from k8slab.content.errors import ContentError
from k8slab.course import proof
from k8slab.course.lessons import lesson_folders, preset_folders
from k8slab.course.scripts import ScriptError


class Command(BaseCommand):
    """The command."""

    help = (
        "Prove that each lesson starts unsolved, can be solved, and states what the engine gives."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The lessons, and whether to write their figures anew."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG")
        parser.add_argument("--update", action="store_true", help="write facts.json first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each lesson; CommandError where one is wrong."""
        wanted: list[str] = options["slugs"]
        every = (*lesson_folders(), *preset_folders())
        folders = [it for it in every if not wanted or it.name in wanted]
        wrong = sum(self._check(folder, update=options["update"]) for folder in folders)
        if wrong:
            raise CommandError(f"{wrong} of {len(folders)} lessons are wrong")
        self.stdout.write(f"{len(folders)} lessons hold")

    def _check(self, folder: Path, *, update: bool) -> bool:
        try:
            if update:
                proof.update(folder)
            found = list(proof.problems(folder))
        except (ContentError, ScriptError) as error:
            found = [str(error)]
        self.stdout.write(f"{folder.name}: {'wrong' if found else 'holds'}")
        for problem in found:
            self.stdout.write(f"  {problem}")
        return bool(found)
