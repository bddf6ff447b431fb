"""Pages that share what is the same for all: each still shows its visitor's own, as it is now."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client

LESSONS = Path(__file__).parent / "lessons"
PAGE = "/lessons/tiny/"
TOKEN = re.compile(r'csrfmiddlewaretoken" value="(\w+)"')

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lessons(settings, tmp_path):
    folder = tmp_path / "lessons"
    shutil.copytree(LESSONS, folder)
    settings.LESSONS = folder
    settings.LESSONS_CHANGE = True
    return folder


def begun():
    client = Client(enforce_csrf_checks=True)
    post(client, f"{PAGE}start/")
    return client


def tokens(client, page=PAGE):
    return set(TOKEN.findall(client.get(page).content.decode()))


def post(client, path, **fields):
    (token,) = tokens(client)
    answer = client.post(path, {**fields, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302
    return answer


def text(client, page=PAGE):
    return client.get(page).content.decode()


def test_an_answer_shows_on_its_visitors_page_alone_and_at_once():
    mine, other = begun(), begun()
    before = text(other)
    assert "Not that one." not in text(mine)
    post(mine, f"{PAGE}questions/one/", answer="b")
    assert "Not that one." in text(mine)
    post(mine, f"{PAGE}questions/one/", answer="a")
    assert "Right." in text(mine) and "Not that one." not in text(mine)
    assert re.sub(TOKEN, "", text(other)).count("Right.") == before.count("Right.") == 0


def test_an_answer_in_ones_own_words_is_on_ones_own_page():
    mine, other = begun(), begun()
    post(mine, f"{PAGE}questions/recall/", answer="Because nobody asked for it")
    assert "Because nobody asked for it" in text(mine)
    assert "Because nobody asked for it" not in text(other)


def test_a_prediction_is_committed_on_its_visitors_page():
    mine, other = begun(), begun()
    post(mine, f"{PAGE}questions/count/", answer="a")
    assert "verdict-later" in text(mine) and "verdict-later" not in text(other)


def test_all_forms_of_a_page_hold_the_token_of_its_visitor():
    mine, other = begun(), begun()
    assert len(tokens(mine)) == 1
    assert tokens(mine) != tokens(other)


def test_the_map_tells_each_visitor_their_own():
    mine, other = begun(), begun()
    post(mine, f"{PAGE}questions/one/", answer="a")
    assert "1 of 4 questions answered" in text(mine, "/course/")
    assert "questions answered" not in text(other, "/course/")


@pytest.mark.parametrize(("page", "asked"), [(PAGE, 2), ("/course/", 2), ("/", 0)])
def test_a_page_asks_the_database_a_few_times(page, asked, django_assert_num_queries):
    """For their lab and answers; or for their scores and passed tasks."""
    visitor = begun()
    with django_assert_num_queries(asked):
        visitor.get(page)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lesson.md", "A pod that is deleted is gone.", "A pod that is deleted is lost."),
        ("quiz.yaml", "What wants it back?", "Who wants it back?"),
        ("checks.yaml", "The pod", "That pod"),
    ],
)
def test_what_an_author_changes_shows(lessons, file, old, new):
    visitor = begun()
    path = lessons / "tiny" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000))
    assert new in re.sub("<.*?>", "", text(visitor))
    assert old not in re.sub("<.*?>", "", text(visitor))
