"""API clients and the lab's page at once."""

# ruff: noqa: F811  (fixtures)

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
import pytest_asyncio

from k8slab.kubeapi import access
from tests.bounds import PATIENCE_S
from tests.labs.conftest import (  # noqa: F401
    DEPLOYMENT,
    cookie,
    lab,
    open_page,
    open_socket,
    server,
    visitor,
)

PODS = "/api/v1/namespaces/default/pods"
WEB = "/apis/apps/v1/namespaces/default/deployments"


@pytest_asyncio.fixture
async def ask(lab, server):
    """``await ask(path, body)``: the answer's JSON; a body makes it a POST of YAML."""
    key = await asyncio.to_thread(access.issue, lab)

    def ask_(path: str, body: str | None = None) -> Any:
        headers = {"Content-Type": "application/yaml"}
        data = body.encode() if body else None
        asked = Request(f"http://{server}/k/{key}{path}", data, headers)
        with urlopen(asked, timeout=PATIENCE_S) as said:
            return [json.loads(line) for line in said] if "watch=" in path else json.load(said)

    return lambda *asked: asyncio.to_thread(ask_, *asked)


@pytest.mark.asyncio
async def test_the_page_sees_what_a_client_does(lab, visitor, open_page, ask):
    async with open_page(lab, visitor) as page:
        await ask(WEB, DEPLOYMENT)
        await page.until(lambda state: "Deployment/default/web" in state["objects"])


@pytest.mark.asyncio
async def test_a_line_that_waits_holds_nobody_up(lab, visitor, open_page, ask):
    """``kubectl rollout status`` waits in the page's terminal; clients read and write meanwhile."""
    async with open_page(lab, visitor) as page:
        await ask(WEB, DEPLOYMENT.replace("nginx:1.27", "shop/nosuch:9"))
        waiting = asyncio.create_task(page.run("kubectl rollout status deployment/web"))
        while not page.said:
            await asyncio.sleep(0.05)
        assert len((await ask("/api/v1/nodes"))["items"]) == 3
        await ask(WEB, DEPLOYMENT.replace("name: web", "name: other"))
        assert not waiting.done()
        waiting.cancel()


@pytest.mark.asyncio
async def test_a_watch_of_a_lab_that_is_reset_ends_with_410(lab, visitor, open_page, ask):
    """Clients list anew then."""
    async with open_page(lab, visitor) as page:
        await ask(WEB, DEPLOYMENT)
        version = (await ask(PODS))["metadata"]["resourceVersion"]
        watching = asyncio.create_task(ask(f"{PODS}?watch=1&resourceVersion={version}"))
        await page.until(lambda state: state["clock"]["now_ms"] > 2000)
        await page.ask("reset")
        last = (await asyncio.wait_for(watching, PATIENCE_S))[-1]
        assert (last["type"], last["object"]["code"]) == ("ERROR", 410)
        assert last["object"]["reason"] == "Expired"
