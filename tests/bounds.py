"""What a test may expect of a machine whose speed it does not know.

Speed is measured in `bench/`. Here is only what tells an answer from a hang: patience that no
working machine uses up, and a bound on work where what is guarded against takes minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

PATIENCE_S = 60
LITTLE_CPU_S = 5


@contextmanager
def little_work(most_s: float = LITTLE_CPU_S) -> Iterator[None]:
    """What is done within takes this process less than ``most_s`` seconds of CPU."""
    began = process_time()
    yield
    assert process_time() - began < most_s
