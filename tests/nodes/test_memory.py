"""Memory: what processes take of it, and how they die of it."""

from itertools import pairwise

import pytest

from k8slab.engine.nodes import usage

MI = 1 << 20


def limits(memory, **more):
    return {"resources": {"limits": {"memory": memory}}, **more}


def lives(node, name):
    pod = node.pod(name)
    return usage.lives(node.cluster.world, pod, pod["spec"]["containers"][0])


def series(node, name, t1_ms):
    pod = node.pod(name)
    return usage.usage_series(node.cluster.world, pod, pod["spec"]["containers"][0], 0, t1_ms)


def terminated(node, name="web"):
    """How the container last ended."""
    status = node.container(name)
    return status["state"].get("terminated") or status["lastState"]["terminated"]


def service(node, name):
    """A Service in front of one pod, and a label that it finds it by."""
    spec = {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
    place = {"namespace": "default", "name": name}
    node.cluster.request({"verb": "create", "kind": "Service", "body": body, **place})
    label = {"metadata": {"labels": {"app": name}}}
    patch = {"verb": "patch", "kind": "Pod", "patch_type": "merge", "body": label}
    node.cluster.request({**patch, **place})


def test_a_limit_below_the_need_kills_at_once_and_a_higher_one_heals(node):
    """RS-004, RS-018: 300 MiB in 256Mi never lives; in 512Mi it does."""
    node.run("demo/hungry:1", name="tight", **limits("256Mi"))
    node.run("demo/hungry:1", name="wide", **limits("512Mi"))
    node.cluster.advance(30)
    last = terminated(node, "tight")
    assert (last["reason"], last["exitCode"]) == ("OOMKilled", 137)
    assert last["startedAt"] == last["finishedAt"]
    assert node.container("tight")["restartCount"] >= 1
    assert node.container("wide")["ready"] is True
    assert node.container("wide")["restartCount"] == 0


def test_a_leak_climbs_in_a_straight_line_and_dies_at_the_computed_moment(node):
    """RS-019, ND-007: 60 MiB and 1 MiB/s in 160Mi live 100 s each time; in 320Mi just longer."""
    node.run("demo/leaky:1", name="low", **limits("160Mi"))
    node.run("demo/leaky:1", name="high", **limits("320Mi"))
    node.cluster.advance(600)
    assert {end - start for start, end in lives(node, "low")[:-1]} == {100_001}
    assert {end - start for start, end in lives(node, "high")[:-1]} == {260_001}
    picture = series(node, "low", 600_000)
    points = picture["points"]
    assert picture["memory_limit"] == 160 * MI == max(point["memory"] for point in points)
    running = [pair for pair in pairwise(points) if pair[0]["running"] and pair[1]["running"]]
    rises = [b["memory"] - a["memory"] - (b["t_ms"] - a["t_ms"]) * MI / 1000 for a, b in running]
    assert max(map(abs, rises)) < 2 * MI / 1000
    assert len(picture["ends"]) >= 4
    assert all(point["memory"] == 0 for point in points if point["t_ms"] in picture["ends"])
    assert picture["kills"] == picture["ends"]


def test_the_end_of_a_leak_costs_a_wake_a_life(node):
    """No timer ticks on the way: what is pending is the end."""
    node.run("demo/leaky:1", **limits("4000Mi"))
    node.cluster.advance(60)
    before = node.cluster.loop.reconciles
    node.cluster.advance(3600)
    assert node.cluster.loop.reconciles - before <= 8  # Events expire
    assert node.container()["restartCount"] == 0


@pytest.mark.parametrize(("rps", "survives"), [(20, True), (200, False)])
def test_a_spike_kills_what_a_steady_load_does_not(node, rps, survives):
    """RS-020: 64 MiB and 8 for each of rps x 0.25 s requests in service, in 256Mi."""
    node.run("demo/spike:1", **limits("256Mi"))
    service(node, "web")
    node.cluster.advance(10)
    node.cluster.load("client", url="http://web.default/", rps=rps)
    node.cluster.advance(60)
    assert (node.container()["restartCount"] == 0) is survives
    if not survives:
        assert terminated(node)["reason"] == "OOMKilled"


def test_a_higher_limit_cures_the_spike(node):
    """RS-020."""
    node.run("demo/spike:1", **limits("512Mi"))
    service(node, "web")
    node.cluster.advance(10)
    node.cluster.load("client", url="http://web.default/", rps=200)
    node.cluster.advance(60)
    assert node.container()["restartCount"] == 0


@pytest.mark.parametrize(
    ("image", "options", "heap_mi"),
    [
        ("demo/jvm:21", "", 128),  # a quarter of the limit
        ("demo/jvm:21", "-XX:MaxRAMPercentage=75.0", 384),
        ("demo/jvm:21", "-Xmx700m", None),  # above the limit
        ("demo/jvm:8u121", "", None),  # a quarter of the node's 8Gi
        ("demo/jvm:8u121", "-Xmx300m", 300),
    ],
)
def test_the_heap_of_a_jvm(node, image, options, heap_mi):
    """RS-021, RS-024: in 512Mi, with 100 MiB outside the heap; None: OOMKilled."""
    env = [{"name": "JAVA_TOOL_OPTIONS", "value": options}] if options else []
    node.run(image, **limits("512Mi", env=env))
    node.cluster.advance(180)
    top = max(point["memory"] for point in series(node, "web", 180_000)["points"])
    if heap_mi is None:
        assert terminated(node)["reason"] == "OOMKilled"
        assert 511 * MI < top <= 512 * MI
    else:
        assert node.container()["restartCount"] == 0
        assert top == (100 + heap_mi) * MI


def test_requests_and_a_memory_limit_alone(node):
    """RS-028: Burstable; CPU is never throttled, memory is killed above 512Mi."""
    resources = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}}
    node.run("demo/leaky:1", name="leaky", resources=resources)
    node.run("demo/hog:1", name="busy", resources=resources)
    assert node.pod("leaky")["status"]["qosClass"] == "Burstable"
    node.cluster.advance(450)
    busy = node.pod("busy")
    used = usage.pod_usage(node.cluster.world, busy, 300_000, 450_000)
    assert used.cpu_m > 3000
    assert (used.periods, used.throttled) == (0, 0)
    assert lives(node, "leaky")[-1][0] < 450_000
    node.cluster.advance(60)
    assert terminated(node, "leaky")["reason"] == "OOMKilled"
    assert lives(node, "leaky")[0][1] - lives(node, "leaky")[0][0] == 452_001


