"""kubectl run: one pod, from an image."""

from __future__ import annotations

import re

from k8slab.engine.apps.sh.builtins import SHELLS
from k8slab.engine.base.objects import Obj

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..overrides import FLAGS as OVERRIDES
from ..overrides import overridden
from ..session import Session
from . import options
from .create.files import store, with_last_applied
from .interactive import attend, enter

IMAGE = re.compile(
    r"[a-z0-9]+([._:/@-]+[a-z0-9]+)*(:[\w][\w.-]*)?(@sha256:[0-9a-f]{64})?", re.IGNORECASE
)
_CHOICES = (
    ("image-pull-policy", "image pull policy", ("", "Always", "IfNotPresent", "Never")),
    ("restart", "restart policy", ("Always", "OnFailure", "Never")),
)
_HINT = "\nSee 'kubectl run -h' for help and examples"


def run(session: Session, parsed: Parsed) -> int | None:
    """Create the pod, and with --expose the Service before it."""
    given = parsed.options
    names = parsed.arguments[: parsed.dash] if parsed.dash is not None else parsed.arguments[:1]
    if "image" not in parsed.given:
        raise failure('required flag(s) "image" not set')
    if not names:
        raise failure("NAME is required for run" + _HINT)
    if not given["image"]:
        raise failure("--image is required")
    if given["rm"] and not given["attach"] and not given["stdin"]:
        raise failure("--rm should only be used for attached containers" + _HINT)
    if given["expose"] and not given["port"]:
        raise failure("--port must be set when exposing a service" + _HINT)
    if given["tty"] and not given["stdin"]:
        raise failure("-i/--stdin is required for containers with -t/--tty=true" + _HINT)
    if options.dry_run(parsed) != "none" and (given["attach"] or given["stdin"] or given["tty"]):
        raise failure(
            "--dry-run=[server|client] can't be used with attached containers options "
            "(--attach, --stdin, or --tty)" + _HINT
        )
    for flag, said, known in _CHOICES:
        if given[flag] not in known:
            raise failure(f"invalid {said}: {given[flag]}" + _HINT)
    if not IMAGE.fullmatch(given["image"]):
        raise failure(f'Invalid image name "{given["image"]}": invalid reference format')
    pod = _typed(overridden(_pod(parsed, names[0]), parsed))
    if given["save-config"] and options.dry_run(parsed) != "client":
        pod = with_last_applied(pod)
    if given["expose"]:
        _store(session, parsed, "services", _service(names[0], pod, int(given["port"])))
        if options.dry_run(parsed) != "none" and given["output"] == "yaml":
            session.print("---")
    begun = len(session.said)
    _store(session, parsed, "pods", pod)
    if not (given["attach"] if "attach" in parsed.given else given["stdin"]):
        return None
    session.unsay(begun)  # who attaches is not told that the pod was created
    spec = pod["spec"]["containers"][0]
    words = [*(spec.get("command") or ()), *(spec.get("args") or ())]
    if given["stdin"] and given["tty"] and (not words or (words[0] in SHELLS and not words[1:])):
        return enter(session, names[0], spec["name"], *words[:1], removes=given["rm"])
    return attend(session, pod, quiet=given["quiet"], removes=given["rm"])


def _store(session: Session, parsed: Parsed, resource: str, obj: Obj) -> None:
    kind = session.discovery.resolve(resource)
    assert kind is not None
    if options.dry_run(parsed) != "client" or "namespace" in parsed.given:
        name = obj["metadata"]["name"]
        metadata = {"name": name, "namespace": session.namespace, **obj["metadata"]}
        obj = {**obj, "metadata": metadata}
    store(session, parsed, Manifest(kind, obj, ""), obj, made=True)


