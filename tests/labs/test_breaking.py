"""The panel "Break something" has every fault, each does something, and what is broken is known."""

from __future__ import annotations

import pytest

from k8slab.engine import Cluster
from k8slab.engine.faults import FAULTS
from k8slab.labs.breaking import GROUPS, WATCH, broken
from k8slab.shell import Shell

OFFERED = {fault.name: fault for group in GROUPS for fault in group.faults}
MENDS = {
    "node-recover",
    "kubelet-start",
    "pressure-end",
    "registry-recover",
    "cni-install",
    "kube-proxy-start",
    "coredns-recover",
    "dependency-recover",
    "component-start",
}
LASTING = {
    "node-crash": "node-1 is off",
    "node-partition": "node-1 is cut off",
    "kubelet-stop": "The kubelet of node-1 is stopped",
    "memory-pressure": "Something fills the memory of node-1",
    "disk-pressure": "Something fills the disk of node-1",
    "cni-remove": "node-1 has no network plugin",
    "kube-proxy-stop": "The kube-proxy of node-1 is stopped",
    "coredns-down": "The cluster's DNS is down",
    "registry-down": "The registry docker.io is away",
    "dependency-down": "The dependency database is away",
    "component-stop": "kube-controller-manager is stopped",
    "informer-resync": "All objects of Pod are looked at every 30 s",
}
SAMPLES = {"node": "node-1", "pod": "default/lone", "switch": "yes"}


def sample(parameter):
    """What the panel would send of a parameter that is left as it stands, as text."""
    if parameter.form in SAMPLES:
        return SAMPLES[parameter.form]
    return parameter.default or (parameter.choices[0] if parameter.choices else "")


def arguments_of(fault):
    found = {}
    for parameter in fault.parameters:
        said = sample(parameter)
        match parameter.form:
            case "pod":
                found["namespace"], found["pod"] = said.split("/")
            case "watch":
                found["actor"], found["kind"] = said.split("/")
            case "number":
                found[parameter.name] = float(said)
            case "switch":
                found[parameter.name] = said == "yes"
            case _ if said:
                found[parameter.name] = said
    return found


@pytest.fixture
def cluster():
    cluster = Cluster(nodes=2, settings={"frozen": True})
    Shell(cluster).run("kubectl run lone --image=nginx:1.27")
    cluster.advance(30)
    return cluster


def test_all_that_breaks_is_offered_and_the_rest_mends():
    assert set(OFFERED) | MENDS == set(FAULTS) and not set(OFFERED) & MENDS


@pytest.mark.parametrize("name", OFFERED)
def test_a_fault_is_taken_as_it_stands_and_mended(cluster, name):
    assert broken(cluster) == []
    cluster.inject(name, **arguments_of(OFFERED[name]))
    found = broken(cluster)
    if name not in LASTING:
        assert all(it["fault"] == "node-recover" for it in found)
        return
    assert [it["says"] for it in found] == [LASTING[name]]
    cluster.advance(10)
    cluster.inject(found[0]["fault"], **found[0]["arguments"])
    assert broken(cluster) == []


def test_the_watches_that_are_offered_are_watched(cluster):
    actors = {actor.name: actor for actor in cluster.loop.actors.values()}
    for watch in WATCH.choices:
        actor, kind = watch.split("/")
        assert kind in actors[actor].watches, watch
