"""``python -m tests.soak kills 1000``, ``disconnects 10000``, ``manifests 10000``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from . import disconnects, kills, manifests
from .servers import servers

SOAKS: dict[str, Any] = {
    "kills": kills.run,
    "disconnects": disconnects.run,
    "manifests": manifests.run,
}


def main(what: str, times: int, seed: int = 1) -> int:
    """Run one soak and tell what came of it; 1 where something was lost or wrong."""
    with servers() as its:
        found = asyncio.run(SOAKS[what](its, times, seed))
    for name, value in found._asdict().items():
        shown = f"{value:,.2f}" if isinstance(value, float) else str(value)
        print(f"{name:<24} {shown:>12}")
    return int(bool(found.lost))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
