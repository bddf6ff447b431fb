"""The home page's picture is a run of the engine, no drawing."""

from __future__ import annotations

from k8slab.course.lessons import find_lesson
from k8slab.course.miniature import GRAPH, WIDTH, miniature


def test_it_shows_what_the_experiment_measured():
    """PX-006."""
    lesson = find_lesson("rollout-500s")
    drawn = miniature(lesson, "bump", "web")
    measured = lesson.facts["bump"]
    assert drawn.failed == measured["failed"]
    assert f"{measured['failed']:,} of " in drawn.told
    cold = [bar for bar in drawn.bars if bar.cold_width]
    assert len(drawn.bars) == 10
    assert len(cold) == 5
    assert all(bar.x <= bar.cold_x <= bar.x + bar.width <= WIDTH + 0.1 for bar in cold)
    assert all(GRAPH < bar.y < drawn.height for bar in drawn.bars)


def test_it_is_drawn_once_for_each_state_of_the_lesson():
    """The home page is quick after the first time."""
    lesson = find_lesson("rollout-500s")
    assert miniature(lesson, "bump", "web") is miniature(lesson, "bump", "web")


def test_an_experiment_that_is_not_there_has_no_picture():
    """The page then goes without."""
    assert miniature(find_lesson("rollout-500s"), "none", "web") is None
