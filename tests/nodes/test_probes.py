"""The three probes: what they do, when they look, what they cost."""

import pytest

from k8slab.engine.base.times import parse_rfc3339


def http(path, **more):
    return {"httpGet": {"path": path, "port": 8080}, **more}


def test_an_idle_ready_pod_with_three_probes_has_nothing_pending(node):
    probes = {f"{name}Probe": http("/healthz") for name in ("startup", "liveness", "readiness")}
    node.run("shop/api:1.0", **probes)
    node.cluster.advance(60)
    assert node.container()["ready"] is True
    assert not node.cluster.restless()


def test_readiness_follows_the_warm_up_and_never_restarts(node):
    """PR-004, PR-023."""
    node.run("shop/api:1.0", readinessProbe=http("/ready", periodSeconds=2))
    node.cluster.advance(20)
    assert node.container()["ready"] is False
    node.cluster.advance(8)
    assert node.container()["ready"] is True
    assert node.container()["restartCount"] == 0


def whose(pod):
    return pod["metadata"]["uid"], pod["status"]["podIP"], pod["spec"]["nodeName"]


def test_a_deadlock_is_healed_by_liveness_and_only_by_liveness(node):
    """PR-002, PR-003, PR-028, ND-004: in the same pod, with its address, on its node."""
    node.run("demo/deadlock:1", name="live", livenessProbe=http("/live"))
    node.run("demo/deadlock:1", name="ready-only", readinessProbe=http("/ready"))
    node.cluster.advance(10)
    before = whose(node.pod("live"))
    node.cluster.advance(190)
    assert whose(node.pod("live")) == before
    assert node.container("live")["restartCount"] >= 1
    assert node.container("ready-only")["restartCount"] == 0
    assert node.container("ready-only")["ready"] is False


def test_two_failures_and_a_success_begin_the_count_anew(node):
    """PR-016: four failures, two at a time, do nothing; three in a row restart the container."""
    node.run("shop/api:1.0", livenessProbe=http("/live-db"))
    node.cluster.advance(60)
    for seconds, restarts in ((20, 0), (20, 0), (30, 1)):
        node.cluster.inject("dependency-down", name="database")
        node.cluster.advance(seconds)
        node.cluster.inject("dependency-recover", name="database")
        failed = [count for _, text, count in node.events("Unhealthy") if "Liveness" in text]
        node.cluster.advance(40)
        assert node.container()["restartCount"] == restarts
    assert sum(failed) == 7


def test_readiness_fails_after_three_looks_in_a_row(node):
    """PR-016, PR-025."""
    node.run("shop/api:1.0", readinessProbe=http("/ready"))
    node.cluster.advance(60)
    hung_ms = node.cluster.now_ms
    node.cluster.inject("container-hang", pod="web")
    node.cluster.advance(45)
    out_ms = next(at for at, _, _, ready, _ in node.changes() if at > hung_ms and not ready)
    assert 20_000 < out_ms - hung_ms <= 31_000


def test_a_startup_probe_holds_the_others_back(node):
    """PR-006, PR-037."""
    node.run(
        "demo/slow-boot:1",
        startupProbe=http("/healthz", periodSeconds=5, failureThreshold=60),
        livenessProbe=http("/healthz", periodSeconds=5),
    )
    node.cluster.advance(190)
    assert all("Startup probe" in text for _, text, _ in node.events("Unhealthy"))
    node.cluster.advance(30)
    assert node.container()["started"] is True
    assert node.container()["restartCount"] == 0


def test_a_startup_probe_of_30_times_5_s_kills_at_150_s(node):
    """PR-007, PR-033."""
    startup = http("/healthz", periodSeconds=5, failureThreshold=30)
    node.run("demo/slow-boot:1", startupProbe=startup, spec={"terminationGracePeriodSeconds": 1})
    node.cluster.advance(160)
    started_ms = next(at for at, _, state, _, _ in node.changes() if state == "running")
    again_ms = next(at for at, _, _, _, restarts in node.changes() if restarts == 1)
    assert 145_000 <= again_ms - started_ms <= 156_500
    assert node.container()["lastState"]["terminated"]["exitCode"] == 143


def test_liveness_with_a_40_s_boot_restarts_for_ever(node):
    """PR-026."""
    node.run("demo/boot40:1", livenessProbe=http("/ready"))
    node.cluster.advance(300)
    assert node.container()["restartCount"] >= 4


