"""``manage.py coverage_map [AREA ...]``: what proves each row of the inventory."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Reads tests, scenarios and lessons (tests/inventory); runs none of them."""

    help = "Print the proofs of each inventory row; fail where a row has none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Areas (``PR``) or rows (``PR-022``); all that must be proved by now unless given."""
        parser.add_argument("areas", nargs="*", metavar="AREA")
        parser.add_argument("--missing", action="store_true", help="only the rows without a proof")

    def handle(self, *args: Any, areas: list[str], missing: bool, **options: Any) -> None:
        """Print the map; CommandError names the rows that nothing proves."""
        from tests.inventory import proofs

        wanted = areas or proofs.areas()
        found, later = proofs.proofs(), proofs.later()
        unproved = []
        for row, what in proofs.rows().items():
            if row not in wanted and row[:2] not in wanted:
                continue
            if row not in found and row not in later:
                unproved.append(row)
            elif missing:
                continue
            self.stdout.write(f"{row}  {what}")
            for place in found.get(row, [f"later: {later[row]}"] if row in later else ["-"]):
                self.stdout.write(f"        {place}")
        if unproved:
            raise CommandError(f"{len(unproved)} rows without a proof: {' '.join(unproved)}")
