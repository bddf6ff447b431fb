"""The order of the lessons, and the glossary that points into them."""

import dataclasses

import pytest

from k8slab.course.climb import in_order
from k8slab.course.glossary import glossary
from k8slab.course.lessons import all_lessons


@pytest.fixture
def chain():
    lesson = all_lessons()[0]

    def named(slug, following=""):
        return dataclasses.replace(lesson, slug=slug, next=following)

    return named


def slugs(lessons):
    return [lesson.slug for lesson in in_order(lessons)]


def test_lessons_follow_their_next(chain):
    assert slugs([chain("a"), chain("b", "a"), chain("c", "b")]) == ["c", "b", "a"]


def test_each_lesson_stands_once_even_in_a_ring_or_beside_a_gap(chain):
    assert slugs([chain("a", "b"), chain("b", "a")]) == ["a", "b"]
    assert slugs([chain("b", "gone"), chain("a", "c"), chain("c", "b")]) == ["a", "c", "b"]


def test_the_course_is_one_climb():
    """TE-002: from the first lesson each leads to one that is there."""
    lessons = {lesson.slug: lesson for lesson in all_lessons()}
    for lesson in lessons.values():
        assert set(lesson.builds_on) <= lessons.keys()
        assert not lesson.next or lesson.next in lessons
    ordered = in_order(lessons.values())
    assert ordered[0].slug == "rollout-500s"
    assert [lesson.slug for lesson in ordered if not lesson.next] == [ordered[-1].slug]


def test_the_glossary_points_to_sections_that_are_there():
    """RO-024: progressive delivery is a word with a sentence."""
    terms = glossary()
    assert len({term.name for term in terms}) == len(terms) >= 40
    sections = {it.slug: {section.id for section in it.sections} for it in all_lessons()}
    for term in terms:
        assert not term.lesson or term.lesson in sections, term
        assert not term.section or term.section in sections[term.lesson], term
    assert "Progressive delivery" in {term.name for term in terms}
