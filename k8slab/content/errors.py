"""The one error of authored files."""

from __future__ import annotations

from pathlib import Path


class ContentError(Exception):
    """Something an author wrote that can't be used: where, what, and how to mend it.

    >>> print(ContentError(Path("quiz.yaml"), 3, "no title", "add `title: ...`"))
    quiz.yaml:3: no title. Mend: add `title: ...`.
    """

    def __init__(self, file: Path, line: int, problem: str, mend: str) -> None:
        super().__init__(f"{file}:{line}: {problem}. Mend: {mend}.")
        self.file = file
        self.line = line
        self.problem = problem
        self.mend = mend