def _pod(parsed: Parsed, name: str) -> Obj:
    given = parsed.options
    container: Obj = {"name": name, "image": given["image"]}
    arguments = parsed.arguments[parsed.dash if parsed.dash is not None else 1 :]
    if arguments:
        container["command" if given["command"] else "args"] = arguments
    if given["port"]:
        container["ports"] = [{"containerPort": _number(given["port"])}]
    if given["env"]:
        container["env"] = [_variable(text) for text in given["env"]]
    container["resources"] = {}
    if given["image-pull-policy"]:
        container["imagePullPolicy"] = given["image-pull-policy"]
    if given["privileged"]:
        container["securityContext"] = {"privileged": True}
    if given["stdin"]:
        container["stdin"] = True
        if given["attach"] or not given["output"]:
            container["stdinOnce"] = True
    if given["tty"]:
        container["tty"] = True
    metadata: Obj = {"name": name, "labels": _labels(parsed, name)}
    if given["annotations"]:
        pairs = (text.partition("=") for text in given["annotations"])
        metadata["annotations"] = {key: value for key, _, value in pairs}
    spec = {
        "containers": [container],
        "restartPolicy": given["restart"],
        "dnsPolicy": "ClusterFirst",
    }
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": {}}


def _typed(pod: Obj) -> Obj:
    """The pod as Go's struct prints it: each container tells its resources."""
    if not isinstance(pod.get("spec"), dict) or not isinstance(pod["spec"].get("containers"), list):
        return pod
    boxes = [
        {**box, "resources": box.get("resources") or {}} if isinstance(box, dict) else box
        for box in pod["spec"]["containers"]
    ]
    return {**pod, "spec": {**pod["spec"], "containers": boxes}}


def _labels(parsed: Parsed, name: str) -> dict[str, str]:
    text = parsed.options["labels"]
    if not text:
        return {"run": name}
    labels = {}
    for entry in text.split(","):
        key, equals, value = entry.partition("=")
        if not equals or not key:
            raise failure(f"unexpected label spec: {entry}")
        labels[key] = value
    return labels


def _variable(text: str) -> Obj:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise failure(f"invalid env: {text}")
    return {"name": name, "value": value} if value else {"name": name}


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text):
        raise failure(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _service(name: str, pod: Obj, port: int) -> Obj:
    labels = pod["metadata"]["labels"]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {
            "ports": [{"protocol": "TCP", "port": port, "targetPort": port}],
            "selector": labels,
        },
        "status": {"loadBalancer": {}},
    }


VERB = Verb(
    name="run",
    summary="Run a particular image on the cluster",
    run=run,
    section="Basic Commands (Beginner)",
    usage="NAME --image=image [-- COMMAND] [args...]",
    example="""\
kubectl run web --image=nginx:1.27 --port=80
kubectl run once --image=busybox --restart=Never -- echo hello""",
    flags=(
        options.OUTPUT,
        options.DRY_RUN,
        options.RECORD,
        options.VALIDATE,
        options.FIELD_MANAGER,
        Flag("image", hint="The image that the container runs"),
        Flag("image-pull-policy", hint="Always, IfNotPresent or Never"),
        Flag("port", hint="The port that the container exposes"),
        Flag("env", "array", default=(), hint="NAME=value"),
        Flag("labels", short="l", hint="Labels of the pod: a=b,c=d"),
        Flag("annotations", "array", default=(), hint="key=value"),
        Flag("restart", default="Always", hint="Always, OnFailure or Never"),
        Flag("command", "bool", default=False, hint="What follows -- is the command, not its args"),
        Flag("expose", "bool", default=False, hint="Make a ClusterIP Service for the port, too"),
        *OVERRIDES,
        Flag("save-config", "bool", default=False, hint="Keep the pod for kubectl apply"),
        Flag("quiet", "bool", short="q", default=False, hint="Ignored: nothing more is said"),
        Flag("leave-stdin-open", "bool", default=False, hint="Ignored: with --stdin"),
        Flag("pod-running-timeout", "duration", default=60_000, hint="Ignored: with --attach"),
        Flag("privileged", "bool", default=False, hint="Run in privileged mode"),
        Flag("stdin", "bool", short="i", default=False, hint="Keep standard input open"),
        Flag("tty", "bool", short="t", default=False, hint="With a terminal"),
        Flag("attach", "bool", default=False, hint="Wait for the pod and attach to it"),
        Flag("rm", "bool", default=False, hint="Delete the pod after it exits"),
    ),
)
