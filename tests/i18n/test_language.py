"""Which language a page is in, and how a person changes it."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from k8slab.languages import language_of_scope

pytestmark = pytest.mark.django_db


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_first_visit_is_in_the_browsers_language(client: Client):
    """TE-001"""
    page = html(client.get("/glossary/", headers={"accept-language": "ru-RU,ru;q=0.9,en;q=0.5"}))
    assert '<html lang="ru"' in page
    assert ">Глоссарий</a>" in page
    other = html(client.get("/glossary/", headers={"accept-language": "fr"}))
    assert '<html lang="en"' in other
    assert html(client.get("/glossary/")).count("Глоссарий") == 0


def test_the_header_switches_the_language_and_back(client: Client):
    """TE-001: a form with one button, kept in a cookie, which wins over the browser's language."""
    page = html(client.get("/glossary/?from=header"))
    assert 'action="/language/"' in page
    assert 'name="language" value="ru" lang="ru"' in page
    from_page = {"referer": "http://testserver/glossary/?from=header"}
    sent = client.post("/language/", {"language": "ru"}, headers=from_page)
    assert sent.headers["Location"] == "http://testserver/glossary/?from=header"
    cookie = client.cookies["language"]
    assert cookie.value == "ru"
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    page = html(client.get("/glossary/", headers={"accept-language": "en"}))
    assert '<html lang="ru"' in page
    assert 'name="language" value="en" lang="en"' in page
    client.post("/language/", {"language": "en"})
    assert '<html lang="en"' in html(client.get("/glossary/", headers={"accept-language": "ru"}))


def test_a_switch_leads_to_no_other_site(client: Client):
    sent = client.post("/language/", {"language": "ru", "next": "https://elsewhere.example/"})
    assert sent.headers["Location"] == "/"


def test_only_what_exists_can_be_chosen(client: Client):
    client.post("/language/", {"language": "xx", "next": "/"})
    assert "language" not in client.cookies


def test_scripts_get_their_words_from_here(client: Client):
    """A page in English asks for none; the catalog is a file of this site, as the CSP wants it."""
    assert "/words/" not in html(client.get("/glossary/"))
    response = client.get("/glossary/", headers={"accept-language": "ru"})
    page = html(response)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    at = page.index('<script src="/words/ru.js"></script>')
    assert at < page.index('<script type="module"')
    catalog = client.get("/words/ru.js")
    assert catalog.headers["Content-Type"].startswith("text/javascript")
    assert "django.catalog" in html(catalog)
    assert client.get("/words/xx.js").status_code == 404


def test_drawings_keep_their_numbers(client: Client):
    """A decimal comma is for people: in an SVG's attribute it is an error."""
    page = html(client.get("/", headers={"accept-language": "ru"}))
    assert '<rect class="miniature__pod" x="' in page
    assert not re.search(r'="[\d.]+,\d+"', page)


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ([], "en"),
        ([(b"accept-language", b"ru-RU,ru;q=0.9")], "ru"),
        ([(b"accept-language", b"de,en;q=0.8,ru;q=0.5")], "en"),
        ([(b"accept-language", b"ru"), (b"cookie", b"a=b; language=en")], "en"),
        ([(b"cookie", b"language=ru; k8slab=x")], "ru"),
        ([(b"cookie", b"language=../../etc")], "en"),
    ],
)
def test_a_socket_speaks_its_pages_language(headers: list[tuple[bytes, bytes]], language: str):
    assert language_of_scope({"headers": headers}) == language
