"""The cloud controller: load balancers, and what it knows of machines."""

import pytest

from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.network.cost import bill

from .conftest import Net

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"


@pytest.fixture
def cloudy():
    return Net(cloud="sim")


def events(net, name="web", kind="Service"):
    return [
        (it["reason"], it["message"])
        for it in sorted(
            net.cluster.list("Event"), key=lambda it: it["metadata"]["creationTimestamp"]
        )
        if (it["involvedObject"]["kind"], it["involvedObject"]["name"]) == (kind, name)
        and it["source"]["component"] in ("service-controller", "cloud-node-controller")
    ]


def ingress(net, name="web"):
    return net.get("Service", name)["status"]["loadBalancer"].get("ingress")


def test_a_load_balancer_comes_and_goes_with_its_service(cloudy):
    """CP-037, CP-038, NW-009: Ensuring, Ensured and an address; gone with the Service."""
    cloudy.service(type="LoadBalancer")
    cloudy.workload()
    cloudy.settle(1)
    assert ingress(cloudy) is None
    assert cloudy.get("Service", "web")["metadata"]["finalizers"] == [FINALIZER]
    assert events(cloudy) == [("EnsuringLoadBalancer", "Ensuring load balancer")]
    cloudy.settle()
    assert ingress(cloudy) == [{"ip": "192.0.2.1", "ipMode": "VIP"}]
    assert events(cloudy)[1:] == [("EnsuredLoadBalancer", "Ensured load balancer")]
    assert cloudy.send("http://192.0.2.1/", "outside").ok
    cloudy.world.api.delete(Key("Service", "default", "web"))
    cloudy.settle(0.5)
    assert cloudy.get("Service", "web") is not None, "its load balancer is still there"
    cloudy.settle(5)
    assert cloudy.get("Service", "web") is None
    assert [reason for reason, _ in events(cloudy)[2:]] == [
        "DeletingLoadBalancer",
        "DeletedLoadBalancer",
    ]
    assert not cloudy.send("http://192.0.2.1/", "outside").ok


def test_the_way_in_is_balancer_node_pod(cloudy):
    """NW-010: client, cloud load balancer, a node, its rules, the pod; node ports can be off."""
    cloudy.service(type="LoadBalancer", allocateLoadBalancerNodePorts=False)
    cloudy.workload()
    cloudy.settle()
    traces = [cloudy.send("http://192.0.2.1/", "outside", number) for number in range(60)]
    assert all(trace.ok for trace in traces)
    balancer, node, service, rules, pod = traces[0].hops
    assert balancer == "load balancer 192.0.2.1:80"
    assert (service, rules) == ("Service web 192.0.2.1:80", f"kube-proxy of {node.split()[1]}")
    assert pod == f"pod {traces[0].pod} on {traces[0].node}"
    assert len({trace.hops[1] for trace in traces}) == 3
    assert any(trace.hops[1] != f"node {trace.node}" for trace in traces), "a second hop"
    assert "nodePort" not in cloudy.get("Service", "web")["spec"]["ports"][0]


def test_local_policy_goes_only_where_a_pod_is(cloudy):
    cloudy.service(type="LoadBalancer", externalTrafficPolicy="Local")
    cloudy.workload(replicas=1)
    cloudy.settle()
    [pod] = cloudy.pods()
    assert 30000 <= cloudy.get("Service", "web")["spec"]["healthCheckNodePort"] <= 32767
    traces = [cloudy.send("http://192.0.2.1/", "outside", number) for number in range(20)]
    assert {trace.hops[1] for trace in traces} == {f"node {pod['spec']['nodeName']}"}
    [port] = cloudy.get("Service", "web")["spec"]["ports"]
    for node in cloudy.cluster.list("Node"):
        address = node["status"]["addresses"][0]["address"]
        trace = cloudy.send(f"http://{address}:{port['nodePort']}/", "outside")
        assert trace.ok == (node["metadata"]["name"] == pod["spec"]["nodeName"])
        assert trace.ok or "dropped by kube-proxy: connection timed out" in trace.cause


def test_without_a_cloud_it_stays_pending():
    """CP-040: all else works; the Service's nodes answer, its address is never there."""
    net = Net()
    service = net.service(type="LoadBalancer")
    net.workload()
    net.settle(600)
    assert net.get("Service", "web")["status"] == {"loadBalancer": {}}
    assert events(net) == []
    port = service["spec"]["ports"][0]["nodePort"]
    assert net.send(f"http://192.168.50.10:{port}/", "outside").ok
    assert net.send("http://web/", "node-2").ok
    assert "providerID" not in net.get("Node", "node-1", "")["spec"]


def test_a_wish_becomes_three_pods_and_an_address(cloudy):
    """CM-001: a Deployment of 3 and a LoadBalancer on port 80, nothing else; each did its part."""
    cloudy.workload()
    cloudy.service(type="LoadBalancer")
    cloudy.settle()
    assert cloudy.get("Deployment", "web")["status"]["readyReplicas"] == 3
    assert cloudy.send(f"http://{ingress(cloudy)[0]['ip']}:80/", "outside").ok
    actors = {reason.actor for reason in cloudy.cluster.reasons}
    parts = {"deployment", "replicaset", "scheduler", "kubelet", "endpointslice", "service-lb"}
    assert parts <= actors