@pytest.mark.parametrize(
    ("path", "ready"), [("/ok", True), ("/moved", True), ("/no", False), ("/bad", False)]
)
def test_2xx_and_3xx_pass(path, ready, node):
    """PR-009."""
    node.run("demo/paths:1", readinessProbe=http(path))
    node.cluster.advance(15)
    assert node.container()["ready"] is ready


def test_a_redirect_is_a_success_with_a_warning(node):
    """PR-009: the kubelet goes to no other host, says so at each look, and counts it as passed."""
    node.run("demo/paths:1", readinessProbe=http("/moved"), livenessProbe=http("/ok"))
    node.cluster.advance(60)
    assert node.container()["ready"] is True and node.events("Unhealthy") == []
    [(_, text, count)] = node.events("ProbeWarning")
    assert text == "Readiness probe warning: Probe terminated redirects, Response body: "
    assert count >= 6
    before = node.cluster.loop.reconciles
    node.cluster.advance(3600)
    assert node.container()["restartCount"] == 0
    assert node.cluster.loop.reconciles - before < 100


def test_tcp_passes_though_the_app_is_wedged(node):
    """PR-010."""
    node.run("demo/deadlock:1", readinessProbe={"tcpSocket": {"port": 8080}})
    node.cluster.advance(120)
    assert node.container()["ready"] is True


def test_tcp_liveness_of_postgres_looks_on_ticks_after_the_delay(node):
    """PR-013, PR-031."""
    env = [{"name": "POSTGRES_PASSWORD", "value": "x"}]
    probe = {"tcpSocket": {"port": 5432}, "initialDelaySeconds": 15, "periodSeconds": 10}
    node.run("postgres:16", env=env, livenessProbe=probe)
    node.cluster.advance(60)
    assert node.container()["restartCount"] == 0
    memory = node.cluster.world.note("kubelet", ("Pod", "default", "web"))
    seen_ms = memory["containers"]["c"]["probes"]["liveness"]["seen_ms"]
    assert (seen_ms - memory["worker_ms"]) % 10_000 == 0


def test_a_closed_port_restarts_postgres_at_the_third_look(node):
    """PR-031, PR-010: the first look 15 to 25 s after the start, then each 10 s."""
    env = [{"name": "POSTGRES_PASSWORD", "value": "x"}]
    probe = {"tcpSocket": {"port": 5433}, "initialDelaySeconds": 15, "periodSeconds": 10}
    node.run("postgres:16", env=env, livenessProbe=probe)
    assert node.cluster.advance_until(lambda _: node.events("Killing"), 120)
    started_ms = next(at for at, _, state, _, _ in node.changes() if state == "running")
    assert 35_000 <= node.cluster.now_ms - started_ms <= 46_000
    [(_, text, count)] = node.events("Unhealthy")
    assert text.endswith(":5433: connect: connection refused") and count == 3
    node.cluster.advance(20)
    assert node.container()["restartCount"] == 1


def test_postgres_without_a_password_crashes(node):
    node.run("postgres:16")
    node.cluster.advance(20)
    assert node.container()["lastState"]["terminated"]["exitCode"] == 1


def test_exec_redis_is_ready_when_its_data_is_loaded(node):
    """PR-011, PR-032."""
    probe = {
        "exec": {"command": ["sh", "-c", "redis-cli ping | grep PONG"]},
        "initialDelaySeconds": 1,
        "periodSeconds": 1,
    }
    node.run("redis:7", readinessProbe=probe)
    node.cluster.advance(4)
    assert node.container()["ready"] is False
    node.cluster.advance(6)
    assert node.container()["ready"] is True


def test_grpc_asks_for_the_health_of_a_service(node):
    """PR-011: serving when warm; before that it says so, and of a closed port that none answers."""
    for name, port in (("right", 8080), ("wrong", 9999)):
        node.run("shop/api:1.0", name=name, readinessProbe={"grpc": {"port": port}})
    node.cluster.advance(60)
    assert node.container("right")["ready"] is True
    assert node.container("wrong")["ready"] is False
    said = [text for _, text, _ in node.events("Unhealthy")]
    assert any('service unhealthy (responded with "NOT_SERVING")' in text for text in said)
    assert any("timeout: failed to connect service" in text for text in said)


