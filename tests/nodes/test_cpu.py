"""CPU: throttled at the limit, shared by weight where a node has too little."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.nodes import usage
from k8slab.engine.nodes.cpu import share_out

from .test_memory import service

VICTIM = "demo/victim:1"
IMAGES = {VICTIM: {"latency_ms": 20, "cpu": {"idle_m": 5, "request_ms": 10}}}


@pytest.fixture
def cluster():
    return Cluster(nodes=1, settings={"frozen": True}, images=IMAGES)


def used(node, name, seconds=60):
    now_ms = node.cluster.now_ms
    return usage.pod_usage(node.cluster.world, node.pod(name), now_ms - seconds * 1000, now_ms)


def latency(node):
    return node.cluster.samples("client", node.cluster.now_ms - 2000, node.cluster.now_ms)[-1][
        "latency_ms"
    ]


def test_over_its_limit_a_container_is_throttled_and_lives(node):
    """RS-003, ND-007: the counter and the latency rise, restartCount stays 0.

    50 requests a second at 10 ms of CPU want 505m; the limit gives 300m.
    """
    node.run(VICTIM, name="free")
    node.run(VICTIM, name="web", resources={"limits": {"cpu": "300m"}})
    service(node, "web")
    node.cluster.advance(10)
    node.cluster.load("client", url="http://web.default/", rps=10)
    node.cluster.advance(60)
    before = used(node, "web")
    assert (before.throttled, round(before.cpu_m)) == (0, 105)
    calm = latency(node)
    node.cluster.load("client", url="http://web.default/", rps=50)
    node.cluster.advance(61)
    after = used(node, "web")
    assert (after.periods, after.throttled, round(after.cpu_m)) == (600, 600, 300)
    assert latency(node) > 5 * calm
    assert node.container()["restartCount"] == 0
    assert used(node, "free").periods == 0


def neighbours(node, resources):
    """Eight hogs and a victim that wants 605m of the node's 4 CPUs."""
    node.run(VICTIM, name="web", resources=resources("1"))
    for number in range(8):
        node.run("demo/hog:1", name=f"hog-{number}", resources=resources("350m"))
    service(node, "web")
    node.cluster.advance(10)
    node.cluster.load("client", url="http://web.default/", rps=60)
    node.cluster.advance(30)
    return latency(node)


def test_a_noisy_neighbour_triples_the_latency_unless_there_are_requests(node):
    """RS-008: without requests and limits the victim starves, with them it does not feel them."""
    alone_ms = 20
    assert neighbours(node, lambda cpu: {}) > 3 * alone_ms
    other = type(node)(Cluster(nodes=1, settings={"frozen": True}, images=IMAGES))
    with_requests = neighbours(
        other, lambda cpu: {"requests": {"cpu": cpu}, "limits": {"cpu": "1"}}
    )
    assert with_requests < 1.5 * alone_ms


def test_contention_ends_with_its_cause(node):
    """Who has gone leaves its share to the others; the past remains what it was."""
    neighbours(node, lambda cpu: {})
    starved = used(node, "web", 10)
    for number in range(8):
        node.delete(f"hog-{number}", grace_s=0)
    node.cluster.advance(20)
    assert used(node, "web", 10).cpu_m == pytest.approx(605)
    assert starved.cpu_m < 500


@pytest.mark.parametrize(
    ("capacity", "wants", "granted"),
    [
        (1000, [(1, 300), (1, 300)], [500, 500]),
        (1000, [(1, 900), (1, 900)], [500, 500]),
        (1000, [(3, 900), (1, 900)], [750, 250]),
        (1000, [(1, 100), (1, 2000), (1, 2000)], [1000 / 3, 450, 450]),
        (1026, [(2, 2000), (1024, 600)], [426, 1024]),
        (1000, [(1, 0), (1, 50)], [0, 1000]),
    ],
)
def test_fair_shares(capacity, wants, granted):
    assert share_out(capacity, wants) == pytest.approx(granted)


def test_a_batch_job_takes_as_long_as_its_limit_says(node):
    """RS-003: a minute of one core is four minutes of a quarter."""
    for name, cpu in (("full", "1"), ("quarter", "250m")):
        spec = {"restartPolicy": "Never"}
        node.run("demo/batch:1", name=name, spec=spec, resources={"limits": {"cpu": cpu}})
    node.cluster.advance(300)
    took = {}
    for name in ("full", "quarter"):
        pod = node.pod(name)
        [(start, end)] = usage.lives(node.cluster.world, pod, pod["spec"]["containers"][0])
        took[name] = end - start
    assert took == {"full": 60_000, "quarter": 240_000}
