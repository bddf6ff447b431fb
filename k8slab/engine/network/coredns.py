"""CoreDNS as kubeadm installs it: what is stored of it when a cluster starts (setting ``coredns``).

A Service kube-dns at 10.96.0.10 before a Deployment of two; ``dns`` has what they answer.
"""

from __future__ import annotations

from ..base.objects import Obj, Objs

ADDRESS = "10.96.0.10"
IMAGE = "registry.k8s.io/coredns/coredns:v1.13.1"
LABELS = {"k8s-app": "kube-dns"}
COREFILE = """.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""


def objects() -> Objs:
    """The manifests, in the order in which they are created."""
    account = _object("v1", "ServiceAccount", "coredns")
    config = {**_object("v1", "ConfigMap", "coredns"), "data": {"Corefile": COREFILE}}
    return [account, config, _service(), _deployment()]


def _object(api_version: str, kind: str, name: str, labels: dict[str, str] | None = None) -> Obj:
    metadata: Obj = {"name": name, "namespace": "kube-system"}
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _service() -> Obj:
    labels = {"kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    spec = {
        "clusterIP": ADDRESS,
        "selector": LABELS,
        "ports": [
            {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
            {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
            {"name": "metrics", "port": 9153, "protocol": "TCP", "targetPort": 9153},
        ],
    }
    return {**_object("v1", "Service", "kube-dns", {**LABELS, **labels}), "spec": spec}


def _deployment() -> Obj:
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": LABELS},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
        "template": {"metadata": {"labels": LABELS}, "spec": _pod()},
    }
    return {**_object("apps/v1", "Deployment", "coredns", LABELS), "spec": spec}


def _pod() -> Obj:
    term = {
        "podAffinityTerm": {
            "labelSelector": {
                "matchExpressions": [{"key": "k8s-app", "operator": "In", "values": ["kube-dns"]}]
            },
            "topologyKey": "kubernetes.io/hostname",
        },
        "weight": 100,
    }
    items = [{"key": "Corefile", "path": "Corefile"}]
    return {
        "affinity": {
            "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}
        },
        "containers": [_container()],
        "dnsPolicy": "Default",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "priorityClassName": "system-cluster-critical",
        "serviceAccountName": "coredns",
        "tolerations": [
            {"key": "CriticalAddonsOnly", "operator": "Exists"},
            {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
        ],
        "volumes": [{"name": "config-volume", "configMap": {"name": "coredns", "items": items}}],
    }


def _container() -> Obj:
    ports = (("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), ("metrics", 9153, "TCP"))
    return {
        "name": "coredns",
        "image": IMAGE,
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [
            {"name": name, "containerPort": port, "protocol": protocol}
            for name, port, protocol in ports
        ],
        "livenessProbe": {
            "httpGet": {"path": "/health", "port": 8080},
            "initialDelaySeconds": 60,
            "timeoutSeconds": 5,
            "failureThreshold": 5,
        },
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}},
        "resources": {
            "limits": {"memory": "170Mi"},
            "requests": {"cpu": "100m", "memory": "70Mi"},
        },
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": True}],
    }
