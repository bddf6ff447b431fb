"""The API server against a real 1.36 one: defaults, refusals, patches, word for word.

Inventory rows: RO-001, RO-004, RO-005, RO-021, PR-014, PR-017.
"""

import copy
import json
import re

import pytest

from k8slab.engine.api import discovery
from k8slab.engine.api.errors import ApiError

from .real_server import (
    NAMESPACE,
    load,
    manifest_of,
    mutated,
    new_cluster,
    post,
    send,
    without_ours,
)

MUTATIONS = load("mutations")
PATCHES = load("patches")
NOT_COMPARABLE = {
    # what the recorder's cluster had and ours has not: a PriorityClass, another range
    "priority set by hand",
    "clusterIP out of range",
    # dryRun skipped the check there
    "resourceVersion on create",
}
_THINGS = "CustomResourceDefinition/things.mut.example.com"


@pytest.fixture(scope="module")
def cluster():
    return new_cluster()


def normal(text):
    """A message without generated name suffixes."""
    return re.sub(r'"(Bad_|kube-api-access-)\w{5}"', r'"\1xxxxx"', text or "")


@pytest.mark.parametrize("case", load("errors"), ids=lambda case: case["case"])
def test_typical_mistakes_are_refused_in_the_servers_words(cluster, case):
    manifest = manifest_of(case)
    if discovery.BUILT_IN.served(manifest["apiVersion"], manifest["kind"]) is None:
        assert case["code"] == 404
        return
    code, message, status = post(cluster, manifest["kind"], manifest, dry_run=True)
    assert (code, message) == (case["code"], case["message"] or "")
    if case["causes"]:
        assert status["details"]["causes"] == case["causes"]


def creations():
    return [
        case
        for case in MUTATIONS["cases"]
        if not case.get("change") and not NOT_COMPARABLE & {case["op"], case["at"]}
    ]


def name_of(case):
    return f"{case['base']} {case['op']} {case['at']}"


@pytest.mark.parametrize("case", creations(), ids=name_of)
def test_one_fault_in_a_good_manifest_is_told_as_the_server_tells_it(cluster, case):
    manifest = mutated(MUTATIONS["bases"], case)
    if isinstance(manifest.get("spec"), dict):
        manifest["spec"].pop("priorityClassName", None)
    if case["at"] == "too big":
        manifest["data"]["k"] = "x" * 1048600
    kind = case["base"].partition("/")[0]
    code, message, _ = post(cluster, kind, manifest, dry_run=True)
    assert (code, normal(message)) == (int(case["status"]), normal(case.get("message")))


@pytest.mark.parametrize("base", MUTATIONS["bases"])
def test_the_manifests_without_a_fault_are_accepted(cluster, base):
    manifest = copy.deepcopy(MUTATIONS["bases"][base])
    manifest.get("spec", {}).pop("priorityClassName", None)
    assert post(cluster, base.partition("/")[0], manifest, dry_run=True)[:2] == (201, "")


def comparable(obj):
    """A defaulted object less what is drawn by lot and what only the recorder's cluster adds."""
    obj = without_ours(copy.deepcopy(obj))
    spec = obj.get("spec") or {}
    for volume in spec.get("volumes") or ():
        sources = volume.get("projected", {}).get("sources", [])
        kept = [
            it
            for it in sources
            if it.get("configMap", {}).get("name") != "openshift-service-ca.crt"
        ]
        if sources:
            volume["projected"]["sources"] = kept
    for name in ("clusterIP", "clusterIPs"):
        if spec.get(name) not in (None, "None", ["None"]):
            spec[name] = "drawn"
    for holder in (spec, *(spec.get("ports") or ())):
        for name in ("nodePort", "healthCheckNodePort"):
            if name in holder:
                holder[name] = 30000
    obj["metadata"]["namespace"] = obj["metadata"].get("namespace") and NAMESPACE
    text = re.sub(r"kube-api-access-\w{5}", "kube-api-access-xxxxx", json.dumps(obj))
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uid", text)
    return json.loads(text.replace('"defs"', f'"{NAMESPACE}"'))


