"""kubectl port-forward: ports of this terminal's localhost that lead to a pod.

The real command holds its terminal until Ctrl+C. Here there is one terminal, so the ports stay
open beside it: ``curl localhost:PORT`` goes to the pod until that is gone, or the port is forwarded
anew.
"""

from __future__ import annotations

import re

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, get_in, key_of
from k8slab.engine.nodes.handlers import port_number

from ..command import Verb
from ..errors import failure
from ..flags import Parsed
from ..resources import kind_of
from ..session import Forward, Session
from . import pod_target

_FIRST_FREE = 40_001
_PORT_MAX = 65_535


def run(session: Session, parsed: Parsed) -> int | None:
    """Open the ports."""
    if len(parsed.arguments) < 2:
        raise failure(
            "TYPE/NAME and list of ports are required for port-forward\n"
            "See 'kubectl port-forward -h' for help and examples"
        )
    word, *ports = parsed.arguments
    service = None
    type_, _, name = word.partition("/")
    if name and type_ in ("svc", "service", "services"):
        service = session.get(kind_of("services"), session.namespace, name)
    pairs = [_pair(text) for text in ports]
    if service is not None:
        name = service["metadata"]["name"]
        for _, remote in pairs:
            if _service_port(service, remote) is None:
                if remote.isdigit():
                    raise failure(f"Service {name} does not have a service port {remote}")
                raise failure(f"Service '{name}' does not have a named port '{remote}'")
    pod = pod_target.pod_of(session, word)
    phase = get_in(pod, "status", "phase")
    if phase != "Running":
        raise failure(f"unable to forward port because pod is not running. Current status={phase}")
    try:
        name = pod["metadata"]["name"]
        session.request(
            "create", kind_of("pods"), session.namespace, name, subresource="portforward"
        )
    except ApiError as error:
        raise failure(f"error upgrading connection: {error.message}") from None
    for local, remote in pairs:
        target = _target_port(pod, service, remote)
        _open(session, pod, local, target)
    return None


def _open(session: Session, pod: Obj, local: int, remote: int) -> None:
    port = local or _FIRST_FREE
    session.print(f"Forwarding from 127.0.0.1:{port} -> {remote}")
    session.print(f"Forwarding from [::1]:{port} -> {remote}")
    if session.desk is not None:
        session.desk.forward(Forward(port, key_of(pod), pod["metadata"]["uid"], remote))


def _pair(text: str) -> tuple[int, str]:
    """``8080:80``, ``80`` or ``:80``: the port here (0: any), and the one there as it was said."""
    match = re.fullmatch(r"(?:(\d{0,19}):)?([\w-]{1,63})", text)
    if match is None:
        raise failure(f"invalid port format '{text}'")
    remote = match[2]
    local = match[1] if match[1] is not None else remote
    for what, said in (("local", local), ("remote", remote)):
        if said.isdigit() and int(said) > _PORT_MAX:
            why = f'strconv.ParseUint: parsing "{said}": value out of range'
            raise failure(f"error parsing {what} port '{said}': {why}")
    if remote.isdigit() and not int(remote):
        raise failure("remote port must be > 0")
    return (int(local) if local.isdigit() else 0), remote


def _service_port(service: Obj, wanted: str) -> Obj | None:
    for port in get_in(service, "spec", "ports", default=()):
        if wanted in (str(port["port"]), port.get("name")):
            found: Obj = port
            return found
    return None


def _target_port(pod: Obj, service: Obj | None, remote: str) -> int:
    """The port of the pod: of a Service's port its target, by number or by the container's name."""
    port: int | str = remote
    if service is not None:
        found = _service_port(service, remote) or {}
        port = found.get("targetPort") or found.get("port") or remote
    if str(port).isdigit():
        return int(port)
    for container in pod["spec"]["containers"]:
        if any(each.get("name") == port for each in container.get("ports") or ()):
            return port_number(container, port)
    raise failure(f"Pod '{pod['metadata']['name']}' does not have a named port '{port}'")


VERB = Verb(
    name="port-forward",
    summary="Forward one or more local ports to a pod",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="TYPE/NAME [LOCAL_PORT:]REMOTE_PORT [...]",
    example="""\
kubectl port-forward pod/web 8080:80
kubectl port-forward svc/web 8080:80""",
)