def test_a_profile_under_load_gives_the_limit_to_enter(node):
    """RS-022, RS-023, RS-025: the largest working set under load, a limit above and below it."""
    node.run("demo/spike:1", **limits("1Gi"))
    service(node, "web")
    node.cluster.advance(10)
    node.cluster.load("client", url="http://web.default/", rps=100)
    node.cluster.advance(120)
    pod = node.pod()
    profile = usage.profile(node.cluster.world, pod, pod["spec"]["containers"][0], 0, 130_000)
    assert profile["max"] == (64 + 8 * 25) * MI
    assert profile["p50"] == profile["max"]
    scores = {limit: usage.headroom(profile["max"], limit * MI) for limit in (200, 300, 400, 2048)}
    assert scores == {200: "too tight", 300: "too tight", 400: "fits", 2048: "too loose"}


def test_an_alert_at_80_percent_comes_before_the_kill(node):
    """RS-026: of 160Mi at 128 MiB, which a leak of 1 MiB/s from 60 reaches after 68 s."""
    node.run("demo/leaky:1", **limits("160Mi"))
    node.cluster.advance(200)
    pod = node.pod()
    alerts = usage.alerts(
        node.cluster.world, pod, pod["spec"]["containers"][0], 0.8, 0, node.cluster.now_ms
    )
    [first, *_] = lives(node, "web")
    assert alerts[0] == first[0] + 68_000
    assert first[1] - alerts[0] == 32_001


def test_a_node_without_a_page_left_kills_by_score(node):
    """RS-012: the kernel comes before the kubelet's next look, and kills by scores of QoS."""
    requests = {"resources": {"requests": {"memory": "64Mi"}}}
    node.run("demo/hungry:1", name="best-effort")
    node.run("demo/hungry:1", name="burstable", **requests)
    node.run("demo/hungry:1", name="guaranteed", **limits("400Mi", cpu="1"))
    node.cluster.advance(20)
    node.cluster.inject("memory-pressure", node="node-1", available="-1Mi")
    node.cluster.advance(1)
    assert terminated(node, "best-effort")["reason"] == "OOMKilled"
    assert node.container("burstable")["restartCount"] == 0
    events = [event for event in node.cluster.list("Event") if event["reason"] == "SystemOOM"]
    assert "victim process: hungry" in events[0]["message"]
