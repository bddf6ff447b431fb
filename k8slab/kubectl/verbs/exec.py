"""kubectl exec: a command in a container, or a shell that stays open there."""

from __future__ import annotations

from k8slab.engine.apps.sh.builtins import SHELLS

from ..command import Verb
from ..container import Box, Terminal, carry_out, start
from ..errors import failure
from ..flags import Flag, Parsed
from ..session import Session
from . import pod_target


def run(session: Session, parsed: Parsed) -> int | None:
    """Run the command; its exit code."""
    if parsed.dash is None:
        word, command = parsed.arguments[:1], parsed.arguments[1:]
        if command:
            raise failure(
                "exec [POD] [COMMAND] is not supported anymore. "
                "Use exec [POD] -- [COMMAND] instead\n"
                "See 'kubectl exec -h' for help and examples"
            )
    else:
        word, command = parsed.arguments[: parsed.dash], parsed.arguments[parsed.dash :]
    if not word:
        raise failure("pod, type/name or --filename must be specified")
    if not command:
        raise failure("you must specify at least one command for the container")
    pod = pod_target.pod_of(session, word[0])
    pod_target.refuse_completed(pod, "exec into")
    container = pod_target.container_of(session, parsed, pod)
    box = pod_target.connected(session, pod, container, "exec")
    return _started(session, parsed, box, command)


def _started(session: Session, parsed: Parsed, box: Box, command: list[str]) -> int:
    if not box.is_executable(command[0]):
        raise failure(pod_target.not_found(box, command[0]))
    given = parsed.options
    bare = command[0] in SHELLS and all(word in ("-i", "-l", "-il") for word in command[1:])
    if bare and given["stdin"] and given["tty"] and session.has_tty and session.desk:
        session.desk.open(Terminal(box, command[0].rpartition("/")[2]))
        return 0
    machine = start(box, session.stdin if given["stdin"] else "")
    code = carry_out(session, box, machine, machine.alone(command))
    if code:
        session.warn(f"command terminated with exit code {code}")
    return code


VERB = Verb(
    name="exec",
    summary="Execute a command in a container",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    example="""\
kubectl exec web-1 -- env
kubectl exec deploy/web -c sidecar -- cat /etc/resolv.conf
kubectl exec -it web-1 -- sh""",
    flags=(
        Flag("container", short="c", hint="The container; the first if none is named"),
        Flag("stdin", "bool", short="i", default=False, hint="Pass stdin to the container"),
        Flag("tty", "bool", short="t", default=False, hint="With a terminal: a shell stays open"),
        Flag("quiet", "bool", short="q", default=False, hint="Print only the command's output"),
    ),
)
