"""Recorded traces of a real 1.36 control plane, and the same story as our engine tells it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import conditions_of
from k8slab.engine.base.objects import annotations_of, controller_of, get_in, is_deleting

FOLDER = Path(__file__).parent.parent / "truth"
Trace = dict[str, Any]
RESTARTED = "2026-01-05T09:00:00Z"


def load(name: str) -> Trace:
    """A trace by its file's name without ``.json``."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def play(trace: Trace, seed: int = 0, tail_s: float = 15) -> Cluster:
    """A cluster with the fake kubelet in which the trace's manifests and commands happened."""
    settings = {"kubelet": "fake", "frozen": True}
    cluster = Cluster(nodes=5, seed=seed, settings=settings)
    steps = [(m["t"], "apply", m["yaml"]) for m in trace["manifests"]]
    steps += [(c["t"], "run", c["cmd"]) for c in trace["commands"] if c["rc"] == 0]
    for t, verb, what in sorted(steps, key=lambda step: step[0]):
        cluster.run_until(max(cluster.now_ms, round(t * 1000)))
        if verb == "apply":
            for body in yaml.safe_load_all(what):
                apply(cluster, body)
        else:
            run(cluster, what)
    end_s = max(event["t"] for event in trace["events"])
    cluster.run_until(max(cluster.now_ms, round((end_s + tail_s) * 1000)))
    return cluster


def apply(cluster: Cluster, body: Any) -> None:
    """Create, or replace what is there (what is no longer said goes, as with kubectl apply)."""
    kind, name = body["kind"], body["metadata"]["name"]
    head = {"kind": kind, "namespace": "default", "name": name}
    if cluster.get(kind, "default", name) is None:
        cluster.request({**head, "verb": "create", "body": body})
    else:
        metadata = {**body["metadata"], "namespace": "default"}
        cluster.request({**head, "verb": "update", "body": {**body, "metadata": metadata}})


def run(cluster: Cluster, line: str) -> None:
    """Carry out a recorded kubectl line that changes something; others are passed over."""
    for pattern, action in COMMANDS:
        match = re.fullmatch(pattern, line)
        if match is not None:
            action(cluster, *match.groups())
            return


def _patch(cluster: Cluster, body: Any, kind: str = "Deployment", name: str = "web") -> None:
    head = {"verb": "patch", "kind": kind, "namespace": "default", "name": name}
    cluster.request({**head, "patch_type": "strategic", "body": body})


def _template(cluster: Cluster, **container: Any) -> None:
    name = _deployment(cluster)["spec"]["template"]["spec"]["containers"][0]["name"]
    containers = [{"name": name, **container}]
    _patch(cluster, {"spec": {"template": {"spec": {"containers": containers}}}})


def _deployment(cluster: Cluster) -> Any:
    deployment = cluster.get("Deployment", "default", "web")
    assert deployment is not None
    return deployment


def _create(cluster: Cluster, image: str, replicas: str) -> None:
    labels = {"app": "web"}
    notes = {"fake/start": "1s", "fake/ready": "2s"}
    containers = [{"name": image.split(":", maxsplit=1)[0], "image": image}]
    template = {
        "metadata": {"labels": labels, "annotations": notes},
        "spec": {"containers": containers},
    }
    spec = {"replicas": int(replicas), "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": "web", "labels": labels}
    apply(
        cluster, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
    )


def _undo(cluster: Cluster, revision: str | None) -> None:
    """The template of a revision (the one before, where none is named) becomes the Deployment's."""
    found = cluster.list("ReplicaSet", "default")
    found.sort(key=lambda it: int(annotations_of(it)["deployment.kubernetes.io/revision"]))
    wanted = found[-2]
    for it in found if revision else ():
        if annotations_of(it)["deployment.kubernetes.io/revision"] == revision:
            wanted = it
    template = json.loads(json.dumps(wanted["spec"]["template"]))
    del template["metadata"]["labels"]["pod-template-hash"]
    deployment = _deployment(cluster)
    body = {**deployment, "spec": {**deployment["spec"], "template": template}}
    head = {"verb": "update", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**head, "body": body})


def _restart(cluster: Cluster) -> None:
    notes = {"kubectl.kubernetes.io/restartedAt": RESTARTED}
    _patch(cluster, {"spec": {"template": {"metadata": {"annotations": notes}}}})


def _cause(cluster: Cluster, text: str) -> None:
    _patch(cluster, {"metadata": {"annotations": {"kubernetes.io/change-cause": text}}})


def _delete(cluster: Cluster, propagation: str = "Background") -> None:
    head = {"verb": "delete", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**head, "options": {"propagation": propagation}})


