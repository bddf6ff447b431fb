"""A terminal on a container's own shell (``run -it``, ``debug -it``)."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, get_in
from k8slab.engine.nodes.inside import NotRunning

from ..container import Box, Terminal, carry_out, start
from ..errors import Failure, failure
from ..resources import kind_of
from ..session import Session

_PROMPT = "If you don't see a command prompt, try pressing enter."
START_MS = 60_000
"""How long a container may take to start (kubectl's pod-running-timeout)."""


def carry_out_own(session: Session, box: Box, stdin: str) -> int:
    """Run the command of a container that waits for its client, to its end; its exit code."""
    machine = start(box, stdin)
    code = carry_out(session, box, machine, machine.alone(list(box.inside.run.command)))
    _end(box, code)
    session.wait(box.is_gone, 1000)
    return code


def attend(session: Session, pod: Obj, *, quiet: bool, removes: bool) -> int:
    """``kubectl run -i`` and ``--attach``: wait for the pod, and print what its container does.

    Failure with the container's exit code, where it is not started again (cmd/run).
    """
    name = pod["metadata"]["name"]
    try:
        code = _attend(session, name, pod["spec"]["containers"][0], quiet=quiet)
        ended = session.get(kind_of("pods"), session.namespace, name)
    finally:
        if removes:
            _remove(session, name)
    if pod["spec"]["restartPolicy"] == "Always":
        return 0
    statuses = get_in(ended, "status", "containerStatuses", default=())
    state = get_in(statuses[0], "state", "terminated") if statuses else None
    code = code or int((state or {}).get("exitCode", 0))
    if code:
        why = (state or {}).get("reason", "Error")
        raise Failure(f"pod {session.namespace}/{name} terminated ({why})\n", code)
    return 0


def _attend(session: Session, pod: str, container: Obj, *, quiet: bool) -> int:
    """The exit code of the command that was carried out; 0 where the container ran by itself."""
    if container.get("stdinOnce"):
        box = _started(session, pod, container["name"])
        if not quiet:
            session.warn(_PROMPT)
        if box.inside.run.waits:
            return carry_out_own(session, box, session.stdin)
    session.wait(lambda: _ended(session, pod), START_MS)
    session.write(_log(session, pod, container["name"]))
    return 0


def _ended(session: Session, name: str) -> bool:
    pod = session.find(kind_of("pods"), session.namespace, name)
    return pod is None or get_in(pod, "status", "phase") in ("Succeeded", "Failed")


def _log(session: Session, name: str, container: str) -> str:
    asked = {"container": container}
    place = kind_of("pods"), session.namespace, name
    try:
        found = session.request("get", *place, subresource="log", options=asked)
    except ApiError as error:
        raise failure(error.message) from None
    return "".join(f"{line}\n" for line in found["lines"])


def _started(session: Session, pod: str, container: str) -> Box:
    """The container as soon as it runs."""
    found: list[Box] = []

    def is_there() -> bool:
        try:
            found.append(Box(session.cluster, session.namespace, pod, container))
        except NotRunning:
            return _ended(session, pod)
        return True

    if not session.wait(is_there, START_MS) or not found:
        raise failure("timed out waiting for the condition")
    return found[-1]


def _end(box: Box, code: int) -> None:
    """The process ends with the shell or the command that stood for it."""
    if not box.is_gone():
        _, namespace, pod = box.key
        box.cluster.inject(
            "container-exit", pod=pod, namespace=namespace, container=box.container, code=code
        )


def _remove(session: Session, pod: str) -> None:
    session.request("delete", kind_of("pods"), session.namespace, pod)
    session.print(f'pod "{pod}" deleted from {session.namespace} namespace')


def enter(
    session: Session, pod: str, container: str, shell: str = "sh", *, removes: bool = False
) -> int:
    """Wait for the container and open its shell; ``removes`` deletes the pod when it is left."""
    box = _started(session, pod, container)
    session.warn(_PROMPT)

    def leave(later: Session, code: int) -> None:
        _end(box, code)
        if removes:
            later.wait(box.is_gone, 1000)
            _remove(later, pod)

    if session.desk is not None and session.has_tty:
        session.desk.open(Terminal(box, shell, leave))
    return 0
