"""Logs are computed from the interval."""

from itertools import pairwise

import pytest

from k8slab.engine.base.times import parse_rfc3339
from k8slab.engine.nodes.logs import NoLogs, pod_logs
from k8slab.shell import Shell


def test_an_app_tells_its_boot_its_probes_and_its_end(node):
    """PR-012: probe lines, with their header."""
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 15}
    probe["httpGet"]["httpHeaders"] = [{"name": "X-Health-Check", "value": "liveness"}]
    node.run("shop/api:1.0", readinessProbe=probe)
    node.cluster.advance(60)
    lines = pod_logs(node.cluster.world, node.pod(), "c")
    assert lines[:2] == ["shop-api 1.0 starting", "listening on :8080"]
    assert "GET /ready 503 kube-probe/1.36 X-Health-Check: liveness" in lines
    assert "GET /ready 200 kube-probe/1.36 X-Health-Check: liveness" in lines
    assert pod_logs(node.cluster.world, node.pod(), "c", tail=1) == lines[-1:]
    node.delete()
    node.cluster.advance(2)
    assert "SIGTERM: draining open connections" in pod_logs(node.cluster.world, node.pod(), "c")


@pytest.mark.parametrize(("said", "period_s"), [({}, 10), ({"periodSeconds": 0}, 10),
                                                ({"periodSeconds": 15}, 15)])  # fmt: skip
def test_a_probe_looks_once_in_each_period(node, said, period_s):
    """PR-014: 10 s where nothing, or 0, is said; by the log and by when a verdict changes."""
    get = {"httpGet": {"path": "/ready", "port": 8080}}
    node.run("shop/api:1.0", readinessProbe={**get, **said})
    assert node.pod()["spec"]["containers"][0]["readinessProbe"]["periodSeconds"] == period_s
    node.cluster.advance(300)
    said = Shell(node.cluster).run("kubectl logs web --timestamps").stdout.splitlines()
    looks = [parse_rfc3339(line.split()[0]) for line in said if "kube-probe" in line]
    assert {later - first for first, later in pairwise(looks)} == {period_s * 1000}
    node.cluster.inject("container-hang", pod="web")
    world, hung_ms = node.cluster.world, node.cluster.now_ms
    third_ms = looks[-1] - (world.unix_ms - world.now_ms) + 3 * period_s * 1000
    node.cluster.advance(60)
    out_ms = next(at for at, _, _, ready, _ in node.changes() if at > hung_ms and not ready)
    assert 0 <= out_ms - third_ms <= 2000


def test_the_previous_run_tells_why_it_died(node):
    node.run("demo/crasher:1")
    node.cluster.advance(20)
    lines = pod_logs(node.cluster.world, node.pod(), "c", previous=True)
    assert lines == ["fatal: cannot open /data/config.json"]


def test_a_container_that_never_ran_has_none(node):
    node.run("nope/nothing:1")
    node.cluster.advance(20)
    with pytest.raises(NoLogs):
        pod_logs(node.cluster.world, node.pod(), "c")
