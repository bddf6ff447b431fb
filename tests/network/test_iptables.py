"""The rules that kube-proxy programs, and that requests follow them."""

from collections import Counter

import pytest

from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.base.pods import pod_is_ready
from k8slab.engine.network import ask, connect, iptables, send
from k8slab.engine.network.cost import cost
from k8slab.engine.network.netfilter import Packet, ways

from .conftest import Net

WEB = Key("Service", "default", "web")


def lines(net, node="node-1", service=WEB):
    return [iptables.line(rule) for rule in iptables.of_service(net.world, node, service)]


def endpoint_chains(net, node):
    found = iptables.of_service(net.world, node, WEB)
    return {rule.chain for rule in found if rule.chain.startswith("KUBE-SEP-")}


def test_the_chains_have_their_real_names(web):
    """NW-027: PREROUTING, KUBE-SERVICES, KUBE-SVC, three KUBE-SEP with 1/3, 1/2, always; DNAT."""
    text = iptables.save(web.world, "node-1")
    assert "KUBE-SVC-NPX46M4PTMTKRN6Y" in text, "default/kubernetes:https, as in every cluster"
    assert (
        '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES' in text
    )
    assert '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES' in text
    address = web.get("Service", "web")["spec"]["clusterIP"]
    chain = "KUBE-SVC-LOLE4ISW44XBNF3G"
    comment = '-m comment --comment "default/web cluster IP" -m tcp --dport 80'
    assert f"-A KUBE-SERVICES -d {address}/32 -p tcp {comment} -j {chain}\n" in text
    spread = [line for line in text.splitlines() if f"{chain} -m comment" in line]
    assert ["0.33333333349" in spread[0], "0.50000000000" in spread[1]] == [True, True]
    assert "statistic" not in spread[2] and len(spread) == 3
    for ip, line in zip(web.addresses(), spread, strict=True):
        sep = line.split("-j ")[1]
        dnat = f'-A {sep} -p tcp -m comment --comment "default/web" -m tcp -j DNAT'
        assert f"{dnat} --to-destination {ip}:8080\n" in text


def test_the_rules_give_each_endpoint_the_same_share(web):
    """NW-025: the backend is picked at random; the rules' probabilities say how."""
    address = web.get("Service", "web")["spec"]["clusterIP"]
    found = ways(iptables.rules(web.world, "node-2"), Packet("10.244.2.9", address, 80))
    assert [each.share for each in found] == pytest.approx([1 / 3] * 3)
    assert [each.to for each in found] == [f"{ip}:8080" for ip in web.addresses()]
    picks = Counter(web.send("http://web/", number=number).pod for number in range(600))
    assert len(picks) == 3 and all(150 < count < 250 for count in picks.values())


def test_connections_are_spread_and_requests_are_pinned(web):
    """NW-018: near even over many connections; a connection that is kept stays with its pod."""
    opened = [connect(web.world, "http://web/", source="node-1", number=it) for it in range(300)]
    picks = Counter(ask(web.world, each).pod for each in opened)
    assert all(75 < count < 125 for count in picks.values())
    kept = opened[0]
    assert {ask(web.world, kept, f"/{number}").pod for number in range(50)} == {
        kept.route.backend.pod
    }


def test_an_unready_pod_leaves_every_nodes_rules(net):
    """NW-005, NW-023: one Ready flip changes the slice at once and then each node's rules."""
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 2}
    container = {"name": "app", "image": "shop/api:1.0", "readinessProbe": probe}
    net.service()
    net.workload(pod={"containers": [container]})
    net.settle()
    victim = net.pods()[0]["metadata"]["name"]
    address = net.get("Pod", victim)["status"]["podIP"]
    nodes = ("node-1", "node-2", "node-3")
    assert all(address in str(lines(net, node)) for node in nodes)
    net.cluster.inject("container-hang", pod=victim)

    def is_unready(cluster):
        return not pod_is_ready(cluster.get("Pod", "default", victim))

    assert net.cluster.advance_until(is_unready, timeout_s=30)
    net.cluster.advance(0.1)
    [slice_] = net.world.store.by("EndpointSlice", "service", "default/web")
    ready = {it["addresses"][0]: it["conditions"]["ready"] for it in slice_["endpoints"]}
    assert ready[address] is False and slice_["ports"][0]["port"] == 8080
    net.settle(2)
    assert not any(address in str(lines(net, node)) for node in nodes)


def test_scaling_adds_and_removes_one_chain_a_node(net):
    """NW-022, NW-031: 3 to 4 is one KUBE-SEP chain more on each node; back takes it away."""
    net.service()
    net.workload()
    net.settle()
    before = {node: iptables.of_service(net.world, node, WEB) for node in ("node-1", "node-2")}
    chains = {node: endpoint_chains(net, node) for node in before}

    def scale(count):
        deployment = net.get("Deployment", "web")
        net.world.api.update(set_in(deployment, ("spec", "replicas"), count))
        net.settle()

    scale(4)
    for node, old in before.items():
        [new] = endpoint_chains(net, node) - chains[node]
        diff = iptables.changed(old, iptables.of_service(net.world, node, WEB))
        assert sum(line.startswith(f"+ -A {new}") for line in diff) == 2
        assert any("0.25000000000" in line for line in diff)
    scale(3)
    assert all(len(endpoint_chains(net, node)) == 3 for node in before)