@pytest.mark.parametrize(
    "case", load("defaults"), ids=lambda it: manifest_of(it)["metadata"]["name"]
)
def test_what_a_manifest_leaves_out_is_filled_in(cluster, case):
    manifest = manifest_of(case)
    if "object" not in case:
        assert int(case["status"]) >= 400
        return
    code, message, made = post(cluster, manifest["kind"], manifest, dry_run=True)
    assert (code, message) == (201, "")
    assert comparable(made) == comparable(case["object"])


REVISION = "deployment.kubernetes.io/revision"
PATCH_TYPES = {"strategic-merge-patch": "strategic", "merge-patch": "merge", "json-patch": "json"}


def part(obj):
    """What the recorder kept of an object."""
    kept = {name: it for name, it in obj.items() if name in ("spec", "data", "secrets")}
    kept |= {name: it for name, it in obj.items() if name == "imagePullSecrets"}
    for name in ("labels", "annotations", "finalizers"):
        if obj["metadata"].get(name):
            kept[name] = obj["metadata"][name]
    spec = {
        name: it
        for name, it in kept.get("spec", {}).items()
        if name not in ("clusterIP", "clusterIPs")
    }
    return {**kept, "spec": spec} if "spec" in kept else kept


def after(case):
    kept = {name: it for name, it in case["after"].items() if it}
    kept.get("annotations", {}).pop(REVISION, None)
    if "spec" in kept:
        drawn = ("clusterIP", "clusterIPs")
        kept["spec"] = {name: it for name, it in kept["spec"].items() if name not in drawn}
    return kept


@pytest.mark.parametrize("case", PATCHES["cases"], ids=lambda case: case["what"])
def test_patches_do_what_they_do_on_a_real_server(case):
    cluster = new_cluster()
    kind = case["object"]
    base = send(cluster, "create", kind, PATCHES["bases"][kind])
    patch = case["patch"]
    patch = json.loads(patch) if isinstance(patch, str) else patch
    more = {"name": base["metadata"]["name"], "patch_type": PATCH_TYPES[case["kind"]]}
    options = {"field_validation": "Warn"}
    if "error" in case:
        with pytest.raises(ApiError) as refused:
            send(cluster, "patch", kind, patch, options=options, **more)
        assert refused.value.code == case["error"]["code"]
        wanted, have = case["error"]["message"], refused.value.message
        if "patch: Invalid value" in wanted:  # quotes the whole object, uid and all
            wanted, have = (text.rpartition('\\"')[2] for text in (wanted, have))
        assert have == wanted
        return
    patched = send(cluster, "patch", kind, patch, options=options, **more)
    assert part(patched) == after(case)
    assert (patched["metadata"]["resourceVersion"] == base["metadata"]["resourceVersion"]) is bool(
        case.get("no_change")
    )


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet"])
def test_a_selector_is_fixed_at_creation(cluster, kind):
    """RO-021."""
    base = "Deployment/dep" if kind == "Deployment" else "ReplicaSet/rs"
    stored = send(cluster, "create", kind, MUTATIONS["bases"][base])
    stored = json.loads(json.dumps(stored))
    stored["spec"]["selector"]["matchLabels"]["app"] = "b"
    stored["spec"]["template"]["metadata"]["labels"]["app"] = "b"
    with pytest.raises(ApiError) as refused:
        send(cluster, "update", kind, stored, name=stored["metadata"]["name"])
    [case] = [
        it
        for it in MUTATIONS["cases"]
        if it["base"] == base and "selector" in it["at"] and it.get("change")
    ]
    assert refused.value.message == case["message"]


def _select_b(obj):
    obj["spec"]["selector"]["matchLabels"] = {"app": "b"}
    obj["spec"]["template"]["metadata"]["labels"] = {"app": "b"}


def undrawn(message):
    """Less what is drawn: addresses, uids."""
    uid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    return re.sub(rf"10\.\d+\.\d+\.\d+|{uid}", "DRAWN", message)


def without_fork(message):
    """Less the ConfigMap that the recorder's distribution adds to each token's volume: 18 lines."""
    return re.sub(r"(?<=[-+])(\d{3,}),(?=\d+ )", lambda it: f"{int(it[1]) - 18},", message, count=2)


