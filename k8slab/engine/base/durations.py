"""Spans of time as Kubernetes prints them and Go reads them."""

from __future__ import annotations

import re

_GO_UNITS_MS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_GO_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def human_duration(span_ms: int) -> str:
    """An age as ``kubectl get`` prints it (duration.HumanDuration): ``5m30s``, ``2d``."""
    seconds = int(span_ms / 1000)
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 120:
        return f"{seconds}s"
    minutes = seconds // 60
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    hours = minutes // 60
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    days = hours // 24
    if hours < 192:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    years = days // 365
    if days < 8 * 365:
        return _two(years, "y", days % 365, "d")
    return f"{years}y"


def go_duration(span_ms: int) -> str:
    """A span as Go prints it: ``400ms``, ``1.9s``, ``1m20s``, ``5m0s``."""
    if 0 < span_ms < 1000:
        return f"{span_ms}ms"
    minutes, rest_ms = divmod(span_ms, 60_000)
    return f"{minutes}m{rest_ms / 1000:g}s" if minutes else f"{rest_ms / 1000:g}s"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def parse_go_duration(text: str) -> int:
    """Milliseconds of a Go duration (``1m30s``, ``500ms``, ``0``); ValueError in Go's words."""
    sign = -1 if text.startswith("-") else 1
    body = text.lstrip("+-") if text[:1] in "+-" else text
    if body == "0":
        return 0
    total, position = 0.0, 0
    while position < len(body):
        part = _GO_PART.match(body, position)
        if part is None:
            break
        total += float(part[1]) * _GO_UNITS_MS[part[2]]
        position = part.end()
    if body and position == len(body):
        return sign * round(total)
    if re.fullmatch(r"[\d.]+", body):
        raise ValueError(f'time: missing unit in duration "{text}"')
    raise ValueError(f'time: invalid duration "{text}"')