def test_a_stopped_kube_proxy_leaves_stale_rules(net):
    """NW-022, NW-024: what is there goes on; a new pod is never reached, an old one in vain."""
    net.service()
    net.workload()
    net.settle()
    net.cluster.inject("kube-proxy-stop", node="node-1")
    stale = lines(net, "node-1")
    assert all(net.send("http://web/", number=number).ok for number in range(20))
    for pod in net.pods():
        net.world.api.delete(Key("Pod", "default", pod["metadata"]["name"]))
    net.settle()
    assert lines(net, "node-1") == stale
    assert lines(net, "node-2") != stale
    failed = [net.send("http://web/", number=number) for number in range(10)]
    assert not any(each.ok for each in failed)
    assert "no route to host" in failed[0].cause
    assert all(net.send("http://web/", "node-2", number).ok for number in range(10))
    net.cluster.inject("kube-proxy-start", node="node-1")
    net.settle(2)
    assert lines(net, "node-1") == lines(net, "node-2")
    assert net.send("http://web/").ok


def test_a_kept_connection_outlives_the_rules(net):
    """NW-024, NW-030: conntrack holds a connection to its pod after it has left the rules."""
    net.service()
    net.workload()
    net.settle()
    kept = connect(net.world, "http://web/", source="node-1")
    net.world.api.update(set_in(net.get("Service", "web"), ("spec", "selector"), {"app": "none"}))
    net.settle(5)
    refused = net.send("http://web/")
    assert refused.cause == "no endpoints: connection refused by kube-proxy REJECT"
    assert ask(net.world, kept).ok


def test_no_endpoints_is_a_reject_rule(net):
    net.service()
    net.settle(5)
    [line] = lines(net)
    assert '--comment "default/web has no endpoints"' in line
    assert line.endswith("-j REJECT --reject-with icmp-port-unreachable")


@pytest.mark.parametrize(("services", "endpoints"), [(1, 3), (12, 2), (10, 0)])
def test_the_cost_model_counts_as_the_rules_are(services, endpoints):
    """NW-026, NW-032: rules grow with the Services, and so do the steps of a lookup."""
    net = Net(nodes=2)
    for number in range(services):
        net.service(f"web-{number}", selector={"app": "web"})
    if endpoints:
        net.workload(replicas=endpoints)
    net.settle()
    found = iptables.rules(net.world, "node-1")
    of_kubernetes = 2 + 3
    expected = cost(services, endpoints)
    assert len(found) == expected.rules + of_kubernetes
    last = [rule for rule in found if rule.chain == "KUBE-SERVICES" and rule.destination][-1]
    verdicts = ways(found, Packet("10.244.1.99", last.destination, 80))
    if endpoints:
        assert max(each.examined for each in verdicts) == expected.lookups + 1


def test_thousands_of_services_are_slow_in_iptables_alone():
    """NW-026, NW-032: linear in iptables, flat lookups by hash."""
    few, many = cost(10), cost(5000)
    assert many.rules - cost(0).rules == 500 * (few.rules - cost(0).rules)
    assert many.lookups > 5000 and many.full_sync_ms > 100 * few.full_sync_ms
    for mode in ("ipvs", "nftables"):
        assert cost(10, mode=mode).lookups == cost(5000, mode=mode).lookups
    with pytest.raises(ValueError, match="unknown mode 'magic'"):
        cost(1, mode="magic")


def test_affinity_keeps_a_client_at_its_pod():
    net = Net()
    net.service(sessionAffinity="ClientIP")
    net.workload(replicas=4)
    net.workload("client", replicas=6)
    net.settle()
    said = lines(net)
    assert (
        sum("-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-" in it for it in said) == 4
    )
    assert sum("-m recent --set --name KUBE-SEP-" in it for it in said) == 4
    met = []
    for index in range(6):
        client = net.pod_key("client", index=index)
        [pod] = {send(net.world, "http://web/", source=client, number=it).pod for it in range(20)}
        met.append(pod)
    assert len(set(met)) > 1
    gone, before = met[0], {pod["metadata"]["name"] for pod in net.pods()}
    net.world.api.delete(Key("Pod", "default", gone))
    net.settle()
    after = [
        send(net.world, "http://web/", source=net.pod_key("client", index=it)).pod
        for it in range(6)
    ]
    kept = [new == old or new not in before for new, old in zip(after, met, strict=True)]
    assert gone not in after and sum(kept) >= 6 - met.count(gone)
