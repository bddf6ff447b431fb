"""kubectl describe, line by line: what each field of an object adds (describe.go, 1.36).

Each case is an object, or a change to it, and lines that its description then has.
"""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

POD = {"name": "a", "image": "nginx:1.27"}
LIMITED = {**POD, "resources": {"limits": {"cpu": "1500m"}, "requests": {"memory": "100Mi"}}}


def pod(box=POD, metadata=None, **spec):
    metadata = {"name": "p", **(metadata or {})}
    return {"kind": "Pod", "metadata": metadata, "spec": {"containers": [box], **spec}}


def probe(**how):
    return pod({**POD, "livenessProbe": how})


def env(**origin):
    return pod({**LIMITED, "env": [{"name": "IT", "valueFrom": origin}]})


def volume(**source):
    return pod(volumes=[{"name": "v", **source}])


def service(**spec):
    ports = [{"name": "web", "port": 80}, {"name": "dns", "port": 53, "protocol": "UDP"}]
    return {"kind": "Service", "metadata": {"name": "p"}, "spec": {"ports": ports, **spec}}


def workload(kind, template=None, **spec):
    labels = {"app": "p"}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "p"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod(**(template or {}))["spec"]},
            **spec,
        },
    }


def job(**spec):
    template = {"spec": {"restartPolicy": "Never", "containers": [POD]}}
    spec = {"template": template, **spec}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "p"}, "spec": spec}


def ingress(**spec):
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "p"}}
    return {**kind, "spec": spec}


PODS = [
    (pod(resources={"limits": {"cpu": "2"}}), "Resources:\n  Limits:\n    cpu:  2\n"),
    (
        pod({**POD, "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}),
        "    Host Port:       <none>\n    SeccompProfile:  RuntimeDefault\n",
    ),
    (
        pod(securityContext={"seccompProfile": {"type": "Localhost", "localhostProfile": "a.js"}}),
        "SeccompProfile:    Localhost\nLocalhostProfile:  a.js\nIP:",
    ),
    (pod(metadata={"annotations": {"k": "x" * 137}}), f"Annotations:      k: {'x' * 137}\n"),
    (
        pod(metadata={"annotations": {"k": "x" * 139}}),
        f"Annotations:      k:\n{' ' * 20}{'x' * 138}...\n",
    ),
    (probe(httpGet={"port": 80, "path": "/a?b c"}), "http-get http://:80/a%3Fb%20c delay=0s"),
    (probe(httpGet={"port": 80, "path": "//x", "scheme": "HTTPS"}), "http-get https://:80//x del"),
    (probe(httpGet={"port": "web", "host": "fd00::1"}), "http-get http://[fd00::1]:web/ delay"),
    (probe(tcpSocket={"port": 80, "host": "h"}), "tcp-socket h:80 delay=0s timeout=1s period=10s"),
    (probe(exec={"command": ["cat", "f"]}), "exec [cat f] delay=0s timeout=1s period=10s #succ"),
    (probe(grpc={"port": 9, "service": "s"}), "grpc <pod>:9 s delay=0s timeout=1s period=10s"),
    (env(fieldRef={"fieldPath": "metadata.name"}), "      IT:  p (v1:metadata.name)\n"),
    (env(fieldRef={"fieldPath": "metadata.namespace"}), "      IT:  default (v1:metadata.namesp"),
    (env(fieldRef={"fieldPath": "status.podIP"}), "      IT:   (v1:status.podIP)\n"),
    (env(resourceFieldRef={"resource": "limits.cpu"}), "      IT:  2 (limits.cpu)\n"),
    (
        env(resourceFieldRef={"resource": "limits.cpu", "divisor": "1m"}),
        "      IT:  1500 (limits.cpu)\n",
    ),
    (
        env(resourceFieldRef={"resource": "requests.memory", "divisor": "1Mi"}),
        "      IT:  100 (requests.memory)\n",
    ),
    (
        env(resourceFieldRef={"resource": "limits.memory"}),
        "      IT:  node allocatable (limits.memory)\n",
    ),
    (
        env(secretKeyRef={"name": "s", "key": "k", "optional": True}),
        "      IT:  <set to the key 'k' in secret 's'>  Optional: true\n",
    ),
    (volume(emptyDir={"medium": "Memory"}), "    Medium:     Memory\n    SizeLimit:  <unset>\n"),
    (volume(emptyDir={"sizeLimit": "0"}), "    SizeLimit:  <unset>\n"),
    (volume(emptyDir={"sizeLimit": "1Gi"}), "    SizeLimit:  1Gi\n"),
    (volume(hostPath={"path": "/d"}), "    Path:          /d\n    HostPathType:  \n"),
    (
        volume(rbd={"monitors": ["a", "b"], "image": "i", "secretRef": {"name": "s"}}),
        "    CephMonitors:  [a b]\n    RBDImage:      i\n",
    ),
    (
        volume(rbd={"monitors": ["a"], "image": "i", "secretRef": {"name": "s"}}),
        "    SecretRef:     &LocalObjectReference{Name:s,}\n",
    ),
    (
        volume(fc={"targetWWNs": ["a", "b"], "lun": 2}),
        "    TargetWWNs:  a, b\n    LUN:         2\n",
    ),
    (
        volume(iscsi={"targetPortal": "1.2.3.4:3260", "iqn": "iqn.2001-04.com.e:s", "lun": 0}),
        "    ISCSIInterface      default\n",
    ),
]
OTHERS = [
    (
        service(selector={"b": "2", "a": "1"}),
        "Selector:                 a=1,b=2\n",
    ),
    (
        service(
            type="LoadBalancer",
            externalTrafficPolicy="Local",
            healthCheckNodePort=32000,
            loadBalancerSourceRanges=["10.0.0.0/8", "192.168.0.0/16"],
            trafficDistribution="PreferClose",
        ),
        dedent("""\
        External Traffic Policy:     Local
        Internal Traffic Policy:     Cluster
        HealthCheck NodePort:        32000
        LoadBalancer Source Ranges:  10.0.0.0/8,192.168.0.0/16
        Traffic Distribution:        PreferClose
        """),
    ),
    (
        workload("DaemonSet", {"nodeSelector": {"b": "2", "a": "1"}}),
        "Node-Selector:  a=1,b=2\n",
    ),
    (
        workload("StatefulSet", updateStrategy={"rollingUpdate": {"partition": 2}}),
        "Update Strategy:    RollingUpdate\n  Partition:        2\n",
    ),
    (
        workload(
            "ReplicaSet",
            selector={
                "matchExpressions": [
                    {"key": "app", "operator": "In", "values": ["p", "b"]},
                    {"key": "zone", "operator": "DoesNotExist"},
                    {"key": "app", "operator": "Exists"},
                ]
            },
        ),
        "Selector:     app in (b,p),app,!zone\n",
    ),
    (job(completions=3, parallelism=2, activeDeadlineSeconds=9), "Active Deadline Seconds:  9s\n"),
    (
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": "p"},
            "spec": {
                "schedule": "0 0 1 1 *",
                "jobTemplate": {"spec": job(activeDeadlineSeconds=9)["spec"]},
            },
        },
        dedent("""\
        Completions:                   <unset>
        Active Deadline Seconds:       9s
        Pod Template:
        """),
    ),
    (
        ingress(defaultBackend={"resource": {"kind": "K", "name": "n"}}, rules=[{"host": "a.b"}]),
        dedent("""\
        Default backend:  APIGroup: <none>, Kind: K, Name: n
        Rules:
          Host        Path  Backends
          ----        ----  --------
          *           *     APIGroup: <none>, Kind: K, Name: n
        """),
    ),
    (
        ingress(defaultBackend={"service": {"name": "nope", "port": {"name": "w"}}}),
        'Default backend:  nope:w (<error: services "nope" not found>)\n',
    ),
    (
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "p"},
            "addressType": "IPv4",
            "endpoints": [],
        },
        "AddressType:  IPv4\nPorts: <unset>\nEndpoints: <none>\n",
    ),
    (
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "p",
                "annotations": {"storageclass.beta.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "a.b/c",
        },
        "IsDefaultClass:        Yes\n",
    ),
]


