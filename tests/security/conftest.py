"""A real server with a visitor's lab, its API and its socket, for whoever attacks them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from k8slab.kubeapi import access
from tests.bounds import PATIENCE_S
from tests.labs.conftest import (  # noqa: F401  (fixtures)
    cookie,
    lab,
    open_page,
    open_socket,
    server,
    stranger,
    visitor,
)

JSON = "application/json"


class Reply(NamedTuple):
    """What the API answered; ``said`` is its Status."""

    code: int
    body: bytes
    headers: Any

    @property
    def said(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Awaitable[Reply]]


@pytest.fixture
def ask(server: str, lab: Any) -> Ask:  # noqa: F811
    """``await ask(method, path, body, media_type)``: one request to the lab's API."""
    key = []

    def send(method: str, path: str, body: bytes | None, media_type: str) -> Reply:
        key[:] = key or [access.issue(lab)]
        url = f"http://{server}/k/{key[0]}{path}"
        request = Request(url, body, {"Content-Type": media_type}, method=method)
        try:
            with urlopen(request, timeout=PATIENCE_S) as answer:
                return Reply(answer.status, answer.read(), answer.headers)
        except HTTPError as error:
            with error:
                return Reply(error.code, error.read(), error.headers)

    async def ask_(method: str, path: str, body: Any = None, media_type: str = JSON) -> Reply:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return await asyncio.to_thread(send, method, path, data, media_type)

    return ask_
