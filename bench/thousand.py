"""As ``bench.streaming`` with a thousand labs: more than a core can move four times a second."""

from __future__ import annotations

import asyncio

from .serving import database, new_labs
from .streaming import stream

LABS = 1_000
TOLD = (
    "streaming_core_share",
    "streaming_frames_a_lab_and_second",
    "apply_to_delta_p50_ms",
    "apply_to_delta_p99_ms",
    "loop_stall_p99_9_cpu_ms",
)


def measure() -> dict[str, float]:
    """How soon an apply is seen, and how many updates a lab gets."""
    with database():
        figures = asyncio.run(stream(new_labs(LABS)))
    return {f"thousand_{name}": figures[name] for name in TOLD}
