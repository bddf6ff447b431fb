"""The checks that count requests, on a lesson's cluster with real traffic."""

from pathlib import Path

import pytest

from k8slab.content.documents import Document
from k8slab.course.checks import read_check
from k8slab.course.setup import read_setup

LESSON = Path(__file__).parents[2] / "lessons" / "rollout-500s"
BUMP = "kubectl set image deployment/web api=shop/api:1.1"


@pytest.fixture(scope="module")
def start():
    return read_setup(LESSON).build()[0]


@pytest.fixture
def cluster(start):
    return start.fork()


def observe(cluster, text):
    document = Document(Path("checks.yaml"), f"- id: it\n  task: t\n  {text}\n")
    return read_check(document.entries()[0]).observe(cluster)


def bump(cluster):
    from k8slab.shell import Shell

    assert Shell(cluster).run(BUMP).exit_code == 0


def test_requests_counts_the_failed(cluster):
    none_failed = "requests: {load: client, last_s: 30, at_most: 0}"
    assert observe(cluster, none_failed).ok is True
    bump(cluster)
    cluster.advance(30)
    seen = observe(cluster, none_failed)
    assert seen.ok is False
    failed, requests = (
        int(word.replace(",", "")) for word in seen.observes.split() if word[0].isdigit()
    )
    assert 0 < failed < requests == 1500


def test_latency_is_the_average_of_the_latest(cluster):
    assert observe(cluster, "latency: {load: client, last_s: 10, at_most: 20}") == (
        True,
        "they took 20 ms",
    )
    assert not observe(cluster, "latency: {load: client, last_s: 10, at_most: 19}").ok
    assert observe(cluster, "latency: {load: x, last_s: 10, at_most: 20}").ok is None


def test_requests_of_nobody_are_unknown(cluster):
    assert observe(cluster, "requests: {load: x, last_s: 30, at_most: 0}").ok is None


def test_a_rollout_counts_the_requests_that_failed_in_it(cluster):
    """PR-022."""
    text = "rollout: {of: Deployment/default/web, failed: {load: client, %s}}"
    bump(cluster)
    cluster.advance(180)
    seen = observe(cluster, text % "at_least: 1")
    assert seen.ok is True and "has ended" in seen.observes
    assert observe(cluster, text % "at_most: 0").ok is False


def test_what_comes_later_does_not_undo_a_clean_rollout(cluster):
    text = "rollout: {of: Deployment/default/web, failed: {load: client, at_least: 1}}"
    bump(cluster)
    cluster.advance(180)
    before = observe(cluster, text)
    cluster.inject("node-crash", node="node-2")
    cluster.advance(30)
    assert observe(cluster, text) == before
