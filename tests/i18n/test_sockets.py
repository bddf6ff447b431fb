"""A lab tells its checks, and refuses, in the language of its owner's page."""

from __future__ import annotations

import asyncio

import pytest

from k8slab.accounts.models import Visitor
from k8slab.course import live
from k8slab.course.lessons import find_lesson
from k8slab.labs.consumer import close_host, the_host
from k8slab.labs.outbox import Outbox
from tests.bounds import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.asyncio
async def test_the_first_frame_is_in_the_pages_language():
    visitor = await asyncio.to_thread(Visitor.objects.create)
    lesson = find_lesson("rollout-500s")
    record = await asyncio.to_thread(live.new_lab, visitor, lesson)
    host = the_host()
    lab = await host.watch(record, lambda it: Outbox(it.snapshot_frame))
    async with asyncio.timeout(PATIENCE_S):
        while lab.lock.locked() or not lab.remembers:  # its past is played again first
            await asyncio.sleep(0)
    host.speak(lab, "ru")
    frame = lab.snapshot_frame()
    assert "У web образ `shop/api:1.1`" in frame and "it is shop/api:1.0" not in frame
    host.speak(lab, "en")
    assert "it is shop/api:1.0" in lab.snapshot_frame()
    await close_host()
