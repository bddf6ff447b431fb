"""A page of each room in Russian: no sentence of the interface is left in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from k8slab.workshops.models import Room

pytestmark = pytest.mark.django_db

RUSSIAN = {"accept-language": "ru"}
ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{2,} [a-z]{2,}", re.IGNORECASE)
QUIET = {"script", "style", "code", "pre", "kbd", "svg", "title", "textarea"}
VOID = {"input", "img", "br", "link", "meta", "hr", "path", "rect", "circle"}
SAID = ("aria-label", "title", "placeholder", "alt")
PAGES = (
    *("/", "/course/", "/glossary/", "/review/", "/sandbox/", "/labs/", "/account/", "/exam/"),
    *("/workshops/", "/join/", "/lessons/rollout-500s/", "/lessons/pods/", "/lessons/jobs/"),
)
NAMES = ("The Linux Foundation", "kubectl get pods")


class Words(HTMLParser):
    """What a page says in its own language: texts and labels, without code and marked English."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        quiet = tag in QUIET or fields.get("lang") == "en" or fields.get("class") == "try"
        quiet = quiet or bool(self._open and self._open[-1][1])
        if not quiet:
            self.said += [fields[name] or "" for name in SAID if name in fields]
        if tag not in VOID:
            self._open.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self.said.append(data)


def left_in_english(page: str) -> list[str]:
    texts = [" ".join(text.split()) for text in Words(page).said]
    for name in NAMES:
        texts = [text.replace(name, "") for text in texts]
    return [text for text in texts if ENGLISH.search(text)]


def text_of(client: Client, address: str) -> str:
    response = client.get(address, follow=True, headers=RUSSIAN)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_no_sentence_of_a_page_is_left_in_english(client: Client, address: str):
    """TE-001"""
    assert left_in_english(text_of(client, address)) == []


def test_the_parser_sees_english():
    """Else the tests above would prove nothing."""
    assert left_in_english('<p lang="ru">Это <b>left in plain English</b></p>')
    assert left_in_english('<a aria-label="go on with the exam">x</a>')
    assert not left_in_english('<p lang="en">left in plain English</p><pre>a b c def gh</pre>')


def test_a_lab_and_a_room_speak_russian(client: Client):
    """TE-001: the workbench of a started lab, an exam, and an instructor's console."""
    client.post("/lessons/rollout-500s/start/", headers=RUSSIAN)
    page = text_of(client, "/lessons/rollout-500s/")
    assert "Проверить и применить" in page and "Review and apply" not in page
    assert left_in_english(page) == []
    preset = client.post("/sandbox/web-shop/", headers=RUSSIAN)
    page = text_of(client, preset.headers["Location"])
    assert "Отключить питание" in page and left_in_english(page) == []
    sent = client.post("/exam/", headers=RUSSIAN)
    assert left_in_english(text_of(client, sent.headers["Location"])) == []
    client.post("/workshops/", {"title": "Вторник", "lessons": ["rollout-500s"]}, headers=RUSSIAN)
    page = text_of(client, f"/rooms/{Room.objects.get().id}/")
    assert "Остановить время всем" in page and left_in_english(page) == []


def test_a_refusal_and_a_verdict_are_russian(client: Client):
    address = "/lessons/rollout-500s/questions/reboot/"
    page = client.post(address, headers={**RUSSIAN, "hx-request": "true"}).content.decode()
    assert "Выберите один ответ." in page
    page = client.post(
        address, {"answer": "b"}, headers={**RUSSIAN, "hx-request": "true"}
    ).content.decode()
    assert "Верно." in page and "восполнить разницу" in page
    wrong = {"username": "x", "password1": "12345", "password2": "12345"}
    page = client.post("/account/sign-up/", wrong, headers=RUSSIAN).content.decode()
    assert "пароль" in page and left_in_english(page) == []


def test_what_is_not_found_is_said_in_russian(client: Client, settings):
    settings.DEBUG = False
    response = client.get("/nowhere/", headers=RUSSIAN)
    assert response.status_code == 404
    assert "Не найдено" in response.content.decode()
