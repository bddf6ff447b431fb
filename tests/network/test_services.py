"""Services of all types: addresses, ports, and who reaches them."""

from collections import Counter

import pytest

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.network import connect, iptables, kube_proxy
from k8slab.engine.network.dns import resolve
from k8slab.engine.network.exposure import exposure, matrix
from k8slab.engine.network.packets import packets, seen_source
from k8slab.engine.network.send import _way as fresh_way
from k8slab.engine.network.send import way
from k8slab.engine.network.target import parse_url

from .conftest import Net

NODES = ("192.168.50.10", "192.168.50.11", "192.168.50.12")


@pytest.fixture
def running(net):
    net.service()
    net.workload()
    return net.settle()


def replace(net, pod):
    net.world.api.delete(Key("Pod", "default", pod["metadata"]["name"]))
    net.settle(40)


def test_who_hardcodes_a_pods_address_loses_it(running):
    """NW-001, NW-020: a pod's IP answers until the pod is replaced; the Service's name goes on."""
    net = running
    net.workload("client", replicas=1)
    net.settle(30)
    client, pod = net.pod_key("client"), net.pods()[0]
    pinned = f"http://{pod['status']['podIP']}:8080/"
    assert net.send(pinned, client).ok and net.send("http://web/", client).ok
    replace(net, pod)
    gone = net.send(pinned, client)
    assert not gone.ok and "no route to host" in gone.cause
    assert net.send("http://web/", client).ok


def test_the_virtual_address_outlives_all_pods(net):
    """NW-002: the cluster IP stays through 20 replacements, and requests keep working."""
    net.service()
    net.workload(replicas=2)
    net.settle()
    address = net.get("Service", "web")["spec"]["clusterIP"]
    seen = set(net.addresses())
    for turn in range(20):
        replace(net, net.pods()[turn % 2])
        seen |= set(net.addresses())
        assert net.send("http://web/").ok
    assert len(seen) >= 20
    assert net.get("Service", "web")["spec"]["clusterIP"] == address


def test_a_cluster_ip_is_for_the_cluster_alone(running):
    """NW-006: no type is ClusterIP; a pod gets 200 by name, from outside the address times out."""
    net = running
    service = net.get("Service", "web")
    assert service["spec"]["type"] == "ClusterIP"
    assert net.send("http://web/", net.pod_key()).status == 200
    outside = net.send(f"http://{service['spec']['clusterIP']}/", "outside")
    assert not outside.ok and outside.cause.endswith("connection timed out")


def test_a_node_port_is_open_on_every_node(net):
    """NW-007, NW-008: any node answers, with a pod or not; the rules go straight to the pods."""
    net.service(type="NodePort")
    net.workload(replicas=1)
    net.settle()
    [port] = net.get("Service", "web")["spec"]["ports"]
    assert 30000 <= port["nodePort"] <= 32767
    [pod] = net.pods()
    for number, address in enumerate(NODES, 1):
        trace = net.send(f"http://{address}:{port['nodePort']}/", "outside")
        assert trace.ok and trace.pod == pod["metadata"]["name"]
        assert trace.hops[0] == f"node node-{number} {address}:{port['nodePort']}"
        connection = connect(net.world, f"http://{address}:{port['nodePort']}/", source="outside")
        kinds = [chain.rsplit("-", 1)[0] for chain in connection.route.chains[2:]]
        assert kinds == ["KUBE-EXT", "KUBE-SVC", "KUBE-SEP"]


@pytest.mark.parametrize("number", [29999, 32768])
def test_node_ports_have_a_range(net, number):
    """NW-007: out of the range is refused, in the server's words."""
    with pytest.raises(ApiError) as refused:
        net.service(type="NodePort", ports=[{"port": 80, "nodePort": number}])
    assert refused.value.message == (
        f'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: {number}: provided port '
        "is not in the valid range. The range of valid ports is 30000-32767"
    )


def test_an_external_name_is_never_proxied(net):
    """NW-012: no cluster IP, no endpoints, no rules: the client goes to the outside host itself."""
    net.service("db", type="ExternalName", externalName="db.example.com", ports=None, selector=None)
    net.settle(5)
    assert "clusterIP" not in net.get("Service", "db")["spec"]
    trace = net.send("http://db/")
    assert trace.ok and trace.hops == (
        "DNS db",
        f"host {resolve(net.world, 'default', 'db').addresses[0]}",
    )
    assert net.get("Endpoints", "db") is None