def test_a_node_that_joins_learns_where_it_is(cloudy):
    """CP-039: instance id to spec.providerID, region and zone as labels, the taint is gone."""
    cloudy.cluster.inject("node-add", node="node-4")
    fresh = cloudy.get("Node", "node-4", "")
    assert [taint["key"] for taint in fresh["spec"]["taints"]] == [
        "node.cloudprovider.kubernetes.io/uninitialized"
    ]
    assert ZONE not in fresh["metadata"]["labels"]
    cloudy.settle(5)
    node = cloudy.get("Node", "node-4", "")
    assert node["spec"]["providerID"] == "sim://sim-1a/node-4"
    labels = node["metadata"]["labels"]
    assert (labels[REGION], labels[ZONE]) == ("sim-1", "sim-1a")
    assert "taints" not in node["spec"]
    assert events(cloudy, "node-4", "Node") == [("Synced", "Node synced successfully")]
    zones = [it["metadata"]["labels"][ZONE] for it in cloudy.cluster.list("Node")]
    assert zones == ["sim-1a", "sim-1b", "sim-1c", "sim-1a"]


def test_a_new_node_is_behind_the_balancer_too(cloudy):
    cloudy.service(type="LoadBalancer")
    cloudy.workload()
    cloudy.settle()
    cloudy.cluster.inject("node-add", node="node-4")
    cloudy.settle(5)
    assert events(cloudy)[-1] == ("UpdatedLoadBalancer", "Updated load balancer with new hosts")
    hops = {cloudy.send("http://192.0.2.1/", "outside", number).hops[1] for number in range(60)}
    assert hops == {f"node node-{number}" for number in (1, 2, 3, 4)}


def test_each_balancer_costs(cloudy):
    """NW-011: the bill rises with each Service of the type, and falls when one changes its type."""
    assert bill(cloudy.world).load_balancers == 0
    for number in range(3):
        cloudy.service(f"web-{number}", type="LoadBalancer")
    cloudy.settle()
    three = bill(cloudy.world)
    assert three.load_balancers == 3
    service = cloudy.get("Service", "web-1")
    cloudy.world.api.update(set_in(service, ("spec", "type"), "ClusterIP"))
    cloudy.settle(10)
    two = bill(cloudy.world)
    assert (two.load_balancers, three.usd_per_month - two.usd_per_month) == (2, 18)
    assert ingress(cloudy, "web-1") is None
    assert "finalizers" not in cloudy.get("Service", "web-1")["metadata"]


CHANGES = [
    ({"ports": [{"port": 81, "targetPort": 8080}]}, None),
    ({"loadBalancerSourceRanges": ["10.0.0.0/8", "192.168.0.0/16"]},
     ("LoadBalancerSourceRanges", "[] -> [10.0.0.0/8 192.168.0.0/16]")),
    ({"externalTrafficPolicy": "Local"}, ("ExternalTrafficPolicy", "Cluster -> Local")),
    ({"externalIPs": ["203.0.113.9"]}, ("ExternalIP", "Count: 0 -> 1")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_change_that_the_cloud_must_know_of_is_told(cloudy, change, told):
    """needsUpdate: the load balancer is ensured anew, and of some changes it is said why."""
    cloudy.service(type="LoadBalancer")
    cloudy.settle(20)
    had = events(cloudy)
    service = cloudy.get("Service", "web")
    cloudy.world.api.update({**service, "spec": {**service["spec"], **change}})
    cloudy.settle(20)
    ensured = [
        ("EnsuringLoadBalancer", "Ensuring load balancer"),
        ("EnsuredLoadBalancer", "Ensured load balancer"),
    ]
    new = set(events(cloudy)) - set(had)
    assert new == ({told} if told else set())
    counts = [
        it["count"]
        for it in cloudy.cluster.list("Event")
        if (it["reason"], it["message"]) in ensured
    ]
    assert counts == [2, 2]


def test_a_service_that_becomes_a_load_balancer_and_back_says_so(cloudy):
    cloudy.service()
    cloudy.settle(5)
    service = cloudy.get("Service", "web")
    cloudy.world.api.update(set_in(service, ("spec", "sessionAffinity"), "ClientIP"))
    cloudy.settle(5)
    assert events(cloudy) == []
    for kind, said in (
        ("LoadBalancer", "ClusterIP -> LoadBalancer"),
        ("ClusterIP", "LoadBalancer -> ClusterIP"),
    ):
        service = cloudy.get("Service", "web")
        cloudy.world.api.update(set_in(service, ("spec", "type"), kind))
        cloudy.settle(20)
        assert ("Type", said) in events(cloudy)
    assert ingress(cloudy) is None


def test_a_node_can_be_left_out_of_load_balancers(cloudy):
    cloudy.service(type="LoadBalancer")
    cloudy.settle(20)
    node = cloudy.get("Node", "node-1", "")
    label = {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    labels = {**node["metadata"]["labels"], **label}
    cloudy.world.api.update(set_in(node, ("metadata", "labels"), labels))
    cloudy.settle(5)
    assert ("UpdatedLoadBalancer", "Updated load balancer with new hosts") in events(cloudy)
