"""One look at a DaemonSet: its revision, the nodes, and which of its pods are on which node."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ...base.intstr import scaled
from ...base.objects import Obj, Objs, annotations_of, is_deleting, labels_of
from ...base.pods import available_in_ms, node_of, pod_is_terminal
from ...control import World
from .nodes import should_run, target_node

SOURCE = "daemonset-controller"
HASH = "controller-revision-hash"
GENERATION = "pod-template-generation"
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


@dataclass(frozen=True)
class Look:
    """A DaemonSet and its pods as they stand; lives for one reconcile.

    ``waits_ms``: after which times something is to be done that can't be done yet.
    """

    world: World
    daemon_set: Obj
    hash: str
    nodes: Objs
    by_node: dict[str, Objs]
    waits_ms: list[int] = field(default_factory=list)

    @cached_property
    def generation(self) -> str:
        """The template's generation, which pods carry as a label."""
        return annotations_of(self.daemon_set).get(_TEMPLATE_GENERATION, "")

    @cached_property
    def places(self) -> dict[str, tuple[bool, bool]]:
        """By node: whether a pod should be started there, and whether one may stay."""
        return {it["metadata"]["name"]: should_run(self.daemon_set, it) for it in self.nodes}

    @cached_property
    def wanted(self) -> int:
        """On how many nodes a pod should run."""
        return sum(start for start, _ in self.places.values())

    @cached_property
    def surge(self) -> int:
        """maxSurge of a rolling update, 0 for any other strategy."""
        return self._limit("maxSurge")

    @cached_property
    def unavailable(self) -> int:
        """maxUnavailable of a rolling update."""
        return self._limit("maxUnavailable")

    def _limit(self, field: str) -> int:
        strategy = self.daemon_set["spec"]["updateStrategy"]
        if strategy["type"] != "RollingUpdate":
            return 0
        return scaled(strategy["rollingUpdate"][field], self.wanted, round_up=True)

    def is_updated(self, pod: Obj) -> bool:
        """Whether a pod is of the present template."""
        labels = labels_of(pod)
        return labels.get(HASH) == self.hash or (
            bool(self.generation) and labels.get(GENERATION) == self.generation
        )

    def available_in_ms(self, pod: Obj) -> int | None:
        """As ``base.pods.available_in_ms``, by the DaemonSet's minReadySeconds."""
        seconds = self.daemon_set["spec"].get("minReadySeconds", 0)
        return available_in_ms(pod, seconds, self.world.unix_ms)

    def is_available(self, pod: Obj) -> bool:
        """Ready for long enough."""
        return self.available_in_ms(pod) == 0


def by_node(pods: Objs) -> dict[str, Objs]:
    """Pods by the node they are on or meant for; what has ended and is going is left out."""
    found: dict[str, Objs] = {}
    for pod in pods:
        node = target_node(pod)
        if node and not (pod_is_terminal(pod) and is_deleting(pod)):
            found.setdefault(node, []).append(pod)
    return found


def oldest_first(pods: Objs) -> Objs:
    """What is bound to its node, then by age (podByCreationTimestampAndPhase)."""
    return sorted(pods, key=_standing)


def _standing(pod: Obj) -> tuple[bool, str, str]:
    metadata = pod["metadata"]
    return not node_of(pod), metadata["creationTimestamp"], metadata["name"]
