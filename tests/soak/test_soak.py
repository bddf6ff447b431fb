"""The soaks, short (docs/soak.md): a server that is killed, pages that come and go, manifests."""

from __future__ import annotations

import asyncio

import pytest

from . import disconnects, kills, manifests
from .servers import servers


@pytest.mark.parametrize(
    ("soak", "times"),
    [(kills, 4), (disconnects, 96), (manifests, 300)],
    ids=["kills", "disconnects", "manifests"],
)
def test_nothing_is_lost(soak, times):
    """PX-002, PX-014"""
    with servers() as its:
        found = asyncio.run(soak.run(its, times))
    assert found.lost == 0, found
    assert found[0] >= times
    if soak is kills:
        assert found.answered >= times, "commands were under way"
    if soak is disconnects:
        assert found.compared == found.disconnects and found.gaps_mended > 0
    if soak is manifests:
        assert {code[:3] for code in found.codes.split()} >= {"201", "400", "422"}
