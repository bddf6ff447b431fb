"""The recorded admission of pods, by the very assertions of tests/api."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api import test_admission as admission
from tests.api import test_pod_security as security
from tests.api.real_server import new_cluster

from . import server
from .lines import Line

FILE = "25-admission"


def lines() -> Iterator[Line]:
    """A line for each recorded request: Pod Security, limit ranges."""
    for case in security.CASES:
        check = security.test_a_pod_is_let_in_warned_of_or_refused_as_there
        yield server.line(FILE, f"{case['topic']}: {case['what']}", check, new_cluster(), case)
    for case in admission.LIMITS[1:]:
        fills = admission.test_a_limit_range_fills_in_and_refuses_as_the_real_one
        yield server.line(FILE, f"limitrange: {case['what']}", fills, new_cluster(), case)
