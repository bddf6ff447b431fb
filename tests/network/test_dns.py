"""What names mean: CoreDNS' records, and the queries of a resolver."""

import pytest

from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.network.dns import ask, resolve, reverse_name

from .conftest import Net


def tried(answer):
    return [(query.name.removesuffix("."), query.rcode) for query in answer.queries]


def test_a_service_has_its_full_name_while_it_exists(net):
    """NW-035, NW-036: from any pod the full name gives the cluster IP, else NXDOMAIN."""
    net.create("Namespace", "my-namespace", None)
    net.create("Namespace", "production", None)
    net.workload("client", replicas=1)
    net.settle(30)
    client = net.pod_key("client")
    for name, namespace in (("my-svc", "my-namespace"), ("postgres", "production")):
        full = f"{name}.{namespace}.svc.cluster.local"
        assert resolve(net.world, client, full).rcode == "NXDOMAIN"
        service = net.service(name, namespace)
        assert resolve(net.world, client, full).addresses == (service["spec"]["clusterIP"],)
        net.world.api.delete(Key("Service", namespace, name))
        assert resolve(net.world, client, full).rcode == "NXDOMAIN"


def test_short_names_hold_in_their_namespace(net):
    """NW-037: `postgres` at home only, `postgres.production` from everywhere."""
    net.create("Namespace", "production", None)
    ip = net.service("postgres", "production")["spec"]["clusterIP"]
    assert resolve(net.world, "production", "postgres").addresses == (ip,)
    assert resolve(net.world, "default", "postgres").rcode == "NXDOMAIN"
    assert resolve(net.world, "default", "postgres.production").addresses == (ip,)


def test_the_search_path_is_tried_in_order(net):
    """NW-038: with ndots:5, `api.example.com` costs three vain queries before the right one."""
    answer = resolve(net.world, "default", "api.example.com")
    assert tried(answer) == [
        ("api.example.com.default.svc.cluster.local", "NXDOMAIN"),
        ("api.example.com.svc.cluster.local", "NXDOMAIN"),
        ("api.example.com.cluster.local", "NXDOMAIN"),
        ("api.example.com", "NOERROR"),
    ]
    assert len(resolve(net.world, "default", "api.example.com.").queries) == 1
    net.create(
        "Pod",
        "few-dots",
        spec={
            "containers": [{"name": "c", "image": "nginx:1.27"}],
            "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]},
        },
    )
    few = resolve(net.world, Key("Pod", "default", "few-dots"), "api.example.com")
    assert tried(few) == [("api.example.com", "NOERROR")]
    net.create("Pod", "plain", spec={"containers": [{"name": "c", "image": "nginx:1.27"}]})
    plain = resolve(net.world, Key("Pod", "default", "plain"), "api.example.com")
    assert tried(plain) == tried(answer)


def test_a_pod_that_asks_the_nodes_server_knows_no_service(net):
    net.service()
    spec = {"dnsPolicy": "Default", "containers": [{"name": "c", "image": "nginx:1.27"}]}
    net.create("Pod", "outsider", spec=spec)
    full = "web.default.svc.cluster.local"
    assert resolve(net.world, Key("Pod", "default", "outsider"), full).rcode == "NXDOMAIN"


def test_the_address_is_in_a_pods_name(net):
    """NW-039: 10-244-1-5.default.pod.cluster.local; the namespace must exist, the pod need not."""
    name = "10-244-1-5.default.pod.cluster.local"
    assert resolve(net.world, "default", name).addresses == ("10.244.1.5",)
    assert resolve(net.world, "default", name.replace("default", "nowhere")).rcode == "NXDOMAIN"
    assert resolve(net.world, "default", "app.default.pod.cluster.local").rcode == "NXDOMAIN"


def test_a_headless_service_names_its_ready_pods(net):
    """NW-013: one address a ready pod and no cluster IP; the count follows the scale."""
    net.service(clusterIP="None")
    net.workload(replicas=2)
    net.settle()
    found = resolve(net.world, "default", "web")
    assert sorted(found.addresses) == net.addresses()
    assert len(found.addresses) == 2
    deployment = net.get("Deployment", "web")
    net.world.api.update({**deployment, "spec": {**deployment["spec"], "replicas": 4}})
    net.settle()
    assert sorted(resolve(net.world, "default", "web").addresses) == net.addresses()
    assert len(net.addresses()) == 4
    dashed = net.addresses()[0].replace(".", "-")
    one = resolve(net.world, "default", f"{dashed}.web.default.svc.cluster.local")
    assert one.addresses == (net.addresses()[0],)


