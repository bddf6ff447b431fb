"""What applying a file would change, without what kubectl and the API server note."""

from __future__ import annotations

import re

_BOOKKEEPING = re.compile(
    r"[ +-]\s*(kubectl\.kubernetes\.io/last-applied-configuration:|\{\"apiVersion\":"
    r"|generation: \d)"
)


def without_bookkeeping(diff: str) -> str:
    """A unified diff as ``kubectl diff`` prints it; only the hunks that still change something.

    Left out are the annotation in which ``kubectl apply`` remembers a manifest, and the counter
    ``metadata.generation``. "" where nothing else changes.
    """
    hunks: list[list[str]] = []
    inside = False
    for line in diff.splitlines():
        if line.startswith("@@"):
            inside = True
            hunks.append([line])
        elif line.startswith("diff "):
            inside = False
        elif inside and not _BOOKKEEPING.match(line):
            hunks[-1].append(line)
    changing = [hunk for hunk in hunks if any(line[0] in "+-" for line in hunk[1:])]
    return "".join(f"{line}\n" for hunk in changing for line in hunk)
