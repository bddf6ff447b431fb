"""What goes on inside of a cluster, for the page's Inside view: one file a view.

A view is a pure function ``(cluster, of) -> JSON``: ``of`` names what to show of ``choices``, the
first where it names none of them. Views read; nothing here changes a cluster.
"""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj

from .parts import parts
from .placing import placing
from .rules import rules
from .stored import stored
from .traced import traced
from .used import used

VIEWS: dict[str, Callable[[Cluster, str], Obj]] = {
    "components": parts,
    "scheduler": placing,
    "rules": rules,
    "store": stored,
    "usage": used,
}
"""name -> view. The trace is another thing: ``traced`` needs the whole past."""

__all__ = ["VIEWS", "traced"]
