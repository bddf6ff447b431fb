"""Logs are computed from the interval."""

import pytest

from k8slab.engine.nodes.logs import NoLogs, pod_logs


def test_an_app_tells_its_boot_its_probes_and_its_end(node):
    """PR-012, PR-014: probe lines at real ticks, with their header."""
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