UPDATES = {
    ("Pod/pod", "container name"): lambda it: it["spec"]["containers"][0].update(name="x"),
    ("Pod/pod", "env added"): lambda it: it["spec"]["containers"][0].update(env=[]),
    ("Pod/pod", "nodeName set"): lambda it: it["spec"].update(nodeName="node-2"),
    ("Pod/pod", "toleration added (allowed)"): lambda it: it["spec"]["tolerations"].append(
        {"key": "new", "operator": "Exists"}
    ),
    ("Pod/pod", "container added"): lambda it: it["spec"]["containers"].append(
        {"name": "z", "image": "i"}
    ),
    ("Pod/pod", "resources"): lambda it: it["spec"]["containers"][0]["resources"].update(
        requests={"cpu": "110m", "memory": "64Mi"}
    ),
    ("Deployment/dep", "selector"): lambda it: _select_b(it),
    ("ReplicaSet/rs", "selector"): lambda it: _select_b(it),
    ("DaemonSet/ds", "selector"): lambda it: _select_b(it),
    ("Deployment/dep", "status through the main resource (ignored?)"): lambda it: it.update(
        status={"replicas": 99}
    ),
    ("Service/svc", "ipFamilies"): lambda it: it["spec"].update(ipFamilies=["IPv6"]),
    ("StatefulSet/sts", "serviceName"): lambda it: it["spec"].update(serviceName="other"),
    ("StatefulSet/sts", "podManagementPolicy"): lambda it: it["spec"].update(
        podManagementPolicy="Parallel"
    ),
    ("StatefulSet/sts", "replicas and image (allowed)"): lambda it: it["spec"].update(replicas=7),
    ("Job/job", "template"): lambda it: it["spec"]["template"]["spec"]["containers"][0].update(
        image="z"
    ),
    ("Job/job", "parallelism (allowed)"): lambda it: it["spec"].update(parallelism=3),
    ("PersistentVolume/pvmut", "source"): lambda it: it["spec"]["hostPath"].update(path="/y"),
    ("PersistentVolume/pvmut", "capacity (allowed)"): lambda it: it["spec"].update(
        capacity={"storage": "9Gi"}
    ),
    ("PersistentVolume/pvmut", "volumeMode"): lambda it: it["spec"].update(volumeMode="Block"),
    ("StorageClass/scmut", "reclaimPolicy"): lambda it: it.update(reclaimPolicy="Retain"),
    ("PodDisruptionBudget/pdb", "selector (allowed)"): lambda it: it["spec"].update(
        selector={"matchLabels": {"app": "b"}}
    ),
    ("Service/svc", "clusterIP dropped (kept?)"): lambda it: it["spec"].pop("clusterIP"),
    ("Secret/sec", "type"): lambda it: it.update(type="Opaque"),
    ("RoleBinding/rb", "roleRef"): lambda it: it["roleRef"].update(name="other"),
    ("PriorityClass/pcmut", "value"): lambda it: it.update(value=7),
    ("IngressClass/icmut", "controller"): lambda it: it["spec"].update(controller="a.b/d"),
    (_THINGS, "group"): lambda it: it["spec"].update(group="z.example.com"),
    (_THINGS, "kind (allowed)"): lambda it: it["spec"]["names"].update(kind="Thingy"),
    ("HorizontalPodAutoscaler/hpa", "max below min"): lambda it: it["spec"].update(maxReplicas=0),
    ("ConfigMap/cm", "made immutable (allowed)"): lambda it: it.update(immutable=True),
}


@pytest.mark.parametrize(("base", "what"), UPDATES)
def test_updates_are_let_through_or_refused_as_there(base, what):
    [case] = [
        it
        for it in MUTATIONS["cases"]
        if it["base"] == base and what in (it["at"], it["op"]) and it.get("change")
    ]
    cluster, kind = new_cluster(), base.partition("/")[0]
    manifest = copy.deepcopy(MUTATIONS["bases"][base])
    manifest.get("spec", {}).pop("priorityClassName", None)
    stored = json.loads(json.dumps(send(cluster, "create", kind, manifest)))
    UPDATES[(base, what)](stored)
    message = ""
    try:
        send(cluster, "update", kind, stored, name=stored["metadata"]["name"])
    except ApiError as error:
        message = error.message
    assert undrawn(message) == undrawn(without_fork(case.get("message") or ""))
