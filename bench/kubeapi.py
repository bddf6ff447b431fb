"""The Kubernetes API of 200 labs that all play: get pods, apply and watch over HTTP."""

from __future__ import annotations

import asyncio
import json

from .serving import clients, database, new_labs, server

LABS = 200


def measure() -> dict[str, float]:
    """Milliseconds that a request takes (p50, p99), and requests a second of 16 clients.

    ``api_watch`` is from a creation's request to its event on another connection.
    """
    with database():
        return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    keys = await asyncio.to_thread(_keys)
    async with server() as port:
        process = await clients("kubeclients", {"port": port, "keys": keys})
        assert process.stdout is not None
        figures: dict[str, float] = {}
        async for line in process.stdout:
            if line.startswith(b"{"):
                figures = json.loads(line)
        await process.wait()
        assert figures, "the clients failed"
        return figures


def _keys() -> list[str]:
    from k8slab.kubeapi import access
    from k8slab.labs.models import Lab

    return [access.issue(Lab.objects.get(pk=lab_id)) for lab_id, _ in new_labs(LABS)]
