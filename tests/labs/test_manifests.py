"""Export: what stands in a cluster, as manifests that build it again."""

from __future__ import annotations

import pytest

from k8slab.course.lessons import all_lessons, all_presets
from k8slab.engine import Cluster
from k8slab.kubectl.yaml_reader import read_documents
from k8slab.labs.manifests import NOTHING, clean, manifests
from k8slab.shell import Shell

SETUPS = {it.slug: it.setup for it in (*all_presets(), *all_lessons()) if it.setup.nodes < 20}


def built_again(text, **genesis):
    shell = Shell(Cluster(**genesis), files={"all.yaml": text})
    return shell, shell.run("kubectl apply -f all.yaml")


@pytest.mark.parametrize("slug", SETUPS)
def test_an_export_applies_to_a_new_cluster_and_exports_the_same(slug):
    setup = SETUPS[slug]
    cluster, _ = setup.build()
    text = manifests(cluster)
    shell, said = built_again(text, **setup.genesis())
    if text != NOTHING:
        assert said.exit_code == 0, said.stderr
    shell.cluster.advance(setup.settle_s)
    assert manifests(shell.cluster) == text


LINES = """\
kubectl create namespace shop
kubectl create serviceaccount bot -n shop
kubectl create role reader --verb=get --resource=pods -n shop
kubectl create rolebinding bot --role=reader --serviceaccount=shop:bot -n shop
kubectl create configmap settings --from-literal=a=1 -n shop
kubectl create secret generic key --from-literal=b=2 -n shop
kubectl run lone --image=nginx:1.27 -n shop
kubectl create deployment web --image=nginx:1.27 --replicas=2 -n shop
kubectl expose deployment web --port=80 -n shop
kubectl create job once --image=busybox:1.36 -n shop -- true
kubectl create cronjob often --image=busybox:1.36 --schedule='* * * * *' -n shop -- true
kubectl create poddisruptionbudget web --selector=app=web --min-available=1 -n shop
kubectl set image deployment/web nginx=nginx:1.28 -n shop
kubectl delete configmap settings -n shop
"""


@pytest.fixture
def shop():
    shell = Shell(Cluster(settings={"frozen": True}))
    for line in LINES.splitlines():
        assert shell.run(line).exit_code == 0, line
        shell.cluster.advance(1)
    shell.cluster.advance(90)
    return shell.cluster


def test_it_has_what_people_made_and_nothing_that_controllers_did(shop):
    documents = [it.value for it in read_documents(manifests(shop))]
    assert [(it["kind"], it["metadata"]["name"]) for it in documents] == [
        ("Namespace", "shop"),
        ("ServiceAccount", "bot"),
        ("ServiceAccount", "default"),  # without which no pod can be made at once
        ("Role", "reader"),
        ("RoleBinding", "bot"),
        ("Secret", "key"),
        ("Service", "web"),
        ("CronJob", "often"),
        ("Deployment", "web"),
        ("Job", "once"),
        ("Pod", "lone"),
        ("PodDisruptionBudget", "web"),
    ]


def test_it_leaves_out_what_the_server_fills_in(shop):
    text = manifests(shop)
    for word in ("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation:",
                 "clusterIP", "nodeName", "status", "last-applied", "kube-api-access",
                 "deployment.kubernetes.io"):  # fmt: skip
        assert word not in text, word


def test_it_has_the_state_of_now(shop):
    again, said = built_again(manifests(shop))
    assert said.exit_code == 0, said.stderr
    assert again.run("kubectl get deployment web -n shop -o wide").stdout.count("nginx:1.28") == 1


def test_a_headless_service_and_the_learners_own_labels_stay():
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "q", "labels": {"team": "a"}, "uid": "u"},
        "spec": {"clusterIP": "None", "clusterIPs": ["None"]},
    }
    kept = clean(service)
    assert kept["metadata"] == {"name": "q", "labels": {"team": "a"}}
    assert kept["spec"] == service["spec"]


def test_an_empty_cluster_says_so():
    assert manifests(Cluster()) == NOTHING
