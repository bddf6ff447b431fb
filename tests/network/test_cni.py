"""How a pod comes to its network."""

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.pods import pod_is_ready
from k8slab.engine.network.cni import sandbox
from k8slab.shell import Shell

from .conftest import Net


def test_the_network_is_there_before_the_containers(net):
    """NW-045: sandbox, CNI ADD by the runtime, then the containers, at the times they happened."""
    net.workload(replicas=1)
    net.cluster.advance_until(lambda c: bool(c.list("Pod", "default", "app=web")))
    assert sandbox(net.world, net.pods()[0]) == []
    net.settle()
    [pod] = net.pods()
    steps = sandbox(net.world, pod)
    assert [step.who for step in steps] == [
        "kubelet",
        "container runtime",
        "CNI plugin, called by the container runtime",
        "container runtime",
    ]
    assert f"eth0 with {pod['status']['podIP']}/24" in steps[2].did
    assert steps[0].at_ms < steps[2].at_ms < steps[3].at_ms
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)


def test_a_pod_of_the_nodes_network_calls_no_plugin(net):
    net.workload(replicas=1, pod={"hostNetwork": True})
    net.settle()
    assert not any("CNI" in step.who for step in sandbox(net.world, net.pods()[0]))


def test_without_a_plugin_no_node_is_ready():
    """NW-044: NotReady, `cni plugin not initialized`; pods stay ContainerCreating."""
    net = Net(nodes=2, cni=False)
    net.workload("agent", kind="DaemonSet")
    net.workload("host", kind="DaemonSet", pod={"hostNetwork": True})
    net.settle(30)
    for node in net.cluster.list("Node"):
        ready = condition_of(node, "Ready")
        assert (ready["status"], ready["reason"]) == ("False", "KubeletNotReady")
        assert ready["message"].endswith("cni plugin not initialized")
    table = Shell(net.cluster).run("kubectl get pods -l app=agent").stdout
    assert table.count("0/1     ContainerCreating") == 2
    [told] = {
        event["message"]
        for event in net.cluster.list("Event")
        if event["reason"] == "NetworkNotReady"
    }
    assert told.startswith(
        "network is not ready: container runtime network not ready: NetworkReady"
    )
    assert all(pod_is_ready(pod) for pod in net.pods("host"))
    for node in ("node-1", "node-2"):
        net.cluster.inject("cni-install", node=node)
    net.settle(10)
    assert all(pod_is_ready(pod) for pod in net.pods("agent"))
    assert condition_of(net.get("Node", "node-1", ""), "Ready")["status"] == "True"
