"""Which pods a drain may evict, and what it says of the others (kubectl drain/filters.go)."""

from __future__ import annotations

from typing import NamedTuple

from k8slab.engine.base.objects import Obj, Objs, controller_of, get_in
from k8slab.engine.base.pods import pod_is_terminal

from ..flags import Parsed
from ..resources import kind_of
from ..session import Session

_DAEMON = "DaemonSet-managed Pods"
_LOCAL = "Pods with local storage"
_BARE = "Pods that declare no controller"


class _Answer(NamedTuple):
    evict: bool = True
    warning: str = ""
    error: str = ""


def sort_out(session: Session, parsed: Parsed, pods: Objs) -> tuple[Objs, list[str], list[str]]:
    """The pods to evict, warnings, and errors, the pods of one sentence together."""
    going: Objs = []
    warnings: dict[str, list[str]] = {}
    errors: dict[str, list[str]] = {}
    for pod in pods:
        name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        answer = _ask(session, parsed, pod)
        if answer.evict:
            going.append(pod)
        if answer.warning:
            warnings.setdefault(answer.warning, []).append(name)
        if answer.error:
            errors.setdefault(answer.error, []).append(name)
    return (
        going,
        [f"{text}: {', '.join(names)}" for text, names in warnings.items()],
        [f"cannot delete {text}: {', '.join(names)}" for text, names in errors.items()],
    )


def _ask(session: Session, parsed: Parsed, pod: Obj) -> _Answer:
    for check in (_of_daemon_set, _with_local_storage, _bare):
        answer = check(session, parsed, pod)
        if answer is not None:
            return answer
    return _Answer()


def _of_daemon_set(session: Session, parsed: Parsed, pod: Obj) -> _Answer | None:
    owner = controller_of(pod)
    if owner is None or owner["kind"] != "DaemonSet" or pod_is_terminal(pod):
        return None
    namespace = pod["metadata"]["namespace"]
    if session.find(kind_of("daemonsets"), namespace, owner["name"]) is None:
        return None
    if parsed.options["ignore-daemonsets"]:
        return _Answer(False, warning=f"ignoring {_DAEMON}")
    return _Answer(False, error=f"{_DAEMON} (use --ignore-daemonsets to ignore)")


def _with_local_storage(session: Session, parsed: Parsed, pod: Obj) -> _Answer | None:
    local = any("emptyDir" in volume for volume in get_in(pod, "spec", "volumes", default=[]))
    if not local or pod_is_terminal(pod) or parsed.options["delete-emptydir-data"]:
        return None
    return _Answer(False, error=f"{_LOCAL} (use --delete-emptydir-data to override)")


def _bare(session: Session, parsed: Parsed, pod: Obj) -> _Answer | None:
    if pod_is_terminal(pod) or controller_of(pod) is not None:
        return None
    if parsed.options["force"]:
        return _Answer(warning=f"deleting {_BARE}")
    return _Answer(False, error=f"{_BARE} (use --force to override)")
