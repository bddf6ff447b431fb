"""Pages that are kept for newcomers: nothing of one reader comes to another."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import pytest_asyncio
import uvicorn

from k8slab import newcomers, sockets
from k8slab.accounts.models import Visitor
from tests.bounds import PATIENCE_S

pytestmark = pytest.mark.asyncio
LESSON = "/lessons/why-orchestration/"
TOKEN = re.compile(r'csrfmiddlewaretoken" value="(\w+)"')


class Page(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def nonce(self) -> str:
        return self.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that Django was asked for."""
    return []


@pytest_asyncio.fixture
async def port(transactional_db: None, rendered: list[str]) -> AsyncIterator[int]:
    """A server of kept pages."""
    from k8slab import asgi

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        rendered.append(scope["path"])
        await asgi.pages(scope, receive, send)

    application = newcomers.Newcomers(counted)
    config = uvicorn.Config(application, port=0, http=sockets.Http, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@pytest.fixture
def get(port: int) -> Callable[..., Any]:
    """``await get(path, Cookie=...)``; a ``form`` makes it a POST."""

    def ask(path: str, form: dict[str, str] | None, headers: dict[str, str]) -> Page:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        body = urlencode(form) if form else None
        headers = {"Accept-Language": "en", **headers}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if form else "GET", path, body, headers)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        page = Page(answer.status, told, answer.read().decode())
        connection.close()
        return page

    async def get_(path: str, form: dict[str, str] | None = None, **headers: str) -> Page:
        return await asyncio.to_thread(ask, path, form, headers)

    return get_


def _without_secrets(page: Page) -> str:
    return re.sub(r"[\w-]{32,}", "", page.text.replace(page.nonce, ""))


async def test_a_page_is_rendered_once_and_has_its_own_nonce_and_token(
    get: Any, rendered: list[str]
) -> None:
    pages = [await get(LESSON) for _ in range(3)]
    assert rendered == [LESSON] and {it.status for it in pages} == {200}
    assert len({it.nonce for it in pages}) == 3
    assert all(it.nonce in it.text for it in pages)
    assert len({TOKEN.search(it.text)[1] for it in pages}) == 3  # type: ignore[index]
    assert len({it.headers["set-cookie"].split(";")[0] for it in pages}) == 3
    first, kept = (set(it.headers) for it in pages[:2])
    assert first - kept <= {"date", "server"} and int(kept and pages[1].headers["content-length"])
    assert [len(it.text.splitlines()) for it in pages] == [len(pages[0].text.splitlines())] * 3


async def test_a_form_of_a_kept_page_is_good_for_its_reader_alone(get: Any) -> None:
    await get(LESSON)
    mine, theirs = await get(LESSON), await get(LESSON)
    cookie = mine.headers["set-cookie"].split(";")[0]
    for page, status in ((mine, 302), (theirs, 403)):
        token = TOKEN.search(page.text)[1]  # type: ignore[index]
        form = {"csrfmiddlewaretoken": token, "language": "ru", "next": "/"}
        assert (await get("/language/", form, Cookie=cookie)).status == status
    again = await get(LESSON, Cookie=cookie)
    assert "set-cookie" not in again.headers
    assert TOKEN.search(again.text)[1] == cookie.split("=")[1]  # type: ignore[index]
    broken = await get(LESSON, Cookie='csrftoken="><script>')
    assert "<script>" not in broken.headers["set-cookie"] and '"><script>' not in broken.text


async def test_who_has_begun_gets_their_own(
    get: Any, rendered: list[str], cookie: Callable[[Visitor], str]
) -> None:
    visitor = await asyncio.to_thread(Visitor.objects.create)
    own = await asyncio.to_thread(cookie, visitor)
    for path in ("/course/", LESSON):
        for headers in ({}, {"Cookie": own}, {"HX-Request": "true"}):
            before = len(rendered)
            assert (await get(path, **headers)).status == 200
            assert len(rendered) == before + 1
    await get("/?next=1")
    await get("/account/")
    await get("/account/")
    assert len(rendered) == 9


@pytest.mark.parametrize("path", ["/", "/glossary/"])
async def test_what_holds_nothing_of_anybodys_is_rendered_once_for_those_who_have_begun_too(
    get: Any, rendered: list[str], cookie: Callable[[Visitor], str], path: str
) -> None:
    visitor = await asyncio.to_thread(Visitor.objects.create)
    own = await asyncio.to_thread(cookie, visitor)
    first, second = await get(path, Cookie=own), await get(path)
    assert rendered == [path]
    assert _without_secrets(first) == _without_secrets(second) and first.nonce != second.nonce
    assert visitor.id not in first.text


async def test_each_language_and_host_is_kept_by_itself_and_for_a_while(
    get: Any, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Course" in (await get("/")).text
    assert 'lang="ru"' in (await get("/", **{"Accept-Language": "ru"})).text
    assert 'lang="ru"' in (await get("/", Cookie="language=ru")).text
    assert 'lang="en"' in (await get("/")).text
    assert len(rendered) == 2
    assert (await get("/", Host="evil.example")).status == 400
    monkeypatch.setattr(newcomers, "monotonic", lambda: 1e12)
    await get("/")
    assert rendered[-1] == "/" and len(rendered) == 4
