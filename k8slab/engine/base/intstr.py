"""Numbers that may be percentages (apimachinery util/intstr): ``2`` or ``"25%"``."""

from __future__ import annotations

import re

_PERCENT = re.compile(r"[0-9]+%")


def is_percent(value: int | str) -> bool:
    """Whether ``value`` is a percentage such as ``"25%"``."""
    return isinstance(value, str) and _PERCENT.fullmatch(value) is not None


def scaled(value: int | str, total: int, *, round_up: bool) -> int:
    """``value`` itself, or that percentage of ``total``; ValueError for any other text."""
    if isinstance(value, int):
        return value
    if not is_percent(value):
        raise ValueError(
            f'invalid value for IntOrString: invalid type: string is not a percentage "{value}"'
        )
    product = int(value[:-1]) * total
    return -(-product // 100) if round_up else product // 100
