"""A DaemonSet whose creations are refused still takes away what is too much."""

from k8slab.engine import Cluster
from k8slab.engine.base.objects import set_in


def test_a_quota_does_not_keep_a_daemon_on_a_node_that_it_must_leave():
    c = Cluster(nodes=3, settings={"frozen": True})
    api = c.world.api
    where = {"namespace": "default"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", **where}}
    api.create({**quota, "spec": {"hard": {"pods": "2"}}})
    c.advance(1)
    heavy = {"requests": {"cpu": "9"}}  # fits nowhere: taints evict only what runs
    template = {
        "metadata": {"labels": {"app": "agent"}},
        "spec": {"containers": [{"name": "a", "image": "nginx:1.27", "resources": heavy}]},
    }
    spec = {"selector": {"matchLabels": {"app": "agent"}}, "template": template}
    head = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent", **where}}
    api.create({**head, "spec": spec})
    c.advance(5)
    first = c.list("Pod")[0]
    names = [node["metadata"]["name"] for node in c.list("Node")]
    holding = next(name for name in names if name in str(first["spec"]["affinity"]))
    node = c.get("Node", "", holding)
    taints = [{"key": "x", "effect": "NoExecute"}]
    api.update(set_in(node, ("spec", "taints"), taints))
    c.advance(60)
    left = [str(pod["spec"]["affinity"]) for pod in c.list("Pod")]
    assert not any(holding in text for text in left)
