"""Stakater Reloader: a changed ConfigMap or Secret rolls what uses it."""

import hashlib

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations: {reloader.stakater.com/auto: "true"}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      volumes: [{name: keys, secret: {secretName: shop-keys}}]
      containers:
      - name: proxy
        image: nginx:1.27
      - name: shop
        image: busybox:1.36
        command: [sleep, "36000"]
        env: [{name: THEME, valueFrom: {configMapKeyRef: {name: settings, key: THEME}}}]
        volumeMounts: [{name: keys, mountPath: /keys}]
"""
RELOADER = "kubectl create deployment reloader --image=stakater/reloader:v1.4.0"
DARK = """kubectl patch configmap settings -p '{"data":{"THEME":"dark"}}'"""


@pytest.fixture
def shell():
    shell = Shell(Cluster(nodes=2, settings={"frozen": True}), files={"shop.yaml": SHOP})
    shell.run("kubectl create configmap settings --from-literal=THEME=light")
    shell.run("kubectl create secret generic shop-keys --from-literal=api=one")
    return shell


def played(shell, *lines):
    for line in lines:
        result = shell.run(line)
        assert result.exit_code == 0, result.stderr
        shell.cluster.advance(60)


def variables(shell, name="shop"):
    """container -> {variable: value} of the template's plain variables."""
    containers = shell.cluster.get("Deployment", "default", name)["spec"]["template"]["spec"]
    return {
        it["name"]: {each["name"]: each["value"] for each in it.get("env", []) if "value" in each}
        for it in containers["containers"]
    }


def generation(shell):
    return shell.cluster.get("Deployment", "default", "shop")["metadata"]["generation"]


def test_an_edit_rolls_what_uses_the_map(shell):
    """CS-011: by the variable that it writes into the container which reads the map."""
    played(shell, RELOADER, "kubectl apply -f shop.yaml")
    assert variables(shell) == {"proxy": {}, "shop": {}}
    before = {it["metadata"]["name"] for it in shell.cluster.list("Pod", "default")}
    played(shell, DARK)
    sha = hashlib.sha1(b"THEME=dark").hexdigest()
    assert variables(shell) == {"proxy": {}, "shop": {"STAKATER_SETTINGS_CONFIGMAP": sha}}
    after = shell.cluster.list("Pod", "default")
    shop = [it["metadata"]["name"] for it in after if it["metadata"]["labels"]["app"] == "shop"]
    assert len(shop) == 2 and not before & set(shop)
    assert (
        "Changes detected in 'settings' of type 'CONFIGMAP'"
        in shell.run("kubectl events --for deployment/shop").stdout
    )


def test_a_secret_in_a_volume_rolls_too(shell):
    played(shell, RELOADER, "kubectl apply -f shop.yaml")
    played(shell, """kubectl patch secret shop-keys -p '{"stringData":{"api":"two"}}'""")
    sha = hashlib.sha1(b"api=two").hexdigest()
    assert variables(shell)["shop"] == {"STAKATER_SHOP_KEYS_SECRET": sha}


def test_each_edit_rolls_once(shell):
    played(shell, RELOADER, "kubectl apply -f shop.yaml", DARK)
    rolled = generation(shell)
    shell.cluster.advance(3600)
    assert generation(shell) == rolled == 2
    played(shell, DARK.replace("dark", "sepia"))
    assert generation(shell) == 3
    played(shell, "kubectl annotate configmap settings owner=web")
    assert generation(shell) == 3


@pytest.mark.parametrize("annotation", ["false", None])
def test_without_the_annotation_nothing_rolls(shell, annotation):
    played(shell, RELOADER, "kubectl apply -f shop.yaml")
    change = f"={annotation} --overwrite" if annotation else "-"
    played(shell, f"kubectl annotate deployment shop reloader.stakater.com/auto{change}", DARK)
    assert generation(shell) == 1


def test_without_reloader_nothing_rolls_and_nothing_is_made_up_for(shell):
    """CS-011: what changed while it was away is not its business, as with the real one."""
    played(shell, "kubectl apply -f shop.yaml", DARK, RELOADER)
    assert generation(shell) == 1
    played(shell, "kubectl delete deployment reloader", DARK.replace("dark", "sepia"), RELOADER)
    assert generation(shell) == 1
    played(shell, DARK)
    assert generation(shell) == 2


def test_a_cluster_without_it_is_not_woken(shell):
    played(shell, "kubectl apply -f shop.yaml")
    played(shell, DARK, "kubectl rollout restart deployment shop")
    assert shell.cluster.loop.syncs["reloader"] == 0
