"""kubectl drain: cordon a node, then evict its pods as their budgets allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs, uid_of
from k8slab.engine.base.selectors import parse_selector

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..resources import Found, kind_of
from ..session import MAX_WAIT_MS, Session
from . import options
from .cordon import mark, nodes, selector_alone
from .drain_filters import sort_out

_RETRY_MS = 5_000


@dataclass(slots=True)
class _Drain:
    """The pods of one node that are still to go: when to evict each, and which were evicted."""

    node: Found
    deadline_ms: int
    due: dict[str, int] = field(default_factory=dict)
    pods: dict[str, Obj] = field(default_factory=dict)


def run(session: Session, parsed: Parsed) -> int | None:
    """Drain the nodes, one after another; a node that can't be drained stops it."""
    if not parsed.arguments and not parsed.options["selector"]:
        raise failure("USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples")
    selector_alone("drain", parsed)
    try:
        parse_selector(parsed.options["pod-selector"])
    except ValueError:
        raise failure("--pod-selector=<pod_selector> must be a valid label selector") from None
    found = nodes(session, parsed)
    for item in found:
        mark(session, parsed, item, "cordoned", unschedulable=True)
    left: dict[str, list[str]] = {}
    refused: list[ApiError] = []
    for item in found:
        try:
            errors = _drain(session, parsed, item)
        except ApiError as error:
            errors = [error.message]
            refused.append(error)
        if errors:
            left[item.name] = errors
            session.warn(
                f'error: unable to drain node "{item.name}" due to error: {_joined(errors)}, '
                "continuing command..."
            )
        else:
            session.print(f"{item} {options.done('drained', options.dry_run(parsed))}")
    if not left:
        return None
    session.warn("There are pending nodes to be drained:")
    alone = [line for errors in left.values() for line in errors] if len(left) == 1 else ()
    told = () if refused else alone or [_joined(errors) for errors in left.values()]
    for line in (*(f" {name}" for name in left), *told):
        session.warn(line)
    for refusal in refused:
        session.fail(refusal)
    return 1


def _joined(errors: list[str]) -> str:
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


def _drain(session: Session, parsed: Parsed, item: Found) -> list[str]:
    """Evict the node's pods; what stood in the way, if anything."""
    pods = _pods_of(session, parsed, item)
    going, warnings, errors = sort_out(session, parsed, pods)
    if errors:
        return errors
    if warnings:
        session.warn("Warning: " + "; ".join(warnings))
    strategy = options.dry_run(parsed)
    if strategy != "none":
        for pod in going:
            session.print(f"evicting pod {_name(pod)}{options.done('', strategy)}")
        return []
    now_ms = session.cluster.now_ms
    limit_ms = min(parsed.options["timeout"] or MAX_WAIT_MS, MAX_WAIT_MS)
    drain = _Drain(item, now_ms + limit_ms)
    drain.pods = {_name(pod): pod for pod in going}
    drain.due = dict.fromkeys(drain.pods, now_ms)
    return _evict_all(session, parsed, drain)


def _pods_of(session: Session, parsed: Parsed, item: Found) -> Objs:
    return session.list(
        kind_of("pods"),
        labels=parsed.options["pod-selector"],
        fields=f"spec.nodeName={item.name}",
    )


def _evict_all(session: Session, parsed: Parsed, drain: _Drain) -> list[str]:
    """Evict, wait, and try again what a budget refuses, until the time is over."""
    while drain.pods:
        now_ms = session.cluster.now_ms
        due = [name for name, at_ms in drain.due.items() if at_ms <= now_ms]
        for name in due:
            session.print(f"evicting pod {name}")
        if now_ms >= drain.deadline_ms:
            return _timed_out(session, parsed, drain)
        for name in due:
            _evict(session, parsed, drain, name)
        _note_gone(session, drain)
        if not drain.pods:
            break
        until_ms = min([*drain.due.values(), drain.deadline_ms])
        session.wait(
            lambda: any(_is_gone(session, pod) for pod in _evicted(drain)),
            until_ms - session.cluster.now_ms,
        )
    return []


def _evicted(drain: _Drain) -> Objs:
    return [pod for name, pod in drain.pods.items() if name not in drain.due]


def _evict(session: Session, parsed: Parsed, drain: _Drain, name: str) -> None:
    pod = drain.pods[name]
    metadata, grace_s = pod["metadata"], parsed.options["grace-period"]
    options_: Obj = {"gracePeriodSeconds": grace_s} if grace_s >= 0 else {}
    try:
        if parsed.options["disable-eviction"]:
            asked = {"grace_s": grace_s} if grace_s >= 0 else {}
            place = metadata["namespace"], metadata["name"]
            session.request("delete", kind_of("pods"), *place, options=asked)
            del drain.due[name]
            return
        session.request(
            "create",
            kind_of("pods"),
            metadata["namespace"],
            metadata["name"],
            subresource="eviction",
            body={
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": {"name": metadata["name"], "namespace": metadata["namespace"]},
                "deleteOptions": options_,
            },
        )
    except ApiError as error:
        if error.code == 429:
            session.warn(f"{_when(pod)} (will retry after 5s): {error.message}")
            drain.due[name] = session.cluster.now_ms + _RETRY_MS
            return
        if error.code != 404:
            raise
    del drain.due[name]


def _note_gone(session: Session, drain: _Drain) -> None:
    for pod in _evicted(drain):
        if _is_gone(session, pod):
            session.print(f"pod/{pod['metadata']['name']} evicted")
            del drain.pods[_name(pod)]


def _is_gone(session: Session, pod: Obj) -> bool:
    metadata = pod["metadata"]
    stored = session.find(kind_of("pods"), metadata["namespace"], metadata["name"])
    return stored is None or uid_of(stored) != uid_of(pod)


def _timed_out(session: Session, parsed: Parsed, drain: _Drain) -> list[str]:
    seconds = parsed.options["timeout"] // 1000
    errors = [f"{_when(pod)}: global timeout reached: {seconds}s" for pod in drain.pods.values()]
    node = drain.node.name
    for error in errors:
        session.warn(f'There are pending pods in node "{node}" when an error occurred: {error}')
    for pod in drain.pods.values():
        session.warn(f"pod/{pod['metadata']['name']}")
    return errors


def _when(pod: Obj) -> str:
    metadata = pod["metadata"]
    return f'error when evicting pods/"{metadata["name"]}" -n "{metadata["namespace"]}"'


def _name(pod: Obj) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


VERB = Verb(
    name="drain",
    summary="Drain node in preparation for maintenance",
    run=run,
    section="Cluster Management Commands",
    usage="NODE",
    example="kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data",
    flags=(
        options.SELECTOR,
        options.DRY_RUN,
        Flag("disable-eviction", "bool", default=False, hint="Delete pods, past their budgets"),
        Flag("chunk-size", "int", default=500, hint="Ignored: lists come whole"),
        Flag("skip-wait-for-delete-timeout", "int", default=0, hint="Ignored: each is awaited"),
        Flag("force", "bool", default=False, hint="Evict pods that no controller would replace"),
        Flag("ignore-daemonsets", "bool", default=False, hint="Leave pods of DaemonSets alone"),
        Flag("delete-emptydir-data", "bool", default=False, hint="Lose what is in emptyDirs"),
        Flag("grace-period", "int", default=-1, hint="Seconds to end in good order"),
        Flag("timeout", "duration", default=0, hint="How long to try (virtual time)"),
        Flag("pod-selector", hint="Evict only pods with these labels"),
    ),
)
