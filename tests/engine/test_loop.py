"""Who is woken by what, and what a refusal does."""

import pytest

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.server import Api
from k8slab.engine.apps import Catalogue
from k8slab.engine.base.clock import Clock
from k8slab.engine.base.objects import Key, key_of
from k8slab.engine.control import Loop, World
from k8slab.engine.control.settings import Settings
from k8slab.engine.store import Store

BOX = Key("ConfigMap", "default", "box")


class Recorder:
    """An actor that writes down when it was woken and for what."""

    name = "recorder"
    lag_ms = 5

    def __init__(self, again_ms=None, refusals=0):
        self.again_ms = again_ms
        self.refusals = refusals
        self.seen = []

    @property
    def watches(self):
        return {"ConfigMap": lambda world, obj: [key_of(obj)]}

    def reconcile(self, world, key):
        self.seen.append((world.now_ms, key))
        if len(self.seen) <= self.refusals:
            raise ApiError(409, "Conflict", "too late")
        return self.again_ms


@pytest.fixture
def world():
    """A world without actors, at the start of time."""
    settings = Settings()
    clock, store = Clock(), Store(frozen=True)
    api = Api(store=store, clock=clock, seed=0, start_unix_ms=settings.start_unix_ms, pods_max=100)
    return World(store=store, api=api, clock=clock, seed=0, settings=settings, images=Catalogue({}))


def write_box(world, **data):
    world.store.write(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "box", "namespace": "default"},
            "data": data,
        },
        world.now_ms,
    )


def test_a_write_wakes_its_watcher_after_the_watchers_lag_and_only_once(world):
    actor = Recorder()
    loop = Loop(world, [actor])
    write_box(world, a="1")
    write_box(world, a="2")
    loop.run_until(world.now_ms + 100)
    assert actor.seen == [(5, BOX)]


def test_an_actor_is_asked_again_when_it_said_so(world):
    actor = Recorder(again_ms=30)
    loop = Loop(world, [actor])
    write_box(world)
    loop.run_until(100)
    assert [at_ms for at_ms, _ in actor.seen] == [5, 35, 65, 95]


def test_a_refusal_is_retried_with_a_doubling_back_off(world):
    actor = Recorder(refusals=3)
    loop = Loop(world, [actor])
    write_box(world)
    loop.run_until(1000)
    assert [at_ms for at_ms, _ in actor.seen] == [5, 10, 20, 40]
    assert world.note("retry/recorder", BOX) is None
    assert [reason.did for reason in loop.reasons] == [["was refused: too late"]] * 3


def test_a_limit_stops_in_the_middle_and_the_rest_runs_later(world):
    actor = Recorder(again_ms=10)
    loop = Loop(world, [actor])
    write_box(world)
    assert loop.run_until(100, limit=3) is False
    assert loop.run_until(100) is True
    assert len(actor.seen) == 10
    assert world.now_ms == 100


def test_a_change_names_the_reconcile_that_caused_it(world):
    class Writer(Recorder):
        def reconcile(self, world, key):
            box = world.store.get(key)
            if "b" not in box["data"]:
                world.compare("b", "there", "missing")
                world.api.update({**box, "data": {"a": "1", "b": "2"}})

    loop = Loop(world, [Writer()])
    write_box(world, a="1")
    loop.run_until(100)
    change = list(world.store.changes_since(0))[-1]
    assert change.cause.actor == "recorder"
    assert change.cause.compared == [("b", "there", "missing")]
    assert change.cause.did == ["updated ConfigMap/default/box"]
