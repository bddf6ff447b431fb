"""An apply of a Deployment to trace, and how to find a step of it."""

from k8slab.engine import Cluster
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
        image: IMAGE
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def applied(image="shop/api:1.0", nodes=3):
    cluster = Cluster(nodes, seed=7, settings={"frozen": True})
    files = {"web.yaml": WEB.replace("IMAGE", image), "svc.yaml": SERVICE}
    shell = Shell(cluster, files=files)
    shell.run("kubectl apply -f svc.yaml")
    cluster.load("client", url="http://web.default/", rps=20)
    cluster.advance(10)
    assert shell.run("kubectl apply -f web.yaml").exit_code == 0
    return cluster, shell


def numbers(steps):
    return {step.number for step in steps}


def one(steps, number):
    return next(step for step in steps if step.number == number)
