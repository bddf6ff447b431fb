"""Nobody places a container by hand: what a learner can press and send, before spec says where."""

from __future__ import annotations

import inspect
import re
from itertools import takewhile

from k8slab.course.climb import in_order
from k8slab.course.lessons import all_lessons
from k8slab.engine.faults import FAULTS
from k8slab.labs.commands import COMMANDS

CHANGES = {"line", "file", "apply", "inject", "load"}
"""The commands of the socket that change objects or the world; the others look, or move time."""
LOOKS = {"diff", "complete", "speed", "pause", "play", "step", "settle", "reach", "reach-step"}
LOOKS |= {"view", "show", "inside", "fork", "share", "broken", "reset"}
PLACES = ("nodeName", "nodeSelector", "--overrides", "Binding")

PRESSED = re.compile(r'data-(?:try|arguments)="([^"]*)"')


def test_the_page_has_no_control_that_places_a_pod():
    """CM-020: a new command of the socket must be looked at here."""
    assert set(COMMANDS) == CHANGES | LOOKS
    for fault in FAULTS.values():
        assert not {"pod", "node"} <= set(inspect.signature(fault).parameters), fault.__name__


def test_what_the_first_lessons_offer_to_press_says_what_and_never_where():
    """CM-020: no chip and no button names a machine for a pod; a spec may."""
    ordered = in_order(all_lessons())
    first = list(takewhile(lambda lesson: lesson.slug != "scheduling", ordered))
    assert "the-loop" in [lesson.slug for lesson in first]
    for lesson in first:
        offered = PRESSED.findall("".join(section.html for section in lesson.sections))
        assert offered, lesson.slug
        assert not [each for each in offered if any(word in each for word in PLACES)], lesson.slug
