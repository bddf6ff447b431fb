"""Client libraries, an operator and helm on a lab: what people automate Kubernetes with."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kr8s
import pytest
from kr8s.objects import Deployment
from kubernetes import client, config, watch
from kubernetes.stream import stream

from tests.bounds import PATIENCE_S

from .conftest import Door, Kubectl, kubectl_env

HERE = Path(__file__).parent
pytestmark = pytest.mark.filterwarnings("ignore")

WEB: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
        },
    },
}
CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: shops, singular: shop, kind: Shop}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-preserve-unknown-fields: true
        properties:
          spec: {type: object, properties: {goods: {type: array, items: {type: string}}}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
SHOP = """
apiVersion: example.com/v1
kind: Shop
metadata: {name: corner}
spec: {goods: [bread, milk]}
"""


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What clients leave open is closed here, where its warnings are ignored."""
    yield
    gc.collect()


def eventually(look: Callable[[], Any], wanted: Any) -> None:
    """Look until it is as wanted."""
    end = time.monotonic() + PATIENCE_S
    while (found := look()) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_the_python_client(door: Door) -> None:
    """List, create, watch, patch, exec, log, delete by ``kubernetes``."""
    path = kubectl_env(door)["KUBECONFIG"]
    with config.new_client_from_config(path) as api:
        core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
        assert [it.metadata.name for it in core.list_node().items] == ["node-1", "node-2", "node-3"]
        apps.create_namespaced_deployment("default", WEB)
        ready = set()
        watching = watch.Watch()
        for event in watching.stream(core.list_namespaced_pod, "default", timeout_seconds=30):
            pod = event["object"]
            if any(
                it.type == "Ready" and it.status == "True" for it in pod.status.conditions or ()
            ):
                ready.add(pod.metadata.name)
            if len(ready) == 2:
                watching.stop()
        assert len(ready) == 2
        patched = apps.patch_namespaced_deployment("web", "default", {"spec": {"replicas": 1}})
        assert patched.spec.replicas == 1
        name = min(ready)
        said = stream(
            core.connect_get_namespaced_pod_exec,
            name,
            "default",
            command=["sh", "-c", "echo hi; hostname"],
            stdout=True,
            stderr=True,
            stdin=False,
            tty=False,
        )
        assert said.split() == ["hi", name]
        assert "nginx" in core.read_namespaced_pod_log(name, "default")
        apps.delete_namespaced_deployment("web", "default")
        with pytest.raises(client.ApiException) as gone:
            apps.read_namespaced_deployment("web", "default")
        assert gone.value.status == 404 and json.loads(gone.value.body)["reason"] == "NotFound"


def test_kr8s(door: Door) -> None:
    """Create, wait, scale, list by label, delete by ``kr8s``."""
    api = kr8s.api(kubeconfig=kubectl_env(door)["KUBECONFIG"])
    web = Deployment(WEB, api=api)
    web.create()
    web.wait("condition=Available", timeout=PATIENCE_S)
    web.scale(3)
    eventually(lambda: len(list(api.get("pods", label_selector="app=web"))), 3)
    web.delete()
    eventually(lambda: web.exists(), False)


def test_an_operator_outside(door: Door, kubectl: Kubectl) -> None:
    """A kopf operator sees new Shops, acts, and keeps its own notes on them."""
    kubectl("apply", "-f", "-", stdin=CRD)
    kubectl("wait", "--for=condition=Established", "crd/shops.example.com")
    run = [sys.executable, "-m", "kopf", "run", "-n", "default", str(HERE / "operator_of_shops.py")]
    with (door.folder / "operator.log").open("w") as log:
        env = {**os.environ, **kubectl_env(door)}
        running = subprocess.Popen(run, env=env, stdout=log, stderr=subprocess.STDOUT)

    def of(*path: str) -> Callable[[], str]:
        words = ("get", *path[:2], "-o", f"jsonpath={path[2]}")
        return lambda: kubectl(*words).stdout

    try:
        kubectl("apply", "-f", "-", stdin=SHOP)
        eventually(of("configmap", "corner-goods", "{.data.goods}"), "bread milk")
        eventually(of("shop", "corner", "{.status.stock.goods}"), "2")
        kubectl("apply", "-f", "-", stdin=SHOP.replace("milk", "milk, eggs"))
        eventually(of("configmap", "corner-goods", "{.data.goods}"), "bread milk eggs")
        kubectl("delete", "shop", "corner")
        eventually(of("configmap", "corner-goods", "{.metadata.name}"), "")
        assert running.poll() is None
    finally:
        running.terminate()
        running.wait(20)


def test_helm(door: Door, kubectl: Kubectl) -> None:
    """The real helm: install, upgrade, rollback, uninstall."""
    binary = Path(sys.executable).with_name("helm")

    def helm(*words: str) -> str:
        env = kubectl_env(door)
        done = subprocess.run(
            [binary, *words], env=env, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def greeting() -> str:
        words = ("get", "configmap", "one-greeting", "-o", "jsonpath={.data.greeting}")
        return kubectl(*words).stdout

    chart = str(HERE / "chart")
    assert "STATUS: deployed" in helm("install", "one", chart, "--wait", "--timeout", "60s")
    assert greeting() == "hello"
    helm("upgrade", "one", chart, "--set", "greeting=bye,replicas=3", "--wait", "--timeout", "60s")
    assert greeting() == "bye"
    assert kubectl("get", "deploy", "one-web", "-o", "jsonpath={.status.readyReplicas}").stdout == (
        "3"
    )
    helm("rollback", "one", "1", "--wait", "--timeout", "60s")
    assert greeting() == "hello"
    releases = json.loads(helm("history", "one", "-o", "json"))
    assert [it["status"] for it in releases] == ["superseded", "superseded", "deployed"]
    assert json.loads(helm("list", "-o", "json"))[0]["chart"] == "shop-0.1.0"
    helm("uninstall", "one", "--wait")
    assert kubectl("get", "deploy,svc,cm,secret", "-l", "owner=helm").stdout == ""
    assert kubectl("get", "deploy", "-o", "name").stdout == ""
