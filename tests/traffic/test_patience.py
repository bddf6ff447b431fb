"""A client must not take for granted what was asked for a moment ago."""

from k8slab.engine import Cluster
from k8slab.engine.network import send
from k8slab.shell import Shell

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: shop/api:1.0
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def test_who_calls_at_once_fails_and_who_tries_again_succeeds():
    """EC-007: applied is not running; the same call, repeated, is served in the end."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    assert Shell(cluster, files={"web.yaml": WEB}).run("kubectl apply -f web.yaml").exit_code == 0
    first = send(cluster.world, "http://web.default/")
    assert not first.ok
    tries = 1
    while not send(cluster.world, "http://web.default/", number=tries).ok:
        cluster.advance(1)
        tries += 1
        assert tries < 120
    assert tries > 5
