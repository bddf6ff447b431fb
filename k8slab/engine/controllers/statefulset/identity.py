"""What a StatefulSet's pods and claims are called, and what they hold (stateful_set_utils.go)."""

from __future__ import annotations

from ...base.objects import Obj, Objs, get_in, labels_of, owner_reference

REVISION = "controller-revision-hash"
POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"


def ordinal_of(pod: Obj, stateful_set: Obj) -> int:
    """The number at the end of a pod's name; -1 where it is not one of the set's names."""
    stem, _, number = pod["metadata"]["name"].rpartition("-")
    return int(number) if stem == stateful_set["metadata"]["name"] and number.isdecimal() else -1


def is_member(stateful_set: Obj, pod: Obj) -> bool:
    """Whether a pod's name is one that the set gives."""
    return ordinal_of(pod, stateful_set) >= 0


def first_ordinal(stateful_set: Obj) -> int:
    """``spec.ordinals.start``."""
    return int(get_in(stateful_set, "spec", "ordinals", "start", default=0))


def ordinals(stateful_set: Obj) -> range:
    """The numbers that the set's pods are to have."""
    first = first_ordinal(stateful_set)
    return range(first, first + stateful_set["spec"]["replicas"])


def revision_of(pod: Obj) -> str:
    """The name of the ControllerRevision that a pod was made from."""
    return labels_of(pod).get(REVISION, "")


def own_labels(pod_name: str) -> dict[str, str]:
    """The labels by which a pod says who it is."""
    return {POD_NAME: pod_name, POD_INDEX: pod_name.rpartition("-")[2]}


def claim_name(template: Obj, stateful_set: Obj, ordinal: int) -> str:
    """``data-db-0``."""
    return f"{template['metadata']['name']}-{stateful_set['metadata']['name']}-{ordinal}"


def new_pod(stateful_set: Obj, revision: Obj, ordinal: int) -> Obj:
    """The pod of an ordinal, from a revision's template."""
    name, template = stateful_set["metadata"]["name"], revision["data"]["spec"]["template"]
    pod_name = f"{name}-{ordinal}"
    own = {REVISION: revision["metadata"]["name"], **own_labels(pod_name)}
    metadata = {
        **{field: it for field, it in (template.get("metadata") or {}).items() if it},
        "name": pod_name,
        "generateName": f"{name}-",
        "namespace": stateful_set["metadata"]["namespace"],
        "labels": {**get_in(template, "metadata", "labels", default={}), **own},
        "ownerReferences": [owner_reference(stateful_set)],
    }
    spec = {**template["spec"], "hostname": pod_name}
    if stateful_set["spec"]["serviceName"]:
        spec["subdomain"] = stateful_set["spec"]["serviceName"]
    volumes = _volumes(stateful_set, spec.get("volumes") or [], ordinal)
    if volumes:
        spec["volumes"] = volumes
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _volumes(stateful_set: Obj, own: Objs, ordinal: int) -> Objs:
    """The claims, then the template's other volumes."""
    templates = claim_templates(stateful_set)
    claims = [
        {
            "name": template["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": claim_name(template, stateful_set, ordinal)},
        }
        for template in templates
    ]
    names = {volume["name"] for volume in claims}
    return [*claims, *(volume for volume in own if volume["name"] not in names)]


def claim_templates(stateful_set: Obj) -> Objs:
    """``spec.volumeClaimTemplates``; of two with one name the later counts."""
    found = stateful_set["spec"].get("volumeClaimTemplates") or ()
    return list({template["metadata"]["name"]: template for template in found}.values())


def new_claims(stateful_set: Obj, ordinal: int) -> Objs:
    """The claims of an ordinal."""
    selector = get_in(stateful_set, "spec", "selector", "matchLabels", default={})
    claims: Objs = []
    for template in claim_templates(stateful_set):
        metadata = {
            **template["metadata"],
            "name": claim_name(template, stateful_set, ordinal),
            "namespace": stateful_set["metadata"]["namespace"],
            "labels": {**labels_of(template), **selector},
        }
        claims.append(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": metadata,
                "spec": template["spec"],
            }
        )
    return claims
