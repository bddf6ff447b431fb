"""Manifests that are right, odd or spoiled, to a lab's API server: an answer to each, and soon."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from functools import cache
from http.client import HTTPConnection, HTTPException
from statistics import quantiles
from time import monotonic
from typing import Any, NamedTuple

from k8slab.engine.api.kinds import KINDS
from tests.fuzz import grammar, mutations

from .servers import Servers

LAB_EVERY = 200
FAILED, NO_ANSWER = 500, 599
SHOWN = 20
_KINDS = {kind.kind: kind for kind in KINDS}


class Manifests(NamedTuple):
    """What came of it: ``lost`` are answers of 500 and above, or none."""

    manifests: int
    codes: str
    p50_ms: float
    p99_ms: float
    longest_ms: float
    lost: int


async def run(servers: Servers, manifests: int, seed: int = 1) -> Manifests:
    """Create that many, in a new lab from time to time; half of them are only tried."""
    chance = random.Random(seed)
    servers.start()
    codes: Counter[int] = Counter()
    waits, worst = [], []
    key = ""
    for number in range(manifests):
        if number % LAB_EVERY == 0:
            key = servers.labs(1)[0].key
        path, body = _draw(chance)
        began = monotonic()
        code, said = await asyncio.to_thread(_post, servers.port, f"/k/{key}{path}", body)
        waits.append((monotonic() - began) * 1000)
        codes[code] += 1
        if code >= FAILED:
            worst.append(f"{code} {path} {body[:300]!r}: {said[:200]!r}")
    for line in worst[:SHOWN]:
        print(line)
    percents = quantiles(waits, n=100)
    told = " ".join(f"{code}:{count}" for code, count in sorted(codes.items()))
    return Manifests(manifests, told, percents[49], percents[98], max(waits), len(worst))


def _draw(chance: random.Random) -> tuple[str, bytes]:
    """A path and a body: a manifest as it is (1 in 10), with values spoiled, or spoiled as text."""
    base = chance.choice(_bases())
    path = _path(base) + chance.choice(("", "?dryRun=All"))
    obj = base if chance.random() < 0.1 else mutations.value(chance, base)
    text = json.dumps(obj)
    if chance.random() < 0.15:
        text = mutations.line(chance, text, grammar.words())
    return path, text.encode("utf-8", "surrogatepass")


@cache
def _bases() -> list[Any]:
    return [it for it in grammar.objects() if _path(it)]


def _path(obj: Any) -> str:
    """Where objects of its kind are created; "" for what is no object of a built-in kind."""
    kind = _KINDS.get(obj.get("kind", "")) if isinstance(obj, dict) else None
    if kind is None or kind.virtual:
        return ""
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    return (
        f"{root}/namespaces/default/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    )


def _post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    try:
        answer = connection.getresponse()
        return answer.status, answer.read()
    except HTTPException as error:
        return NO_ANSWER, repr(error).encode()
    finally:
        connection.close()
