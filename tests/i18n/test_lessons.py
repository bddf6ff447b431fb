"""A lesson in Russian is the same lesson: other words on the same bones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from k8slab.content.errors import ContentError
from k8slab.course.lessons import find_lesson, lesson_folders, preset_folders, read_lesson
from k8slab.course.translations import misfits, translations
from k8slab.quizzes.types.match import Match

RUSSIAN = {"accept-language": "ru"}
FIRST = Path(settings.LESSONS) / "rollout-500s"
TRANSLATED = [it for it in (*lesson_folders(), *preset_folders()) if translations(it)]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIRST, tmp_path / FIRST.name))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("folder", TRANSLATED, ids=lambda it: it.name)
def test_a_translated_lesson_has_the_originals_bones(folder: Path):
    """TE-001"""
    assert list(misfits(folder, "ru")) == []
    english, russian = read_lesson(folder), read_lesson(folder, "ru")
    assert russian.language == "ru"
    assert [it.id for it in russian.sections] == [it.id for it in english.sections]
    assert (russian.tasks, russian.hints, russian.placed) == (
        english.tasks,
        english.hints,
        english.placed,
    )
    assert russian.setup is not None and russian.facts == english.facts
    assert [it.kind for it in russian.checks] == [it.kind for it in english.checks]
    assert [(it.id, it.type) for it in russian.questions] == [
        (it.id, it.type) for it in english.questions
    ]
    assert all(
        it.html != other.html for it, other in zip(russian.sections, english.sections, strict=True)
    )


@pytest.mark.parametrize("folder", TRANSLATED, ids=lambda it: it.name)
def test_what_goes_together_does_so_in_both_languages(folder: Path):
    """In a question of pairs, two that share a partner share its translation."""
    for english, russian in zip(
        read_lesson(folder).questions, read_lesson(folder, "ru").questions, strict=True
    ):
        if isinstance(english.body, Match) and isinstance(russian.body, Match):
            assert _groups(english.body) == _groups(russian.body), english.id


def _groups(body: Match) -> list[int]:
    partners = [pair.partner for pair in body.pairs]
    return [partners.index(partner) for partner in partners]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("lesson.ru.md", "{#loop}", "{#loops}", "where lesson.md:"),
        ("lesson.ru.md", "::: checks probe\n:::\n", "", "where lesson.md:"),
        ("lesson.ru.md", "::: hint Ничего", "::: why Ничего", "lesson.ru.md:"),
        ("lesson.ru.md", "--replicas=6", "--replicas=7", "--replicas=7` where lesson.md:"),
        ("lesson.ru.md", "node-crash node=node-2 |", "node-crash node=node-1 |", "node=node-1"),
        ("lesson.ru.md", "{{ probe.failed }}", "ноль", "the figure `probe.failed`"),
        ("lesson.ru.md", "](#service)", "](#why)", "the link `#service`"),
    ],
)
def test_a_story_that_does_not_fit_is_located(
    copied: Path, name: str, old: str, new: str, said: str
):
    edit(copied, name, old, new)
    problems = list(misfits(copied, "ru"))
    assert any(said in it and f"{name}:" in it and "Mend: " in it for it in problems)


def test_a_quiz_that_is_missing_is_named(copied: Path):
    (copied / "quiz.ru.yaml").unlink()
    assert any("quiz.ru.yaml:1: the file is missing" in it for it in misfits(copied, "ru"))


NO_WHY = ', why: "Поды не переезжают. Под остаётся на своём узле, пока не исчезнет."'
NODE_LOST = "- id: node-lost\n  says: Управляющий слой махнул рукой на узел\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("quiz.ru.yaml", "- id: bump-share", "- id: bump", "quiz.ru.yaml:3: id differs"),
        ("quiz.ru.yaml", "  ask: Пять реплик", "  section: x\n  ask: Пять", "section differs"),
        ("quiz.ru.yaml", "  ask: Пять реплик", "  asks: Пять", "has no `asks`"),
        ("quiz.ru.yaml", "{{ probe.failed }} из", "ноль из", "other figures"),
        ("quiz.ru.yaml", NO_WHY, "", "`why` is not translated"),
        ("checks.ru.yaml", NODE_LOST, "", "6 entries, the original has 7"),
    ],
)
def test_entries_that_do_not_fit_are_located(
    copied: Path, name: str, old: str, new: str, said: str
):
    edit(copied, name, old, new)
    with pytest.raises(ContentError, match="Mend: ") as caught:
        read_lesson(copied, "ru")
    assert said in str(caught.value)
    assert caught.value.file.name == name


@pytest.mark.django_db
def test_the_page_is_the_lesson_in_its_language(client: Client):
    """TE-001: Russian where there is a translation."""
    page = client.get("/lessons/rollout-500s/", headers=RUSSIAN).content.decode()
    assert "В терминале зелено" in page
    assert 'lang="ru" id="hook"' in page
    assert "Пробы живости" in page or "Пробу живости" in page
    assert "только на английском" not in page
    assert "только на английском" not in client.get("/lessons/rollout-500s/").content.decode()


@pytest.mark.django_db
def test_the_page_of_a_lesson_without_a_translation_says_so(client: Client, settings):
    """TE-001: where there is no translation it is English, marked so, with a note."""
    settings.LESSONS = Path(__file__).parents[1] / "course" / "lessons"
    untranslated = next(it for it in lesson_folders() if not translations(it))
    page = client.get(f"/lessons/{untranslated.name}/", headers=RUSSIAN).content.decode()
    assert "Этот урок пока только на английском" in page
    assert 'class="story__part prose" lang="en"' in page


def test_checks_speak_the_language_of_the_page():
    with translation.override("ru"):
        lesson = find_lesson("rollout-500s")
        assert lesson is not None
        cluster, _ = lesson.setup.build()
        seen = {it.id: it.observe(cluster) for it in lesson.checks}
    assert lesson.checks[0].expects == "У web образ `shop/api:1.1`"
    assert seen["bumped"].observes == "shop/api:1.0"
    assert seen["web-whole"].observes == "готово 5"
    english = find_lesson("rollout-500s")
    assert english is not None and english.setup is lesson.setup, "one cluster for both"


@pytest.mark.django_db
def test_a_micro_lab_is_in_the_language_of_its_lesson(client: Client):
    sent = client.post("/review/the-loop/all-deleted/lab/begin/", headers=RUSSIAN)
    page = client.get(sent.headers["Location"], headers=RUSSIAN)
    assert '<h1 id="lesson-title" lang="ru">Пусть за этим следит желание</h1>' in (
        page.content.decode()
    )
