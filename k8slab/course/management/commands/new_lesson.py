"""``manage.py new_lesson SLUG``: a folder with a lesson that runs, to be written over."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import slug_re

from k8slab.course import proof

SCAFFOLD = Path(__file__).parents[2] / "scaffold"


class Command(BaseCommand):
    """The command."""

    help = "Make a new lesson that holds, to be written over (docs/authoring.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The new lesson's slug."""
        parser.add_argument("slug", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy the scaffold and measure it; CommandError where there is such a lesson."""
        slug: str = options["slug"]
        if not slug_re.fullmatch(slug):
            raise CommandError(f"{slug!r} is no slug: use small letters, digits and hyphens")
        folder = Path(settings.LESSONS) / slug
        if folder.exists():
            raise CommandError(f"{folder} is there already")
        shutil.copytree(SCAFFOLD, folder)
        proof.update(folder)
        self.stdout.write(f"{folder}: begin with lesson.md, then run check_lessons {slug}")
