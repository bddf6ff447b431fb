"""The map of what is proved."""

from . import proofs


def test_ranges_and_lists_name_rows():
    assert list(proofs.named("RO-002, RO-004 to RO-006: bounds; KC-060 to PR-022")) == [
        "RO-002",
        "RO-004",
        "RO-005",
        "RO-006",
        "KC-060",
        "PR-022",
    ]


def test_only_rows_that_exist_are_named():
    rows = proofs.rows()
    assert len(rows) == 870
    unknown = {row: places for row, places in proofs.proofs().items() if row not in rows}
    assert unknown == {}
    assert [row for row in proofs.later() if row not in rows] == []


def test_every_row_that_is_due_has_a_proof():
    """As ``manage.py coverage_map`` does: in the areas that are done, no row stands unproved."""
    found, later = proofs.proofs(), proofs.later()
    due = [row for row in proofs.rows() if row[:2] in proofs.areas()]
    assert [row for row in due if row not in found and row not in later] == []