def test_a_pod_that_is_not_ready_is_in_no_answer(net):
    """NW-013: unless the Service publishes it all the same."""
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 2}
    container = {"name": "app", "image": "shop/api:1.0", "readinessProbe": probe}
    net.service(clusterIP="None")
    net.workload(pod={"containers": [container]}, replicas=2)
    net.settle()
    victim = net.pods()[0]
    assert len(resolve(net.world, "default", "web").addresses) == 2
    net.cluster.inject("container-hang", pod=victim["metadata"]["name"])
    net.settle()
    assert resolve(net.world, "default", "web").addresses == (net.pods()[1]["status"]["podIP"],)
    service = net.get("Service", "web")
    net.world.api.update(set_in(service, ("spec", "publishNotReadyAddresses"), True))
    net.settle(1)
    assert sorted(resolve(net.world, "default", "web").addresses) == net.addresses()


@pytest.fixture
def stateful():
    net = Net()
    net.service("app", clusterIP="None", port=6379, target=6379)
    net.workload("app", kind="StatefulSet", serviceName="app", image="redis:7")
    return net.settle(90)


def test_a_peer_keeps_its_name(stateful):
    """WL-016, WL-017, WL-035: app-0.app is the new address after a restart; peers are found."""
    names = [f"app-{ordinal}" for ordinal in range(3)]
    for turn, name in enumerate(("app-0", "app-1", "app-2")):
        old = stateful.get("Pod", name)
        stateful.world.api.delete(Key("Pod", "default", name))
        stateful.settle(90)
        assert stateful.get("Pod", name)["metadata"]["uid"] != old["metadata"]["uid"], turn
        asker = Key("Pod", "default", "app-1")
        for each in names:
            address = stateful.get("Pod", each)["status"]["podIP"]
            for form in (f"{each}.app", f"{each}.app.default.svc.cluster.local"):
                assert resolve(stateful.world, asker, form).addresses == (address,)


def test_a_hostname_needs_the_service_it_says(stateful):
    """WL-016: the pod's name alone, or beneath another Service, is no DNS name."""
    assert resolve(stateful.world, "default", "app-0").rcode == "NXDOMAIN"
    stateful.service("other", clusterIP="None", selector={"app": "app"})
    stateful.settle(5)
    assert resolve(stateful.world, "default", "other").rcode == "NOERROR"
    assert resolve(stateful.world, "default", "app-0.other").rcode == "NXDOMAIN"


def test_an_external_name_is_an_alias(net):
    """NW-012: the CNAME and what is behind it; no endpoints."""
    net.service("db", type="ExternalName", externalName="db.example.com", ports=None, selector=None)
    answer = resolve(net.world, "default", "db")
    assert next((each.type, each.value) for each in answer.records) == ("CNAME", "db.example.com.")
    assert answer.canonical == "db.example.com"
    assert answer.addresses == resolve(net.world, "default", "db.example.com").addresses
    assert not [it for it in net.cluster.list("EndpointSlice") if "db" in it["metadata"]["name"]]


def test_named_ports_have_srv_records(net):
    ports = [{"name": "dns", "port": 53, "protocol": "UDP"}]
    net.service("dns", ports=ports)
    full = "_dns._udp.dns.default.svc.cluster.local"
    srv = resolve(net.world, "default", full, "SRV").records
    assert [each.value for each in srv] == ["0 100 53 dns.default.svc.cluster.local."]
    tcp = full.replace("_udp", "_tcp")
    assert resolve(net.world, "default", tcp, "SRV").rcode == "NXDOMAIN"


def test_coredns_is_pods_that_can_fail():
    """NW-035, NW-040: with the setting, kube-dns leads to two pods; with none, no answer."""
    net = Net(coredns=True)
    net.service()
    net.settle(60)
    kube_dns = net.get("Service", "kube-dns", "kube-system")
    assert kube_dns["spec"]["clusterIP"] == "10.96.0.10"
    deployment = net.get("Deployment", "coredns", "kube-system")
    assert deployment["status"]["readyReplicas"] == 2
    found = resolve(net.world, "default", "web")
    assert (found.server, found.rcode) == ("10.96.0.10", "NOERROR")
    net.world.api.update(set_in(deployment, ("spec", "replicas"), 0))
    net.settle(30)
    assert resolve(net.world, "default", "web").rcode == "TIMEOUT"
    deployment = net.get("Deployment", "coredns", "kube-system")
    net.world.api.update(set_in(deployment, ("spec", "replicas"), 1))
    net.settle(30)
    assert resolve(net.world, "default", "web").addresses == found.addresses


def test_an_address_has_the_name_of_its_service(stateful):
    def names(address):
        found = ask(stateful.world, "10.96.0.10", reverse_name(address), "PTR")
        return [record.value for record in found.records]

    assert names("10.96.0.1") == ["kubernetes.default.svc.cluster.local."]
    address = stateful.get("Pod", "app-1")["status"]["podIP"]
    assert names(address) == ["app-1.app.default.svc.cluster.local."]
    assert names("10.96.77.77") == []
