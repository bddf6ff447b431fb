"""Endpoints, EndpointSlices, and slices that mirror Endpoints."""

import pytest

from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.controllers.endpointslice import placed_in

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
    sizes = [len(each["endpoints"]) for each in slices(net)]
    assert len(sizes) >= 3 and max(sizes) <= 100
    assert len(ready(net)) == 230


def slice_of(*names, size=0):
    names = [*names, *(f"filler-{number}" for number in range(size))]
    return {"endpoints": [endpoint(name) for name in names]}


def endpoint(name, **more):
    return {"targetRef": {"uid": name}, **more}


FILLS = {
    "nothing changes": ([slice_of("a")], ["a"], [["a"]]),
    "one more goes where there is room": ([slice_of("a")], ["a", "b"], [["a", "b"]]),
    "of two slices the fuller one": (
        [slice_of("a"), slice_of("b", "c")],
        ["a", "b", "c", "d"],
        [["a"], ["b", "c", "d"]],
    ),
    "the slice that changes in any case": (
        [slice_of("a", "x"), slice_of("b", "c", "e")],
        ["a", "b", "c", "e", "d"],
        [["a", "d"], ["b", "c", "e"]],
    ),
    "a slice of which nobody is left is used for those that come": (
        [slice_of("x"), slice_of("y")],
        ["a"],
        [["a"], []],
    ),
}


@pytest.mark.parametrize(("found", "wanted", "placed"), FILLS.values(), ids=FILLS)
def test_who_is_there_stays_and_who_comes_fills_up(found, wanted, placed):
    """reconcileByPortMapping: as few slices as may be are written."""
    group = {name: endpoint(name) for name in wanted}
    after = [
        [each["targetRef"]["uid"] for each in endpoints] for endpoints, _ in placed_in(group, found)
    ]
    assert after == placed


def test_those_that_fit_no_slice_together_get_a_new_one():
    full = slice_of(size=99)
    group = {f"filler-{number}": endpoint(f"filler-{number}") for number in range(99)}
    one = placed_in({**group, "a": endpoint("a")}, [full])
    assert [len(endpoints) for endpoints, _ in one] == [100]
    two = placed_in({**group, "a": endpoint("a"), "b": endpoint("b")}, [full])
    assert [(len(endpoints), it is None) for endpoints, it in two] == [(99, False), (2, True)]


def test_endpoints_are_cut_at_a_thousand():
    """The object says so, and no more once it is whole again; ready addresses come first."""
    net = Net(nodes=12, kubelet="fake", pods_max=2000)
    net.service()
    net.workload(replicas=1010)
    net.settle(300)
    note = "endpoints.kubernetes.io/over-capacity"
    assert len(listed(net)) == 1000
    assert net.get("Endpoints", "web")["metadata"]["annotations"][note] == "truncated"
    deployment = net.get("Deployment", "web")
    net.world.api.update(set_in(deployment, ("spec", "replicas"), 990))
    net.settle(120)
    assert len(listed(net)) == 990
    assert note not in net.get("Endpoints", "web")["metadata"]["annotations"]


def test_endpoints_that_people_write_are_mirrored(net):
    """A Service without a selector leads where its Endpoints say, by a mirrored slice."""
    net.service("db", selector=None, port=5432, target=5432)
    net.workload("real", replicas=1)
    net.settle()
    [address] = net.addresses("real")
    subset = {"addresses": [{"ip": address}], "ports": [{"port": 8080}]}
    mine = {"annotations": {"owner": "me"}}
    net.create("Endpoints", "db", subsets=[subset], metadata=mine)
    net.settle(2)
    [slice_] = slices(net, "db")
    assert slice_["metadata"]["annotations"] == {"owner": "me"}
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