def test_a_header_is_sent(node):
    """PR-012."""
    probe = http("/healthz")
    probe["httpGet"]["httpHeaders"] = [{"name": "X-Health-Check", "value": "liveness"}]
    node.run("demo/header:1", name="with", readinessProbe=probe)
    node.run("demo/header:1", name="without", readinessProbe=http("/healthz"))
    node.cluster.advance(15)
    assert node.container("with")["ready"] is True
    assert node.container("without")["ready"] is False


def test_a_slow_answer_fails_at_the_default_timeout_of_1_s(node):
    """PR-015."""
    node.run("demo/slow:1", name="default", readinessProbe=http("/"))
    node.run("demo/slow:1", name="two", readinessProbe=http("/", timeoutSeconds=2))
    node.cluster.advance(15)
    assert node.container("default")["ready"] is False
    assert node.container("two")["ready"] is True


def test_success_threshold_counts(node):
    """PR-017."""
    node.run("shop/api:1.0", readinessProbe=http("/healthz", periodSeconds=5, successThreshold=3))
    node.cluster.advance(8)
    assert node.container()["ready"] is False
    node.cluster.advance(12)
    assert node.container()["ready"] is True


def test_a_liveness_probe_that_needs_the_database_restarts_all_when_it_is_down(node):
    """PR-027."""
    node.run("shop/api:1.0", name="heavy", livenessProbe=http("/live-db"))
    node.run("shop/api:1.0", name="cheap", livenessProbe=http("/live"))
    node.cluster.advance(30)
    node.cluster.inject("dependency-down", name="database")
    node.cluster.advance(60)
    assert node.container("heavy")["restartCount"] >= 1
    assert node.container("cheap")["restartCount"] == 0
    node.cluster.inject("dependency-recover", name="database")
    node.cluster.advance(600)
    assert node.container("heavy")["ready"] is True


def test_hours_of_failing_cost_few_wakes(node):
    """The recorder lets 25 Events through, then one in five minutes; its count may lag as much."""
    node.run("shop/api:1.4-never-ready", readinessProbe=http("/ready"))
    node.cluster.advance(300)
    before = node.cluster.loop.reconciles
    node.cluster.advance(3600)
    assert node.cluster.loop.reconciles - before <= 70
    [(_, _, count)] = [row for row in node.events("Unhealthy") if "statuscode" in row[1]]
    assert 390 - 2 * 30 <= count <= 390


def test_no_probe_looks_before_the_initial_delay(node):
    """PR-013: ready 15 to 16 s after the container's start, though it answers from the first."""
    probe = {"httpGet": {"path": "/", "port": 80}, "initialDelaySeconds": 15, "periodSeconds": 1}
    node.run("nginx:1.27", readinessProbe=probe)
    node.cluster.advance(60)
    status = node.cluster.get("Pod", "default", "web")["status"]
    started = parse_rfc3339(status["containerStatuses"][0]["state"]["running"]["startedAt"])
    ready = next(it for it in status["conditions"] if it["type"] == "Ready")
    assert 15_000 <= parse_rfc3339(ready["lastTransitionTime"]) - started <= 17_000


HEALTHY = "touch /healthy; sleep 30; rm -f /healthy; sleep 600"


def test_exec_looks_for_a_file_that_the_container_removes(node):
    """PR-011: the command's exit code decides, and its text is in the Event."""
    probe = {"exec": {"command": ["cat", "/healthy"]}, "periodSeconds": 5}
    node.run("busybox:1.36", command=["sh", "-c", HEALTHY], livenessProbe=probe)
    node.cluster.advance(30)
    assert node.container()["restartCount"] == 0
    node.cluster.advance(60)
    assert node.container()["restartCount"] == 1
    said = [each["message"] for each in node.cluster.list("Event")]
    assert any("can't open '/healthy': No such file or directory" in each for each in said)


def test_exec_sees_a_file_that_somebody_removes(node):
    """PR-011: three failures from that moment on, and none before."""
    probe = {"exec": {"command": ["test", "-f", "/etc/nginx/nginx.conf"]}, "periodSeconds": 10}
    node.run("nginx:1.27", livenessProbe=probe)
    node.cluster.advance(500)
    path = {"path": "/etc/nginx/nginx.conf", "text": None}
    node.cluster.execute({"do": "write", "pod": "web", "container": "c", **path})
    node.cluster.advance(15)
    assert node.container()["restartCount"] == 0
    node.cluster.advance(20)
    assert node.container()["restartCount"] == 1
