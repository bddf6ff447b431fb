"""What a workshop came to, as a table: a row a learner."""

from __future__ import annotations

import csv
from io import StringIO

from .models import Room, Vote


def results_csv(room: Room) -> str:
    """Nickname, tasks passed of each lesson, the answer to each poll. Text, with a head line."""
    polls = list(room.polls.all())
    answers = {
        (vote.seat_id, vote.poll_id): vote.option for vote in Vote.objects.filter(poll__in=polls)
    }
    out = StringIO()
    table = csv.writer(out)
    heads = [head for slug in room.lessons for head in (f"{slug}: passed", f"{slug}: tasks")]
    table.writerow(["nickname", "joined", *heads, *(_safe(poll.question) for poll in polls)])
    for seat in room.seats.all():
        cells = [_safe(seat.nickname), seat.joined.strftime("%Y-%m-%d %H:%M:%S")]
        for slug in room.lessons:
            result = seat.progress.get(slug, {})
            cells += [result.get("passed", ""), result.get("tasks", "")]
        for poll in polls:
            option = answers.get((seat.pk, poll.pk))
            cells.append("" if option is None else _safe(poll.options[option]))
        table.writerow(cells)
    return out.getvalue()


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
