"""Results remembered by the identity of a shared, immutable value.

A thousand pods of one template share one spec; what is worked out about it is worked out once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

R = TypeVar("R")

_SIZE_MAX = 512


def by_identity(function: Callable[..., R]) -> Callable[..., R]:
    """Remember ``function(value, *more)`` for that very ``value`` (``more`` must be hashable).

    The memo holds the value, so its address is not used again while it is remembered.
    """
    memo: OrderedDict[tuple[int, tuple[Hashable, ...]], tuple[Any, R]] = OrderedDict()

    @wraps(function)
    def remembered(value: Any, *more: Hashable) -> R:
        key = (id(value), more)
        entry = memo.get(key)
        if entry is not None and entry[0] is value:
            return entry[1]
        result = function(value, *more)
        memo[key] = (value, result)
        if len(memo) > _SIZE_MAX:
            memo.popitem(last=False)
        return result

    return remembered
