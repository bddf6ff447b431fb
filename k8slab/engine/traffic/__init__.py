"""Load over an interval -> rate, errors, latency, and why."""

from __future__ import annotations

from .loads import Traffic, load, loads, unload, wake_all
from .samples import dots, failed, samples, totals

__all__ = ["Traffic", "dots", "failed", "load", "loads", "samples", "totals", "unload", "wake_all"]
