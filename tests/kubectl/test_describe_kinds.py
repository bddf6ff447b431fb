"""kubectl describe of the kinds that no recorded line describes, as the real one prints them."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

OBJECTS = """\
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  csi: {driver: d.example.com, volumeHandle: h, volumeAttributes: {a: b, c: d}}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
    {key: zone, operator: In, values: [a, b]}, {key: ssd, operator: Exists}]}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: gate, namespace: default}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - {}
  - from: [{podSelector: {matchLabels: {app: front}}, namespaceSelector: {matchLabels: {team: s}}}]
    ports: [{port: 80, endPort: 90}]
  policyTypes: [Ingress, Egress]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: bound, namespace: default}
spec: {hard: {pods: "4"}, scopes: [BestEffort]}
---
apiVersion: v1
kind: Pod
metadata: {name: boxes, namespace: default}
spec:
  containers: [{name: c, image: "web:1"}]
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}
  volumes:
  - {name: net, nfs: {server: s, path: /p}}
  - {name: me, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.name}}]}}
  - {name: own, ephemeral: {volumeClaimTemplate: {spec: {
      accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}
"""
TERMS = "    Term 0:        zone in [a, b]\n                   ssd exists\n"
RULES = """\
Spec:
  PodSelector:     app=web
  Allowing ingress traffic:
    To Port: <any> (traffic allowed to all ports)
    From: <any> (traffic not restricted by source)
    ----------
    To Port Range: 80-90/TCP
    From:
      NamespaceSelector: team=s
      PodSelector: app=front
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
"""
QUOTAS = """\
Resource Quotas
  Name:    bound
  Scopes:  BestEffort
"""
SPREAD = "Topology Spread Constraints:  zone:DoNotSchedule when max skew 1 is exceeded for selector"


@pytest.fixture(scope="module")
def shell():
    made = Shell(Cluster(nodes=1, settings={"frozen": True}))
    out = made.run("kubectl apply -f -", stdin=OBJECTS)
    assert out.exit_code == 0, out.stderr
    return made


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("pv disk", TERMS),
        ("pv disk", "VolumeAttributes:      a=b\n                           c=d\n"),
        ("netpol gate", RULES),
        ("ns default", QUOTAS),
        ("pod boxes", SPREAD),
        ("pod boxes", "Type:      NFS (an NFS mount that lasts the lifetime of a pod)\n"),
        ("pod boxes", "      metadata.name -> p\n"),
        ("pod boxes", "    StorageClass:  \n    Volume:        \n"),
        ("sc", "No resources found in default namespace.\n"),
        ("apiservice v1.", "Namespace:    \n"),
        ("flowschema exempt", "Non Resource Ur Ls:\n"),
        ("servicecidr kubernetes", "Ready  True    Mon, 05 Jan 2026"),
    ],
)
def test_a_kind_is_described_in_its_own_words(shell, what, said):
    """KC-016: describe of volumes, policies, namespaces with bounds, and of any other kind."""
    out = shell.run(f"kubectl describe {what}")
    assert said in out.stdout + out.stderr
