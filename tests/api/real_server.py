"""Truth of a real 1.36 API server: objects as posted, and what it answered."""

import copy
import json
import re
from pathlib import Path

import yaml

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError

FOLDER = Path(__file__).parents[1] / "truth" / "api"
NAMESPACE = "truth"
NOT_OURS = ("uid", "creationTimestamp", "resourceVersion", "managedFields")


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def new_cluster():
    cluster = Cluster(nodes=1, settings={"frozen": True})
    for kind in ("Namespace", "ServiceAccount"):
        name = NAMESPACE if kind == "Namespace" else "default"
        send(cluster, "create", kind, {"metadata": {"name": name}}, namespace=NAMESPACE)
    return cluster


def send(cluster, verb, kind, body=None, **more):
    request = {"verb": verb, "kind": kind, "body": body, "namespace": NAMESPACE, **more}
    return cluster.request(request)


def post(cluster, kind, body, **options):
    """(code, message, object) of a POST."""
    try:
        return 201, "", send(cluster, "create", kind, body, options=options)
    except ApiError as error:
        return error.code, error.message, error.status()


def manifest_of(case):
    manifest = case["manifest"]
    return yaml.safe_load(manifest) if isinstance(manifest, str) else manifest


def mutated(bases, case):
    """The manifest of a mutation: the base with its one change."""
    if "manifest" in case:
        return copy.deepcopy(case["manifest"])
    manifest = copy.deepcopy(bases[case["base"]])
    delta = case["manifest_delta"]
    *path, last = _find(manifest, delta["at"])
    parent = manifest
    for step in path:
        parent = parent[step]
    if case["op"] == "bad-label-key":
        parent["-bad key"] = parent.pop(last)
    elif delta["value"] == "(absent)":
        parent.pop(last)
    else:
        parent[last] = delta["value"]
    return manifest


def _find(obj, path):
    """The steps of ``a.b[0].c``; a key may hold dots."""
    steps = []
    rest = path
    while rest:
        index = re.match(r"\[(\d+)\]\.?", rest)
        if index:
            steps.append(int(index[1]))
            obj, rest = obj[int(index[1])], rest[index.end() :]
            continue
        keys = [it for it in obj if re.match(re.escape(it) + r"(\.|\[|$)", rest)]
        key = max(keys, key=len, default=re.split(r"[.\[]", rest)[0])
        steps.append(key)
        obj = obj.get(key) if isinstance(obj, dict) else None
        rest = rest[len(key) :].removeprefix(".")
    return steps


def without_ours(obj):
    """An object less what no two clusters share."""
    metadata = {name: it for name, it in obj["metadata"].items() if name not in NOT_OURS}
    return {**obj, "metadata": metadata}
