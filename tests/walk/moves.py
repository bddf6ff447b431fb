"""The moves of a walk: JSON values drawn from a seed, without a look at any cluster.

A move names what it is done to by a place ("the fifth pod"), so that a list of moves stays
meaningful whatever is taken out of it; ``carry_out`` in ``walker`` says what each does.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from . import manifests

Move = dict[str, Any]
Draw = Callable[[Random], Move]

ANY = ("Deployment", "ReplicaSet", "Pod", "Service", "ConfigMap")
MANY = (
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "PodDisruptionBudget",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
)
WORKLOADS = ("Deployment", "Deployment", "ReplicaSet", "StatefulSet")
FINALIZER = "walk.example/hold"


class Kind(NamedTuple):
    """A row of MOVES: how often, what, and the actor without which it makes no sense."""

    weight: int
    draw: Draw
    actor: str = ""


def _place(rng: Random) -> int:
    return rng.randrange(1 << 16)


def _node(rng: Random) -> str:
    return f"node-{rng.randint(1, 4)}"


def _apply(body: Callable[[Random], manifests.Body]) -> Draw:
    return lambda rng: {"do": "apply", "body": body(rng)}


def _patch(rng: Random, kind: str, body: Any, patch_type: str = "merge") -> Move:
    return {
        "do": "patch",
        "kind": kind,
        "place": _place(rng),
        "patch_type": patch_type,
        "body": body,
    }


def _scale(rng: Random) -> Move:
    return _patch(rng, rng.choice(WORKLOADS), {"spec": {"replicas": rng.randint(0, 9)}})


def _set_image(rng: Random) -> Move:
    container = {"name": "app", "image": manifests.image(rng)}
    template = {"spec": {"containers": [container]}}
    kind = rng.choice(("Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet"))
    return _patch(rng, kind, {"spec": {"template": template}}, "strategic")


def _set_strategy(rng: Random) -> Move:
    strategy = manifests.strategy(rng)
    body = {"spec": {"strategy": {"rollingUpdate": None, **strategy}}}
    return _patch(rng, "Deployment", body)


def _pause(rng: Random) -> Move:
    return _patch(rng, "Deployment", {"spec": {"paused": rng.random() < 0.4}})


def _relabel(rng: Random) -> Move:
    app = rng.choice((*manifests.APPS, "solo", "nobody"))
    return _patch(
        rng, rng.choice(("Pod", "Pod", "ReplicaSet")), {"metadata": {"labels": {"app": app}}}
    )


def _finalizer(rng: Random) -> Move:
    kind = rng.choice(("Pod", "ReplicaSet", "Deployment", "ConfigMap"))
    held = [FINALIZER] if rng.random() < 0.4 else None
    return _patch(rng, kind, {"metadata": {"finalizers": held}})


def _cordon(rng: Random) -> Move:
    return {"do": "line", "line": f"kubectl {rng.choice(('cordon', 'uncordon'))} {_node(rng)}"}


def _rollout(rng: Random) -> Move:
    verb = rng.choice(("undo", "undo", "restart", "pause", "resume", "resume"))
    app, namespace = rng.choice(manifests.APPS), rng.choice(manifests.NAMESPACES)
    return {"do": "line", "line": f"kubectl rollout {verb} deployment/{app} -n {namespace}"}


def _taint(rng: Random) -> Move:
    effect = rng.choice(("NoSchedule", "NoExecute", "PreferNoSchedule", None))
    return {"do": "taint", "node": _node(rng), "effect": effect}


def _delete(rng: Random) -> Move:
    options: Move = {}
    if rng.random() < 0.5:
        options["propagation"] = rng.choice(("Background", "Foreground", "Orphan"))
    if rng.random() < 0.2:
        options["grace_s"] = rng.choice((0, 1, 90))
    return {"do": "delete", "kind": rng.choice(ANY), "place": _place(rng), "options": options}


def _delete_pod(rng: Random) -> Move:
    options = rng.choice(({}, {}, {"grace_s": 0}, {"grace_s": 3}))
    return {"do": "delete", "kind": "Pod", "place": _place(rng), "options": options}


def _delete_namespace(rng: Random) -> Move:
    return {"do": "delete", "kind": "Namespace", "name": "team", "options": {}}


def _delete_node(rng: Random) -> Move:
    return {"do": "delete", "kind": "Node", "name": _node(rng), "options": {}}


def _delete_many(rng: Random) -> Move:
    kind = rng.choice(MANY)
    return {"do": "delete", "kind": kind, "place": _place(rng), "options": {}}


def _evict(rng: Random) -> Move:
    return {"do": "evict", "place": _place(rng)}


def _stale(rng: Random) -> Move:
    return {"do": "stale", "kind": rng.choice(ANY), "place": _place(rng)}


def _node_fault(rng: Random) -> Move:
    fault = rng.choice(
        ("node-crash", "node-partition", "node-reboot", "node-recover", "node-recover")
    )
    arguments: Move = {"node": _node(rng)}
    if fault == "node-reboot":
        arguments["seconds"] = rng.choice((2, 30, 90))
    return {"do": "inject", "fault": fault, "arguments": arguments}


def _container_fault(rng: Random) -> Move:
    fault = rng.choice(("container-kill", "container-kill", "container-hang"))
    return {"do": "hit", "fault": fault, "place": _place(rng)}


def _dependency(rng: Random) -> Move:
    fault = rng.choice(("dependency-down", "dependency-recover"))
    return {"do": "inject", "fault": fault, "arguments": {"name": "database"}}


def _load(rng: Random) -> Move:
    host = f"{rng.choice(manifests.APPS)}.{rng.choice(manifests.NAMESPACES)}"
    return {"do": "load", "url": f"http://{host}/", "rps": rng.choice((1, 50, 2000))}


def _advance(rng: Random) -> Move:
    longest_ms = rng.choice((50, 1_000, 8_000, 30_000, 90_000, 400_000))
    return {"do": "advance", "ms": rng.randint(1, longest_ms), "slices": rng.choice((1, 1, 2, 5))}


def _copy(rng: Random) -> Move:
    return {"do": rng.choice(("fork", "restore", "replay")), "ms": rng.choice((1, 700, 20_000))}


MOVES: tuple[Kind, ...] = (
    Kind(30, _advance),
    Kind(9, _apply(manifests.deployment)),
    Kind(3, _apply(manifests.replica_set)),
    Kind(4, _apply(manifests.pod)),
    Kind(4, _apply(manifests.service)),
    Kind(2, _apply(manifests.config_map)),
    Kind(1, _apply(manifests.namespace)),
    Kind(6, _scale),
    Kind(7, _set_image),
    Kind(2, _set_strategy),
    Kind(2, _pause),
    Kind(3, _relabel),
    Kind(3, _finalizer),
    Kind(3, _cordon),
    Kind(4, _rollout),
    Kind(3, _taint),
    Kind(3, _delete),
    Kind(4, _delete_pod),
    Kind(1, _delete_namespace),
    Kind(1, _delete_node),
    Kind(2, _stale),
    Kind(5, _node_fault),
    Kind(4, _container_fault),
    Kind(1, _dependency),
    Kind(2, _load),
    Kind(3, _copy),
    Kind(3, _apply(manifests.stateful_set), "statefulset"),
    Kind(2, _apply(manifests.daemon_set), "daemonset"),
    Kind(3, _apply(manifests.job), "job"),
    Kind(1, _apply(manifests.cron_job), "cronjob"),
    Kind(2, _apply(manifests.disruption_budget), "disruption"),
    Kind(2, _apply(manifests.quota), "resourcequota"),
    Kind(2, _evict, "disruption"),
    Kind(1, _delete_many, "statefulset"),
    Kind(2, _apply(manifests.claim), "attachdetach"),
    Kind(2, _apply(manifests.autoscaler), "horizontal-pod-autoscaler"),
)


def draw(seed: int, count: int, actors: frozenset[str]) -> list[Move]:
    """``count`` moves; those of a kind whose controller is not among ``actors`` are left out."""
    rng = Random(seed)
    kinds = [kind for kind in MOVES if not kind.actor or kind.actor in actors]
    weights = [kind.weight for kind in kinds]
    opening = [_apply(manifests.namespace)(rng), _apply(manifests.deployment)(rng)]
    rest = [rng.choices(kinds, weights)[0].draw(rng) for _ in range(count - len(opening))]
    return [*opening, *rest]
