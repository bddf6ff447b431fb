"""kubectl debug: a container more in a pod that runs, or a pod on a node."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, set_in

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..resources import kind_of
from ..session import Session
from . import pod_target
from .interactive import enter

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def run(session: Session, parsed: Parsed) -> int | None:
    """Add the container, and open its shell with -it."""
    given = parsed.options
    names = parsed.arguments[: parsed.dash]
    command = parsed.arguments[parsed.dash :] if parsed.dash is not None else []
    if not names:
        raise failure("NAME is required for debug")
    if not given["image"]:
        raise failure("you must specify --image")
    kind, slash, node = names[0].partition("/")
    if slash and kind in ("node", "nodes", "no"):
        return _on_node(session, parsed, node, command)
    pod = pod_target.pod_of(session, names[0])
    own = [each["name"] for each in pod["spec"]["containers"]]
    if given["target"] and given["target"] not in own:
        raise failure(f'unable to find target container "{given["target"]}"')
    name = given["container"]
    if not name:
        name = f"debugger-{_suffix(session, pod)}"
        session.warn(f"Defaulting debug container name to {name}.")
    container = _container(parsed, name, command)
    if given["target"]:
        container["targetContainerName"] = given["target"]
        session.warn(
            f'Targeting container "{given["target"]}". If you don\'t see processes from this '
            "container it may be because the container runtime doesn't support this feature."
        )
    every = [*(pod["spec"].get("ephemeralContainers") or ()), container]
    session.request(
        "update",
        kind_of("pods"),
        session.namespace,
        pod["metadata"]["name"],
        subresource="ephemeralcontainers",
        body=set_in(pod, ("spec", "ephemeralContainers"), every),
    )
    return _entered(session, parsed, pod["metadata"]["name"], name, command)


def _on_node(session: Session, parsed: Parsed, node: str, command: list[str]) -> int:
    found = session.get(kind_of("nodes"), "", node)
    name = f"node-debugger-{node}-{_suffix(session, found)}"
    container = _container(parsed, parsed.options["container"] or "debugger", command)
    container["volumeMounts"] = [{"mountPath": "/host", "name": "host-root"}]
    pod: Obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": session.namespace,
            "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
        },
        "spec": {
            "containers": [container],
            "hostIPC": True,
            "hostNetwork": True,
            "hostPID": True,
            "nodeName": node,
            "restartPolicy": "Never",
            "tolerations": [{"operator": "Exists"}],
            "volumes": [{"name": "host-root", "hostPath": {"path": "/"}}],
        },
    }
    session.request("create", kind_of("pods"), session.namespace, name, body=pod)
    session.warn(
        f"Creating debugging pod {name} with container {container['name']} on node {node}."
    )
    return _entered(session, parsed, name, container["name"], command)


def _entered(session: Session, parsed: Parsed, pod: str, container: str, command: list[str]) -> int:
    if not (parsed.options["stdin"] and parsed.options["tty"]):
        return 0
    return enter(session, pod, container, command[0] if command else "sh")


def _container(parsed: Parsed, name: str, command: list[str]) -> Obj:
    given = parsed.options
    container: Obj = {"name": name, "image": given["image"], "imagePullPolicy": "IfNotPresent"}
    if command:
        container["command"] = command
    if given["stdin"]:
        container["stdin"] = True
    if given["tty"]:
        container["tty"] = True
    container["terminationMessagePolicy"] = "File"
    return container


def _suffix(session: Session, obj: Obj) -> str:
    """Five letters, as the API server's name generator has them."""
    world, uid = session.cluster.world, obj["metadata"]["uid"]
    version = session.cluster.version
    draws = (world.chance("debug", uid, version, place) for place in range(5))
    return "".join(_LETTERS[int(draw * len(_LETTERS))] for draw in draws)


VERB = Verb(
    name="debug",
    summary="Create debugging sessions for troubleshooting workloads and nodes",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="(POD | TYPE/NAME) --image=IMAGE [-it] [-- COMMAND]",
    example="""\
kubectl debug -it web-1 --image=busybox:1.36 --target=web
kubectl debug node/node-1 -it --image=busybox:1.36""",
    flags=(
        Flag("image", hint="The image of the debugging container"),
        Flag("container", short="c", hint="The name of the debugging container"),
        Flag("target", hint="The container whose processes are to be seen"),
        Flag("stdin", "bool", short="i", default=False, hint="Keep stdin open"),
        Flag("tty", "bool", short="t", default=False, hint="With a terminal"),
        Flag("profile", default="general", hint="Ignored: there is one"),
    ),
)
