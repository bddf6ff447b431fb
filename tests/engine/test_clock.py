"""Virtual time: one pending wake an (actor, key), the earliest; never in the present."""

from k8slab.engine.base.clock import Clock, Wake
from k8slab.engine.base.objects import Key

WEB = Wake("deployment", Key("Deployment", "default", "web"))
API = Wake("deployment", Key("Deployment", "default", "api"))


def test_wakes_happen_by_time_then_by_the_order_in_which_they_were_asked_for():
    clock = Clock()
    clock.wake(20, WEB)
    clock.wake(10, API)
    assert [clock.pop(), clock.now_ms, clock.pop(), clock.now_ms] == [API, 10, WEB, 20]


def test_an_earlier_wake_replaces_a_later_one_and_not_the_other_way_round():
    clock = Clock()
    clock.wake(20, WEB)
    clock.wake(10, WEB)
    clock.wake(30, WEB)
    assert clock.pending() == [(10, WEB)]
    clock.pop()
    assert clock.next_at() is None


def test_a_wake_that_was_replaced_leaves_no_place_behind():
    """Asked for anew, it comes after those that were asked for meanwhile, as after a restore."""
    clock = Clock()
    clock.wake(20, WEB)
    clock.wake(10, WEB)
    clock.pop()
    clock.wake(20, API)
    clock.wake(20, WEB)
    assert clock.pending() == [(20, API), (20, WEB)]
    assert [clock.pop(), clock.pop()] == [API, WEB]


def test_a_wake_is_at_least_a_millisecond_ahead():
    clock = Clock(now_ms=500)
    clock.wake(3, WEB)
    assert clock.next_at() == 501


def test_a_cancelled_wake_does_not_happen():
    clock = Clock()
    clock.wake(10, WEB)
    clock.cancel(WEB)
    assert clock.next_at() is None


def test_a_copy_goes_its_own_way():
    clock = Clock()
    clock.wake(10, WEB)
    twin = clock.copy()
    clock.pop()
    assert twin.pending() == [(10, WEB)]
    assert twin.now_ms == 0
