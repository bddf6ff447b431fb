"""Which pod and container a verb such as exec is about, and its refusals."""

from __future__ import annotations

import hashlib

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, get_in, labels_of
from k8slab.engine.base.selectors import matcher
from k8slab.engine.nodes.inside import NotRunning

from ..container import Box
from ..errors import failure, server_text
from ..flags import Parsed
from ..resources import Wanted, kind_of, parse_arguments
from ..session import Session

_FIELDS = ("containers", "initContainers", "ephemeralContainers")
_SHOWN = {"containers": "", "initContainers": " (init)", "ephemeralContainers": " (ephem)"}


def pod_of(session: Session, word: str) -> Obj:
    """The pod of ``NAME`` or ``TYPE/NAME``: a workload's or Service's first pod that runs."""
    item = (
        parse_arguments([word], session.discovery)[0]
        if "/" in word
        else Wanted(kind_of("pods"), word)
    )
    found = session.get(item.kind, session.namespace, str(item.name))
    if item.kind.kind == "Pod":
        return found
    selector = get_in(found, "spec", "selector")
    if selector is None:
        what = f"*{item.kind.version}.{item.kind.kind}"
        raise failure(f"cannot attach to {what}: selector for {what} not implemented")
    if item.kind.kind == "Service":
        selector = {"matchLabels": selector}
    selects = matcher(selector)
    every = session.list(kind_of("pods"), session.namespace)
    pods = [pod for pod in every if selects(labels_of(pod))]
    if not pods:
        raise failure("timed out waiting for the condition")
    return sorted(pods, key=lambda pod: get_in(pod, "status", "phase") != "Running")[0]


def container_of(session: Session, parsed: Parsed, pod: Obj) -> str:
    """The container that ``-c`` names, else the first, which is told where there are others."""
    every = [
        (each["name"], each["name"] + _SHOWN[field])
        for field in _FIELDS
        for each in pod["spec"].get(field) or ()
    ]
    listed = ", ".join(shown for _, shown in every)
    wanted: str = parsed.options["container"]
    name = pod["metadata"]["name"]
    if wanted and wanted not in [each for each, _ in every]:
        raise failure(f"container {wanted} is not valid for pod {name} out of: {listed}")
    if not wanted and len(every) > 1:
        quiet = parsed.options.get("quiet")
        if not quiet:
            session.warn(f'Defaulted container "{every[0][0]}" out of: {listed}')
    return wanted or every[0][0]


def connected(session: Session, pod: Obj, container: str, how: str) -> Box:
    """The inside of a container, to which the user may connect by ``exec`` or ``attach``."""
    metadata = pod["metadata"]
    try:
        session.request(
            "create", kind_of("pods"), session.namespace, metadata["name"], subresource=how
        )
    except ApiError as error:
        if error.code != 403:
            raise failure(server_text(error)) from None
        raise failure(f"unable to upgrade connection: {error.message}") from None
    if not get_in(pod, "spec", "nodeName"):
        why = f"pod {metadata['name']} does not have a host assigned"
        raise failure(f"unable to upgrade connection: {why}")
    try:
        return Box(session.cluster, metadata["namespace"], metadata["name"], container)
    except NotRunning:
        raise failure(
            f'unable to upgrade connection: container not found ("{container}")'
        ) from None


def refuse_completed(pod: Obj, verb: str) -> None:
    """No container of a pod that has ended can be reached."""
    phase = get_in(pod, "status", "phase")
    if phase in ("Succeeded", "Failed"):
        raise failure(f"cannot {verb} a container in a completed pod; current phase is {phase}")


def not_found(box: Box, name: str) -> str:
    """What containerd and runc say of a program that the image does not have."""
    started = hashlib.sha256(f"{box.start}{box.cluster.now_ms}".encode()).hexdigest()
    why = (
        f'exec: "{name}": stat {name}: no such file or directory'
        if "/" in name
        else f'exec: "{name}": executable file not found in $PATH'
    )
    return (
        "Internal error occurred: error executing command in container: failed to exec in "
        f'container: failed to start exec "{started}": OCI runtime exec failed: exec failed: '
        f"unable to start container process: {why}: unknown"
    )