def test_each_type_opens_the_service_to_more_clients():
    """NW-014, NW-016: ClusterIP for pods and nodes, NodePort and LoadBalancer for the internet."""
    net = Net(cloud="sim")
    net.service()
    net.workload()
    net.settle()
    key = Key("Service", "default", "web")
    found = {}
    for kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        net.world.api.update(set_in(net.get("Service", "web"), ("spec", "type"), kind))
        net.settle(10)
        found[kind] = exposure(net.world, key, net.pod_key(), "node-1")
    inner = {"pod": True, "node": True}
    assert found == {
        "ClusterIP": {**inner, "internet": False},
        "NodePort": {**inner, "internet": True},
        "LoadBalancer": {**inner, "internet": True},
    }
    assert net.get("Service", "web")["status"]["loadBalancer"]["ingress"] == [
        {"ip": "192.0.2.1", "ipMode": "VIP"}
    ]


def test_the_target_port_is_the_apps(net):
    """NW-017: port 80 to targetPort 8080, TCP; a wrong targetPort is a refused connection."""
    net.service()
    net.service("wrong", target=9090, selector={"app": "web"})
    net.workload()
    net.settle()
    assert net.get("Service", "web")["spec"]["ports"] == [
        {"port": 80, "protocol": "TCP", "targetPort": 8080}
    ]
    assert net.send("http://web:80/").ok
    refused = net.send("http://wrong:80/")
    assert (refused.ok, refused.status) == (False, 0)
    assert refused.cause.endswith("nothing listens on this port")


def test_a_wrong_selector_points_nowhere(running):
    """NW-019, WL-029: endpoints go empty, not stale, and requests are refused."""
    net = running
    service = net.get("Service", "web")
    net.world.api.update(set_in(service, ("spec", "selector"), {"app": "wbe"}))
    net.settle(3)
    [slice_] = net.world.store.by("EndpointSlice", "service", "default/web")
    assert not slice_["endpoints"]
    assert "subsets" not in net.get("Endpoints", "web")
    refused = net.send("http://web/")
    assert refused.cause == "no endpoints: connection refused by kube-proxy REJECT"


def test_a_service_balances_tcp_and_udp(net):
    """NW-021: one port of each protocol, told apart by it."""
    ports = [
        {"name": "web", "port": 80, "targetPort": 8080},
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 8080},
    ]
    net.service(ports=ports)
    net.workload()
    net.settle()
    assert net.send("http://web:80/").ok
    assert net.send("udp://web:53/").ok
    assert not net.send("tcp://web:53/").ok


def test_addresses_are_unique_in_the_range(net):
    """NW-028: 10.96.0.0/12, each once; an explicit one is accepted once and refused then."""
    given = [net.service(f"web-{number}")["spec"]["clusterIP"] for number in range(100)]
    assert len(set(given)) == 100
    assert all(it.startswith("10.") and 96 <= int(it.split(".")[1]) < 112 for it in given)
    assert all(not it.startswith("10.96.0.") for it in given), "the static band is for people"
    net.service("fixed", clusterIP="10.96.0.100")
    with pytest.raises(ApiError) as refused:
        net.service("again", clusterIP="10.96.0.100")
    assert refused.value.message == (
        'Service "again" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.100"]: failed to '
        "allocate IP 10.96.0.100: provided IP is already allocated"
    )


def test_the_app_sees_no_nat(running):
    """NW-029, NW-030: DNAT there, its reverse back; conntrack does it from the second packet on."""
    net = running
    client = net.pod_key()
    own = net.get("Pod", client.name)["status"]["podIP"]
    service_ip = net.get("Service", "web")["spec"]["clusterIP"]
    connection = next(
        it
        for number in range(50)
        if (it := connect(net.world, "http://web/", source=client, number=number))
        and it.route.backend.address != own
    )
    pod = f"{connection.route.backend.address}:8080"
    first, second = packets(net.world, connection)
    assert [(leg.source, leg.destination) for leg in first["there"]] == [
        (f"{own}:40000", f"{service_ip}:80"),
        (f"{own}:40000", pod),
        (f"{own}:40000", pod),
    ]
    assert [(leg.source, leg.destination) for leg in first["back"]] == [
        (pod, f"{own}:40000"),
        (f"{service_ip}:80", f"{own}:40000"),
        (f"{service_ip}:80", f"{own}:40000"),
    ]
    assert first["there"][1].what.startswith("KUBE-SERVICES > KUBE-SVC-")
    assert second["there"][1].what == "conntrack hit: DNAT"


def test_names_need_dns_and_addresses_do_not(running):
    """NW-040: with CoreDNS down the name fails and the cluster IP answers."""
    net = running
    address = net.get("Service", "web")["spec"]["clusterIP"]
    net.cluster.inject("coredns-down")
    failed = net.send("http://web/", net.pod_key())
    assert "connection timed out; no servers could be reached" in failed.cause
    assert net.send(f"http://{address}/", net.pod_key()).ok
    net.cluster.inject("coredns-recover")
    assert net.send("http://web/", net.pod_key()).ok