@pytest.fixture(scope="module")
def cluster():
    """One on which nothing runs: each case is described as it was stored."""
    return Cluster(nodes=0, settings={"frozen": True})


def described(cluster, obj):
    obj = {"apiVersion": "v1", **obj}
    shell = Shell(cluster.fork(with_log=False))
    made = shell.run("kubectl create -f -", stdin=json.dumps(obj))
    assert made.exit_code == 0, made.stderr
    return shell.run(f"kubectl describe {obj['kind']} p").stdout


@pytest.mark.parametrize(("obj", "lines"), [*PODS, *OTHERS])
def test_what_a_field_adds(cluster, obj, lines):
    """KC-016"""
    assert lines in described(cluster, obj)


CLAIM = {
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "p"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
STATUS = [
    (pod(), {"phase": "Failed", "reason": "Evicted"}, "Status:           Failed\nReason:        "),
    (
        CLAIM,
        {"conditions": [{"type": "FileSystemResizePending", "status": "True", "message": "m"}]},
        "  FileSystemResizePending   True    Mon, 01 Jan 0001 00:00:00 +0000   Mon, 01 Jan 0001",
    ),
    (
        job(completionMode="Indexed", completions=90),
        {"completedIndexes": ",".join(str(n) for n in range(0, 60, 2))},
        "Completed Indexes:  0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32,34,36,...\n",
    ),
    (
        service(type="LoadBalancer"),
        {"loadBalancer": {"ingress": [{"ip": "1.2.3.4", "ipMode": "VIP"}, {"hostname": "h"}]}},
        "LoadBalancer Ingress:     1.2.3.4 (VIP), h\n",
    ),
]


@pytest.mark.parametrize(("obj", "status", "lines"), STATUS)
def test_what_a_status_adds(cluster, obj, status, lines):
    """KC-016"""
    obj = {"apiVersion": "v1", **obj}
    shell = Shell(cluster.fork(with_log=False))
    shell.run("kubectl create -f -", stdin=json.dumps(obj))
    patch = json.dumps({"status": status})
    patched = shell.run(
        f"kubectl patch {obj['kind']} p --subresource=status --type=merge -p '{patch}'"
    )
    assert patched.exit_code == 0, patched.stderr
    assert lines in shell.run(f"kubectl describe {obj['kind']} p").stdout
