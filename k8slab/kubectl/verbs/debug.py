"""kubectl debug: a container more in a pod that runs, a copy of a pod, or a pod on a node."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, set_in

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..resources import Found, kind_of, select
from ..session import Session
from . import debug_profiles, options
from .debug_copy import copy_of
from .interactive import enter
from .run import IMAGE

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def run(session: Session, parsed: Parsed) -> int | None:
    """Add the container, and open its shell with -it."""
    _check(parsed)
    words = parsed.arguments[: parsed.dash]
    if parsed.options["target"]:
        _tell(
            session,
            parsed,
            f'Targeting container "{parsed.options["target"]}". If you don\'t see processes from '
            "this container it may be because the container runtime doesn't support this feature.",
        )
    named = [word if "/" in word else f"pod/{word}" for word in words]
    code = 0
    for item in select(session, named) if named else options.stored(session, parsed):
        try:
            code = _debug(session, parsed, item)
        except (ApiError, Failure) as refused:
            session.fail(refused)
            break
    return None if session.failed else code


def _check(parsed: Parsed) -> None:
    """Failure for flags that contradict each other (cmd/debug Validate)."""
    flags = parsed.options
    if wrong := debug_profiles.check(flags["profile"]):
        raise wrong
    if flags["attach"] and not flags["image"] and not flags["container"]:
        raise failure(
            "you must specify --container or create a new container using --image in order to "
            "attach."
        )
    if flags["copy-to"]:
        _check_copy(parsed)
    else:
        for name in ("replace", "same-node", "set-image"):
            if flags[name]:
                raise failure(f"--{name} may only be used with --copy-to.")
        if not flags["image"]:
            raise failure("you must specify --image when not using --copy-to.")
    if flags["image"] and not IMAGE.fullmatch(flags["image"]):
        raise failure(f'invalid image name "{flags["image"]}": invalid reference format')
    if not parsed.arguments[: parsed.dash] and not options.names_files(parsed):
        raise failure("NAME or filename is required for debug")
    if flags["image-pull-policy"] not in ("", "Always", "IfNotPresent", "Never"):
        raise failure(f"invalid image pull policy: {flags['image-pull-policy']}")
    if flags["target"] and flags["copy-to"]:
        raise failure("--target is incompatible with --copy-to. Use --share-processes instead.")
    if flags["tty"] and not flags["stdin"]:
        raise failure("-i/--stdin is required for containers with -t/--tty=true")


def _check_copy(parsed: Parsed) -> None:
    flags, command = parsed.options, _command(parsed)
    if not flags["image"] and not flags["set-image"] and not command:
        raise failure("you must specify --image, --set-image or command arguments.")
    if command and not flags["container"] and not flags["image"]:
        raise failure("you must specify an existing container or a new image when specifying args.")


def _command(parsed: Parsed) -> list[str]:
    return parsed.arguments[parsed.dash :] if parsed.dash is not None else []


def _tell(session: Session, parsed: Parsed, text: str) -> None:
    if not parsed.options["quiet"]:
        session.print(text)


def _debug(session: Session, parsed: Parsed, item: Found) -> int:
    match item.kind.kind:
        case "Node":
            return _on_node(session, parsed, item)
        case "Pod" if parsed.options["copy-to"]:
            return _in_copy(session, parsed, item)
        case "Pod":
            return _in_pod(session, parsed, item)
    place = f"{item.kind.group}/{item.kind.version}, Kind={item.kind.kind}"
    raise failure(f'"{place}" not supported by debug')


def _in_pod(session: Session, parsed: Parsed, item: Found) -> int:
    name = _name(session, parsed, item)
    container = debug_profiles.IN_POD[parsed.options["profile"]](_container(parsed, name))
    if parsed.options["target"]:
        container["targetContainerName"] = parsed.options["target"]
    every = [*(item.obj["spec"].get("ephemeralContainers") or ()), container]
    session.request(
        "update",
        item.kind,
        item.namespace,
        item.name,
        subresource="ephemeralcontainers",
        body=set_in(item.obj, ("spec", "ephemeralContainers"), every),
    )
    return _entered(session, parsed, item.name, name)


def _in_copy(session: Session, parsed: Parsed, item: Found) -> int:
    flags = parsed.options
    name = flags["container"]
    if not name and flags["image"]:
        name = _name(session, parsed, item)
    said = _container(parsed, name)
    said = {field: said[field] for field in said if field != "terminationMessagePolicy"}
    copied, container = copy_of(item.obj, parsed, name, said)
    session.request("create", item.kind, item.namespace, flags["copy-to"], body=copied)
    if flags["replace"]:
        session.request("delete", item.kind, item.namespace, item.name, options={"grace_s": 0})
    return _entered(session, parsed, flags["copy-to"], container) if container else 0


def _name(session: Session, parsed: Parsed, item: Found) -> str:
    """The debugging container's name, which is told where none was said."""
    name: str = parsed.options["container"]
    if not name:
        name = f"debugger-{_suffix(session, item.obj)}"
        _tell(session, parsed, f"Defaulting debug container name to {name}.")
    return name


