"""The sandbox: its presets, and its page."""

from __future__ import annotations

import pytest

from k8slab.course import proof
from k8slab.course.lessons import all_lessons, find_lesson, lesson_in, preset_folders

FOLDERS = preset_folders()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_holds(folder):
    assert list(proof.problems(folder)) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_offers_things_to_try_and_asks_nothing(folder):
    preset = lesson_in(folder)
    story = "".join(section.html for section in preset.sections)
    assert story.count("data-try") >= 4
    assert preset.is_preset and not (preset.tasks or preset.questions or preset.checks)


def test_presets_are_found_and_are_on_no_list():
    climb = {lesson.slug for lesson in all_lessons()}
    for folder in FOLDERS:
        assert find_lesson(folder.name).is_preset
        assert folder.name not in climb
    assert not any(lesson.is_preset for lesson in all_lessons())


def test_presets_go_from_one_node_to_a_hundred():
    nodes = {folder.name: lesson_in(folder).setup.nodes for folder in FOLDERS}
    assert (nodes["one-node"], nodes["three-nodes"], nodes["hundred-nodes"]) == (1, 3, 100)


def test_all_stands_well_but_in_the_broken_one():
    """Six clients of six services: each is refused, every time."""
    facts = {folder.name: lesson_in(folder).facts["stands"] for folder in FOLDERS}
    broken = facts.pop("broken")
    services = ("web", "cart", "prices", "search", "mail", "stock")
    assert all(broken[it]["failed"] == broken[it]["requests"] > 0 for it in services)
    assert all(it["pods"]["ready"] == it["pods"]["count"] for it in facts.values())
    assert all(it.get("failed", 0) == 0 for it in facts.values())
