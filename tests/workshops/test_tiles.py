"""What a learner's tile says of their cluster."""

from __future__ import annotations

import pytest

from k8slab.accounts.models import Visitor
from k8slab.course.lessons import find_lesson
from k8slab.course.live import open_lab
from k8slab.labs.archive import restore
from k8slab.labs.live import LiveLab
from k8slab.workshops.tiles import tile

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    opened = open_lab(Visitor.objects.create(), find_lesson("rollout-500s"))
    live = LiveLab(*restore(opened.id))
    live.publish(0)
    return live


def test_a_pods_trouble_comes_first(lab):
    """PX-009: the same words for the same fault."""
    lab.shell.run("kubectl set image deployment/web api=nosuch.example.com/x:1")
    lab.cluster.advance(40)
    lab.publish(20)
    assert "ImagePullBackOff" in tile(lab)["wrong"]
