"""GET .../pods/NAME/log: what the API server passes on to the kubelet of the pod's node."""

from __future__ import annotations

from typing import Any

from .api.errors import bad_request
from .base.objects import Key, Obj, get_in
from .control import World
from .nodes.logs import NoLogs, pod_logs

_PULLING = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


def handle(world: World, request: Obj) -> Obj:
    """``{"lines": [...]}`` of a container.

    Options: container, previous, since_ms (virtual time), tail, timestamps. ApiError in the words
    of the real server: NotFound, and BadRequest for a container that is not there or has nothing
    to tell.
    """
    pod = world.api.get(Key("Pod", request.get("namespace") or "default", request["name"]))
    options: dict[str, Any] = request.get("options") or {}
    container = options.get("container") or _only_container(pod)
    if not get_in(pod, "spec", "nodeName"):
        return {"lines": []}
    previous = bool(options.get("previous"))
    try:
        lines = pod_logs(
            world,
            pod,
            container,
            previous=previous,
            since_ms=options.get("since_ms"),
            tail=options.get("tail"),
            timestamps=bool(options.get("timestamps")),
        )
    except NoLogs:
        raise bad_request(_refusal(pod, container, previous)) from None
    return {"lines": lines}


def _only_container(pod: Obj) -> str:
    names = [each["name"] for each in pod["spec"]["containers"]]
    if len(names) > 1:
        raise bad_request(
            f"a container name must be specified for pod {pod['metadata']['name']}, choose one of: "
            f"[{' '.join(names)}]"
        )
    return str(names[0])


def _refusal(pod: Obj, container: str, previous: bool) -> str:
    name = pod["metadata"]["name"]
    if previous:
        return f'previous terminated container "{container}" in pod "{name}" not found'
    waiting = next(
        (
            get_in(status, "state", "waiting", "reason")
            for field in ("initContainerStatuses", "containerStatuses")
            for status in get_in(pod, "status", field, default=())
            if status["name"] == container
        ),
        None,
    )
    why = _PULLING.get(waiting or "", waiting) or "ContainerCreating"
    return f'container "{container}" in pod "{name}" is waiting to start: {why}'