COMMANDS: tuple[tuple[str, Any], ...] = (
    (r"kubectl create deployment web --image=(\S+) --replicas=(\d+)", _create),
    (r"kubectl set image deployment/web \w+=(\S+)", lambda c, image: _template(c, image=image)),
    (r"kubectl set resources deployment/web --requests=cpu=(\S+)",
     lambda c, cpu: _template(c, resources={"requests": {"cpu": cpu}})),
    (r"kubectl scale deployment/?\s?web --replicas=(\d+)",
     lambda c, n: _patch(c, {"spec": {"replicas": int(n)}})),
    (r"kubectl rollout pause deployment/web", lambda c: _patch(c, {"spec": {"paused": True}})),
    (r"kubectl rollout resume deployment/web", lambda c: _patch(c, {"spec": {"paused": None}})),
    (r"kubectl rollout undo deployment/web(?: --to-revision=(\d+))?", _undo),
    (r"kubectl rollout restart deployment/web", _restart),
    (r"kubectl delete deployment/?\s?web", _delete),
    (r'kubectl annotate deployment/web kubernetes.io/change-cause="([^"]*)" --overwrite', _cause),
)  # fmt: skip


# What is compared


def renamed(cluster: Cluster) -> dict[str, str]:
    """Generated names as the traces write them: web-rs1, web-rs1-a, in order of creation."""
    names: dict[str, str] = {}
    sets: dict[str, int] = {}
    pods: dict[str, int] = {}
    for change in cluster.changes():
        kind, obj = change.key.kind, change.object
        owner = controller_of(obj)
        if change.type != "ADDED" or owner is None:
            continue
        if kind == "ReplicaSet":
            sets[owner["name"]] = sets.get(owner["name"], 0) + 1
            names[change.key.name] = f"{owner['name']}-rs{sets[owner['name']]}"
        elif kind == "Pod":
            number = pods[owner["name"]] = pods.get(owner["name"], -1) + 1
            letters = chr(97 + number) if number < 26 else f"a{chr(97 + number - 26)}"
            names[change.key.name] = f"{names.get(owner['name'], owner['name'])}-{letters}"
    return names


def sizes(cluster: Cluster) -> list[dict[str, int]]:
    """The ReplicaSets' sizes after each write that changed one (the traces' rs_spec_sequence)."""
    names = renamed(cluster)
    current: dict[str, int] = {}
    found: list[dict[str, int]] = []
    for change in cluster.changes():
        if change.key.kind != "ReplicaSet":
            continue
        name = names[change.key.name]
        if change.type == "DELETED":
            current.pop(name)
        else:
            current[name] = change.object["spec"]["replicas"]
        if not found or found[-1] != current:
            found.append(dict(current))
    return found


def told(cluster: Cluster, source: str) -> list[tuple[str, str]]:
    """(reason, message) of each Event of a component, generated names as in the traces."""
    names = renamed(cluster)
    return [
        (change.object["reason"], _rename(change.object["message"], names))
        for change in cluster.changes()
        if change.key.kind == "Event" and change.type != "DELETED"
        if get_in(change.object, "source", "component") == source
    ]


def conditions(cluster: Cluster, kind: str, name: str) -> list[list[str]]:
    """An object's conditions as "Type=Status Reason", after each write that changed them."""
    found: list[list[str]] = []
    for change in cluster.changes():
        if (change.key.kind, change.key.name) != (kind, name) or change.type == "DELETED":
            continue
        now = [f"{it['type']}={it['status']} {it['reason']}" for it in conditions_of(change.object)]
        if now and (not found or found[-1] != now):
            found.append(now)
    return found


def lives(cluster: Cluster) -> set[tuple[str, ...]]:
    """The kinds of life that pods had: what each looked like, step by step."""
    stories: dict[str, list[str]] = {}
    for change in cluster.changes():
        if change.key.kind == "Pod" and change.type != "DELETED":
            story = stories.setdefault(change.key.name, [])
            now = _look(change.object)
            if not story or story[-1] != now:
                story.append(now)
    return {tuple(story) for story in stories.values()}


def _look(pod: Any) -> str:
    ready = next((it for it in conditions_of(pod) if it["type"] == "Ready"), None)
    said = f"{ready['status']} {ready.get('reason', '')}".strip() if ready else ""
    return f"{pod['status']['phase']} {said}{' deleting' if is_deleting(pod) else ''}"


def _rename(text: str, names: dict[str, str]) -> str:
    for raw in sorted(names, key=len, reverse=True):
        text = text.replace(raw, names[raw])
    return text
