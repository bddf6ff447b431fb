"""How a pod comes to its network."""

from k8slab.engine.network.cni import sandbox


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
