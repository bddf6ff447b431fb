"""DefaultPreemption: which pods make room for one that is more important (1.36).

On each node where fewer pods could help, all that are less important are thought away; as many as
possible are then let back in, first those whose disruption budget would be broken, then the most
important. The node that costs least is nominated, and its victims are deleted with their grace.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ..base.conditions import condition_of, replaced
from ..base.objects import Key, Obj, Objs, is_deleting, key_of, labels_of, uid_of
from ..base.selectors import matcher
from ..base.times import parse_rfc3339
from ..control import World
from ..control.series import Report
from . import waiting
from .choice import Asked, Fit, asked_of, what_if
from .nodeinfo import NodeInfo
from .plugin import Cycle
from .podinfo import priority_of

HELPLESS = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NOT_YET = 2**62
CANDIDATES_MIN = 100  # DefaultPreemptionArgs.minCandidateNodesAbsolute
CANDIDATES_PERCENT = 10  # minCandidateNodesPercentage


class Victims(NamedTuple):
    """The pods that would have to go from a node, and how many against their budget."""

    node: str
    pods: Objs
    violations: int


class Verdict(NamedTuple):
    """What preemption came to: the least costly victims, or why there are none.

    ``node`` is what becomes of the pod's nomination: "" takes it back, None leaves it.
    """

    victims: Victims | None
    why_not: str
    node: str | None


def preempt(world: World, cycle: Cycle, fit: Fit) -> Verdict:
    """Look for pods that could go (as the FitError tells it, where there are none)."""
    pod = cycle.pod
    if pod["spec"].get("preemptionPolicy") == "Never":
        return Verdict(None, "not eligible due to preemptionPolicy=Never.", None)
    if _is_room_being_made(cycle, fit):
        why = "not eligible due to a terminating pod on the nominated node."
        return Verdict(None, why, None)
    asked = asked_of(cycle)
    said: Counter[str] = Counter()
    candidates: list[Victims] = []
    enough = max(CANDIDATES_MIN, len(cycle.nodes) * CANDIDATES_PERCENT // 100)
    for info in cycle.nodes:
        refusal = fit.refusals.get(info.name)
        if refusal is None or not refusal.resolvable:
            said[HELPLESS] += 1
        elif len(candidates) < enough:
            found = _victims_on(world, cycle, info, asked)
            if isinstance(found, Victims):
                candidates.append(found)
            else:
                said.update(found)
    if candidates:
        victims = min(candidates, key=_cost)
        return Verdict(victims, "", victims.node)
    texts = ", ".join(sorted(f"{count} {text}" for text, count in said.items()))
    return Verdict(None, f"0/{len(cycle.nodes)} nodes are available: {texts}.", "")


def evict(world: World, pod: Obj, victims: Victims) -> None:
    """Delete the victims, gracefully, and tell why."""
    for victim in victims.pods:
        if is_deleting(victim):
            continue
        status = victim.get("status") or {}
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "PreemptionByScheduler",
            "message": f"{pod['spec']['schedulerName']}: preempting to accommodate "
            "a higher priority pod",
            "lastProbeTime": None,
            "lastTransitionTime": world.timestamp(),
            "observedGeneration": victim["metadata"].get("generation", 1),
        }
        conditions = replaced(status.get("conditions") or [], condition)
        victim = world.api.update_status(victim, {**status, "conditions": conditions})
        world.api.delete(key_of(victim), uid=uid_of(victim))
        message = f"Preempted by pod {uid_of(pod)} on node {victims.node}"
        report = Report("Normal", "Preempted", "Preempting", message, "default-scheduler")
        world.report(victim, report, related=pod)


def _is_room_being_made(cycle: Cycle, fit: Fit) -> bool:
    """Whether less important pods are on their way out of the node that was nominated before,
    and that will help."""
    node = cycle.known.get((cycle.pod.get("status") or {}).get("nominatedNodeName", ""))
    mine = priority_of(cycle.pod)
    refusal = fit.refusals.get(node.name) if node is not None else None
    if refusal is not None and not refusal.resolvable:
        return False
    return node is not None and any(
        is_deleting(other) and priority_of(other) < mine and _was_preempted(other)
        for other in node.pods.values()
    )


def _was_preempted(pod: Obj) -> bool:
    target = condition_of(pod, "DisruptionTarget")
    return target is not None and target.get("reason") == "PreemptionByScheduler"


def _victims_on(
    world: World, cycle: Cycle, info: NodeInfo, asked: Asked
) -> Victims | tuple[str, ...]:
    """SelectVictimsOnNode; or what is said of a node where no victims would do."""
    mine = priority_of(cycle.pod)
    lower = [pod for pod in info.pods.values() if priority_of(pod) < mine]
    if not lower:
        return (NO_VICTIMS,)
    kept = [pod for pod in info.pods.values() if priority_of(pod) >= mine]
    kept += [
        other
        for other in waiting.nominated(world, info.name)
        if other is not cycle.pod and priority_of(other) >= mine
    ]
    refusal = what_if(cycle, info, kept, asked)
    if refusal is not None:
        return refusal.texts
    victims: Objs = []
    violations = 0
    breaking, others = _by_budget(world, sorted(lower, key=_importance))
    for pod in [*breaking, *others]:
        if what_if(cycle, info, [*kept, pod], asked) is None:
            kept.append(pod)
        else:
            victims.append(pod)
            violations += any(pod is each for each in breaking)
    return Victims(info.name, victims, violations)


def _importance(pod: Obj) -> tuple[int, int, Key]:
    """The most important first (util.MoreImportantPod): by priority, then the longest running."""
    started = (pod.get("status") or {}).get("startTime")
    return -priority_of(pod), parse_rfc3339(started) if started else NOT_YET, key_of(pod)


def _by_budget(world: World, pods: Objs) -> tuple[Objs, Objs]:
    """Pods whose deletion breaks a PodDisruptionBudget, one after the other, and the rest."""
    left = [
        (budget, int((budget.get("status") or {}).get("disruptionsAllowed") or 0))
        for budget in world.store.list("PodDisruptionBudget")
    ]
    breaking: Objs = []
    others: Objs = []
    for pod in pods:
        covering = [_is_covered(pod, budget) for budget, _ in left]
        pairs = zip(left, covering, strict=True)
        left = [(budget, allowed - covers) for (budget, allowed), covers in pairs]
        broken = any(covers and it[1] < 0 for it, covers in zip(left, covering, strict=True))
        (breaking if broken else others).append(pod)
    return breaking, others


def _is_covered(pod: Obj, budget: Obj) -> bool:
    if pod["metadata"]["namespace"] != budget["metadata"]["namespace"] or not labels_of(pod):
        return False
    evicted = (budget.get("status") or {}).get("disruptedPods") or {}
    selector = budget["spec"].get("selector")
    return (
        bool(selector)
        and pod["metadata"]["name"] not in evicted
        and matcher(selector)(labels_of(pod))
    )


def _cost(victims: Victims) -> tuple[int, int, int, int, int]:
    """pickOneNodeForPreemption: violations, highest priority, sum, number, latest start."""
    priorities = [priority_of(pod) for pod in victims.pods]
    top = max(priorities, default=0)
    starts = [_importance(pod)[1] for pod in victims.pods if priority_of(pod) == top]
    total = sum(priority + 2**31 for priority in priorities)
    return victims.violations, top, total, len(priorities), -min(starts, default=0)
