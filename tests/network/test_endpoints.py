"""Endpoints, EndpointSlices, and slices that mirror Endpoints."""

from k8slab.engine.base.objects import Key, set_in

from .conftest import Net

MANAGED = "endpointslice.kubernetes.io/managed-by"


def slices(net, service="web"):
    return net.world.store.by("EndpointSlice", "service", f"default/{service}")


def ready(net, service="web"):
    return sorted(
        endpoint["addresses"][0]
        for slice_ in slices(net, service)
        for endpoint in slice_.get("endpoints") or ()
        if endpoint["conditions"]["ready"]
    )


def listed(net, field="addresses", name="web"):
    subsets = net.get("Endpoints", name).get("subsets", [])
    return [address["ip"] for subset in subsets for address in subset.get(field) or ()]


def test_endpoints_list_the_ready_pods(net):
    """NW-004, KX-009: the addresses of all selected pods with their ports; ready ones count."""
    net.service()
    net.workload()
    net.settle()
    assert listed(net) == net.addresses() == ready(net)
    endpoints = net.get("Endpoints", "web")
    assert endpoints["subsets"][0]["ports"] == [{"port": 8080, "protocol": "TCP"}]
    assert endpoints["metadata"]["labels"] == {
        "endpoints.kubernetes.io/managed-by": "endpoint-controller"
    }
    first = endpoints["subsets"][0]["addresses"][0]
    assert first["targetRef"]["name"] in {pod["metadata"]["name"] for pod in net.pods()}
    net.world.api.delete(Key("Service", "default", "web"))
    net.settle(1)
    assert net.get("Endpoints", "web") is None


def test_a_pod_that_is_not_ready_is_listed_apart(net):
    """NW-004, KX-010: notReadyAddresses in Endpoints, ready, serving false in the slice."""
    probe = {"httpGet": {"path": "/", "port": 9999}}
    container = {"name": "app", "image": "shop/api:1.0", "readinessProbe": probe}
    net.service()
    net.workload(pod={"containers": [container]}, replicas=1)
    net.settle(20)
    assert (listed(net), listed(net, "notReadyAddresses")) == ([], net.addresses())
    [slice_] = slices(net)
    [endpoint] = slice_["endpoints"]
    assert endpoint["conditions"] == {"ready": False, "serving": False, "terminating": False}
    service = net.get("Service", "web")
    net.world.api.update(set_in(service, ("spec", "publishNotReadyAddresses"), True))
    net.settle(1)
    assert (listed(net), ready(net)) == (net.addresses(), net.addresses())


def test_a_pod_that_ends_serves_on(net):
    """KX-010: while it drains it it serves and is not ready; Endpoints have it no more."""
    net.service()
    net.workload(
        replicas=1,
        pod={
            "containers": [
                {
                    "name": "app",
                    "image": "shop/api:1.0",
                    "lifecycle": {"preStop": {"sleep": {"seconds": 10}}},
                }
            ]
        },
    )
    net.settle()
    [pod] = net.pods()
    net.world.api.delete(Key("Pod", "default", pod["metadata"]["name"]))
    net.cluster.advance(0.2)
    conditions = {
        each["targetRef"]["name"]: each["conditions"] for each in slices(net)[0]["endpoints"]
    }
    assert conditions[pod["metadata"]["name"]] == {
        "ready": False,
        "serving": True,
        "terminating": True,
    }
    assert pod["status"]["podIP"] not in listed(net)


def test_relabelling_moves_a_pod_at_once(net):
    """NW-003: out of the selector is out of the endpoints, and back."""
    net.service()
    net.workload(kind="StatefulSet", serviceName="web", replicas=2)
    net.settle()
    all_of_them = net.addresses()
    pod = net.get("Pod", "web-0")
    ip = pod["status"]["podIP"]
    net.world.api.update(set_in(pod, ("metadata", "labels", "app"), "aside"))
    net.cluster.advance(0.1)
    assert ready(net) == [each for each in all_of_them if each != ip]
    pod = net.get("Pod", "web-0")
    net.world.api.update(set_in(pod, ("metadata", "labels", "app"), "web"))
    net.cluster.advance(0.1)
    assert ip in ready(net)


def test_slices_hold_a_hundred_endpoints():
    net = Net(nodes=3, kubelet="fake")
    net.service()
    net.workload(replicas=230)
    net.settle(120)
    assert sorted(len(each["endpoints"]) for each in slices(net)) == [30, 100, 100]
    assert len(ready(net)) == 230


def test_endpoints_that_people_write_are_mirrored(net):
    """A Service without a selector leads where its Endpoints say, by a mirrored slice."""
    net.service("db", selector=None, port=5432, target=5432)
    net.workload("real", replicas=1)
    net.settle()
    [address] = net.addresses("real")
    subset = {"addresses": [{"ip": address}], "ports": [{"port": 8080}]}
    net.create("Endpoints", "db", subsets=[subset])
    net.settle(2)
    [slice_] = slices(net, "db")
    assert slice_["metadata"]["labels"][MANAGED] == "endpointslicemirroring-controller.k8s.io"
    assert slice_["endpoints"] == [{"addresses": [address], "conditions": {"ready": True}}]
    assert net.send("http://db:5432/").ok
    net.world.api.delete(Key("Endpoints", "default", "db"))
    net.settle(2)
    assert slices(net, "db") == []


def test_traffic_can_prefer_its_own_zone():
    """trafficDistribution: slices hint at zones, and each node's rules keep to its own."""
    net = Net(cloud="sim")
    net.service(trafficDistribution="PreferSameZone")
    net.workload(kind="DaemonSet")
    net.settle()
    assert all(
        endpoint["hints"] == {"forZones": [{"name": endpoint["zone"]}]}
        for endpoint in slices(net)[0]["endpoints"]
    )
    for node in ("node-1", "node-2", "node-3"):
        assert {net.send("http://web/", node, number).node for number in range(10)} == {node}
    [pod] = [pod for pod in net.pods() if pod["spec"]["nodeName"] == "node-1"]
    net.world.api.update(set_in(net.get("Node", "node-1", ""), ("spec", "unschedulable"), True))
    net.cluster.inject("container-kill", pod=pod["metadata"]["name"])
    net.cluster.inject("node-crash", node="node-1")
    net.settle(90)
    assert {net.send("http://web/", "node-1", number).ok for number in range(10)} == {True}
