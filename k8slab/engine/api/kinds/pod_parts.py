"""Parts of a pod that are written by subresources of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...base.objects import Obj
from .pod_ephemeral import with_ephemeral
from .pod_resize import with_resources

PARTS: Mapping[str, Callable[[Obj, Obj], Obj]] = {
    "ephemeralcontainers": with_ephemeral,
    "resize": with_resources,
}
"""What makes the new pod of what was sent and of what is stored; ApiError Invalid."""