def test_no_two_pods_share_an_address():
    """NW-041: through churn, each live pod has its own; those of the host's network the node's."""
    net = Net()
    net.workload(replicas=12)
    net.workload("agent", kind="DaemonSet", pod={"hostNetwork": True})
    for _ in range(6):
        net.settle(30)
        live = [pod for pod in net.cluster.list("Pod") if pod.get("status", {}).get("podIP")]
        own = Counter(pod["status"]["podIP"] for pod in live if not pod["spec"].get("hostNetwork"))
        assert max(own.values()) == 1
        for pod in net.pods()[:5]:
            net.world.api.delete(Key("Pod", "default", pod["metadata"]["name"]))
    net.settle(60)
    for pod in net.pods("agent"):
        assert pod["status"]["podIP"] == pod["status"]["hostIP"]


def test_pods_and_nodes_reach_pods_without_nat(running):
    """NW-042, NW-043: across nodes, the address that arrives is the one that was sent from."""
    net = running
    pods = {pod["spec"]["nodeName"]: pod for pod in net.pods()}
    here, there = pods["node-1"], pods["node-2"]
    url = f"http://{there['status']['podIP']}:8080/"
    from_pod = connect(net.world, url, source=Key("Pod", "default", here["metadata"]["name"]))
    assert net.send(url, from_pod.client.source).ok
    assert seen_source(net.world, from_pod) == here["status"]["podIP"]
    from_node = connect(net.world, url, source="node-1")
    assert net.send(url, "node-1").ok
    assert seen_source(net.world, from_node) == NODES[0]


def test_every_pod_reaches_every_pod_across_namespaces():
    """NW-062, NW-066: 4 x 4 over two namespaces: all green in a fresh world."""
    net = Net()
    net.create("Namespace", "team-b", None)
    for namespace in ("default", "team-b"):
        net.workload("web", namespace, replicas=2)
        net.service("web", namespace)
    net.settle()
    pods = [
        net.pod_key("web", namespace, it) for namespace in ("default", "team-b") for it in (0, 1)
    ]
    found = matrix(net.world, pods, 8080)
    assert len(found) == 16 and all(found.values())
    assert net.send("http://web.team-b/", pods[0]).ok
    net.cluster.inject("node-crash", node=net.get("Pod", pods[0].name)["spec"]["nodeName"])
    assert not all(matrix(net.world, pods, 8080).values())


def test_internal_policy_local_stays_on_the_node(net):
    """internalTrafficPolicy Local: clients reach the pods of their own node, or nothing."""
    net.service(internalTrafficPolicy="Local")
    net.workload(replicas=1)
    net.settle()
    home = net.pods()[0]["spec"]["nodeName"]
    for node in ("node-1", "node-2", "node-3"):
        trace = net.send("http://web/", node)
        assert trace.ok == (node == home)
        assert trace.ok or "dropped by kube-proxy" in trace.cause


def test_an_external_ip_is_answered_by_the_rules(net):
    net.service(externalIPs=["198.51.100.20"])
    net.workload()
    net.settle()
    trace = net.send("http://198.51.100.20/", net.pod_key())
    assert trace.ok and trace.hops[0] == "Service web 198.51.100.20:80"


def test_rules_and_routes_survive_a_snapshot(running):
    """What nodes' rules are at, a stopped kube-proxy too, is part of the cluster's value."""
    net = running
    net.cluster.inject("kube-proxy-stop", node="node-1")
    deployment = net.get("Deployment", "web")
    net.world.api.update(set_in(deployment, ("spec", "replicas"), 5))
    net.settle(0.9)
    twin = type(net.cluster).restore(net.cluster.snapshot())
    for cluster in (net.cluster, twin):
        cluster.advance(30)
    for node in ("node-1", "node-2"):
        assert iptables.save(twin.world, node) == iptables.save(net.world, node)
    assert iptables.save(twin.world, "node-1") != iptables.save(twin.world, "node-2")


def test_a_way_worked_out_once_is_the_way_as_it_is(running):
    """Through a pod's end, a node's lag and a stopped kube-proxy, at every tenth of a second."""
    net, target = running, parse_url("http://web.default/")
    changes = [
        lambda: net.world.api.delete(Key("Pod", "default", net.pods()[0]["metadata"]["name"])),
        lambda: kube_proxy.stop(net.world, "node-1"),
        lambda: net.world.api.delete(Key("Pod", "default", net.pods()[0]["metadata"]["name"])),
        lambda: kube_proxy.start(net.world, "node-1"),
        lambda: net.world.api.delete(Key("Service", "default", "web")),
    ]
    seen = set()
    for change in changes:
        change()
        for _ in range(60):
            for source in ("node-1", "node-2", "client"):
                net.cluster.advance(0.033)
                shown = way(net.world, source, target)
                assert shown == fresh_way(net.world, source, target)
                seen.add((source, shown.branches))
    assert len(seen) > 8
