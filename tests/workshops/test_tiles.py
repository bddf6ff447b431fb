"""What a learner's tile says of their cluster."""

from __future__ import annotations

import pytest

from k8slab.accounts.models import Visitor
from k8slab.course.lessons import find_lesson
from k8slab.course.live import open_lab
from k8slab.labs.archive import replay, restore
from k8slab.labs.live import LiveLab
from k8slab.labs.models import Lab
from k8slab.workshops.tiles import tile

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    opened = open_lab(Visitor.objects.create(), find_lesson("rollout-500s"))
    live = LiveLab(*restore(opened.id))
    live.publish(0)
    return live


def test_each_check_has_a_place_in_the_heat_map(lab):
    """PX-009: in the lesson's order, which the console knows."""
    ids = [check.id for check in find_lesson("rollout-500s").checks]
    lab.remember(replay(Lab.objects.get()))
    lab.publish(10)
    before = tile(lab)
    assert before["lesson"] == "rollout-500s" and len(before["held"]) == len(ids)
    lab.shell.run("kubectl set image deployment/web api=shop/api:1.1")
    lab.publish(20)
    after = tile(lab)["held"]
    assert [
        it for it, *signs in zip(ids, before["held"], after, strict=True) if signs == ["0", "1"]
    ] == ["bumped"]
    assert after.count("1") == tile(lab)["passed"]


def test_a_pods_trouble_comes_first(lab):
    """PX-009: the same words for the same fault."""
    lab.shell.run("kubectl set image deployment/web api=nosuch.example.com/x:1")
    lab.cluster.advance(40)
    lab.publish(20)
    assert "ImagePullBackOff" in tile(lab)["wrong"]