def _on_node(session: Session, parsed: Parsed, item: Found) -> int:
    profile = parsed.options["profile"]
    name = f"node-debugger-{item.name}-{_suffix(session, item.obj)}"
    container = _container(parsed, parsed.options["container"] or "debugger")
    container = debug_profiles.ON_NODE[profile](container)
    spec: Obj = {
        "containers": [container],
        "nodeName": item.name,
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    if profile in debug_profiles.HOST:
        container["volumeMounts"] = [{"mountPath": "/host", "name": "host-root"}]
        spec["volumes"] = [{"name": "host-root", "hostPath": {"path": "/"}}]
        spec |= {"hostIPC": True, "hostNetwork": True, "hostPID": True}
    pod: Obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": session.namespace,
            "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
        },
        "spec": spec,
    }
    where = f"with container {container['name']} on node {item.name}."
    _tell(session, parsed, f"Creating debugging pod {name} {where}")
    session.request("create", kind_of("pods"), session.namespace, name, body=pod)
    return _entered(session, parsed, name, container["name"])


def _entered(session: Session, parsed: Parsed, pod: str, container: str) -> int:
    flags, command = parsed.options, _command(parsed)
    attaches = flags["attach"] if "attach" in parsed.given else True
    if not (flags["stdin"] and flags["tty"] and attaches):
        return 0
    return enter(session, pod, container, command[0] if command else "sh")


def _container(parsed: Parsed, name: str) -> Obj:
    """What the flags say of the debugging container."""
    flags, command = parsed.options, _command(parsed)
    container: Obj = {"name": name}
    if flags["image"]:
        container["image"] = flags["image"]
        container["imagePullPolicy"] = flags["image-pull-policy"] or "IfNotPresent"
    if command:
        container["args" if flags["arguments-only"] else "command"] = command
    if flags["env"]:
        pairs = dict(pair.split("=", 1) for pair in flags["env"])
        container["env"] = [{"name": key, "value": pairs[key]} for key in sorted(pairs)]
    container |= {
        field: True for flag, field in (("stdin", "stdin"), ("tty", "tty")) if flags[flag]
    }
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
kubectl debug web-1 -it --copy-to=web-debug --image=busybox:1.36 --share-processes
kubectl debug node/node-1 -it --image=busybox:1.36""",
    flags=(
        options.FILENAME,
        Flag("image", hint="The image of the debugging container"),
        Flag("container", short="c", hint="The name of the debugging container"),
        Flag("target", hint="The container whose processes are to be seen"),
        Flag("stdin", "bool", short="i", default=False, hint="Keep stdin open"),
        Flag("tty", "bool", short="t", default=False, hint="With a terminal"),
        Flag("attach", "bool", default=False, hint="Attach to the container; with -i it does"),
        Flag("quiet", "bool", short="q", default=False, hint="Say nothing of what is made"),
        Flag(
            "profile",
            default="general",
            hint="legacy, general, baseline, netadmin, restricted or sysadmin",
        ),
        Flag("env", "pairs", default=(), hint="Variables for the container: A=1"),
        Flag("image-pull-policy", hint="Always, IfNotPresent or Never"),
        Flag("arguments-only", "bool", default=False, hint="What follows -- are arguments"),
        Flag("copy-to", hint="Make a copy of the pod with this name, and debug that"),
        Flag("replace", "bool", default=False, hint="With --copy-to: delete the pod"),
        Flag("same-node", "bool", default=False, hint="With --copy-to: on the pod's node"),
        Flag("set-image", "pairs", default=(), hint="With --copy-to: container=image, *=image"),
        Flag("share-processes", "bool", default=True, hint="With --copy-to: one process namespace"),
        Flag("keep-labels", "bool", default=False, hint="With --copy-to: the pod's labels"),
        Flag("keep-annotations", "bool", default=False, hint="With --copy-to: its annotations"),
        Flag("keep-liveness", "bool", default=False, hint="With --copy-to: liveness probes"),
        Flag("keep-readiness", "bool", default=False, hint="With --copy-to: readiness probes"),
        Flag("keep-startup", "bool", default=False, hint="With --copy-to: startup probes"),
        Flag("keep-init-containers", "bool", default=True, hint="With --copy-to: the first ones"),
    ),
)
