"""kubectl logs."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, get_in, labels_of
from k8slab.engine.base.selectors import matcher
from k8slab.engine.base.times import parse_rfc3339

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..resources import Found, Wanted, kind_of, parse_arguments
from ..session import Session
from . import options

FOLLOW_MS = 60_000
"""How long --follow goes on: a terminal line has to end."""
_TAIL_OF_MANY = 10
_USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command\n"
    "See 'kubectl logs -h' for help and examples"
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the log of a container."""
    _check(parsed)
    pods = _pods(session, parsed)
    since_ms = _since_ms(session, parsed)
    targets = [(pod, name) for pod in pods for name in _containers(session, parsed, pod)]
    most = parsed.options["max-log-requests"]
    if parsed.options["follow"] and len(targets) > most:
        raise failure(
            f"you are attempting to follow {len(targets)} log streams, but maximum allowed "
            f"concurrency is {most}, use --max-log-requests to increase the limit"
        )
    for pod, name in targets:
        try:
            _print(session, parsed, pod, name, since_ms, _tail(parsed))
        except ApiError as error:
            if not parsed.options["ignore-errors"]:
                raise
            session.print(f"error: {error.message}")
    if parsed.options["follow"]:
        _follow(session, parsed, targets)
    return None


def _check(parsed: Parsed) -> None:
    """Failure for flags that contradict each other (cmd/logs Validate)."""
    flags, inline = parsed.options, parsed.arguments[1:]
    if len(inline) > 1:
        raise failure(_USAGE)
    if inline and flags["container"]:
        raise failure("only one of -c or an inline [CONTAINER] arg is allowed")
    container = flags["container"] or "".join(inline)
    if container and flags["all-containers"]:
        raise failure(
            f"--all-containers=true should not be specified with container name {container}"
        )
    if "limit-bytes" in parsed.given and flags["limit-bytes"] < 0:
        raise failure("--limit-bytes must be greater than 0")
    if flags["since"] < 0:
        raise failure("--since must be greater than 0")
    _tail(parsed)


def _follow(session: Session, parsed: Parsed, targets: list[tuple[Obj, str]]) -> None:
    """Print what is new, second by second, while any of the pods runs."""
    end_ms = session.cluster.now_ms + FOLLOW_MS
    ended = False
    while targets and not ended and session.cluster.now_ms < end_ms:
        since_ms = session.cluster.now_ms + 1
        ended = session.wait(lambda: not any(_runs(session, pod) for pod, _ in targets), 1000)
        for pod, name in targets:
            if session.find(kind_of("pods"), session.namespace, pod["metadata"]["name"]):
                _print(session, parsed, pod, name, since_ms, None)


def _pods(session: Session, parsed: Parsed) -> list[Obj]:
    selector = parsed.options["selector"]
    if selector:
        if parsed.arguments:
            raise failure(
                "only a selector (-l) or a POD name is allowed\n"
                "See 'kubectl logs -h' for help and examples"
            )
        pods = session.list(kind_of("pods"), session.namespace, labels=selector)
        if not pods:
            session.warn(f"No resources found in {session.namespace} namespace.")
        return pods
    if not parsed.arguments:
        raise failure(_USAGE)
    word, *rest = parsed.arguments
    if rest and not parsed.options["container"]:
        parsed.options["container"] = rest[0]
    item = (
        parse_arguments([word], session.discovery)[0]
        if "/" in word
        else Wanted(kind_of("pods"), word)
    )
    try:
        found = Found(item.kind, session.get(item.kind, session.namespace, str(item.name)))
    except ApiError as error:
        if error.code != 404:
            raise
        raise _not_found(session, error) from None
    if item.kind.kind == "Pod":
        return [found.obj]
    if parsed.options["all-pods"]:
        parsed.options["prefix"] = True
        return _behind(session, found)
    return [_one_of(session, found)]


def _not_found(session: Session, error: ApiError) -> Failure:
    where = f' in namespace "{session.namespace}"'
    return failure(f"error from server ({error.reason}): {error.message}{where}")


def _behind(session: Session, found: Found) -> list[Obj]:
    """The pods of a workload or Service."""
    selector = get_in(found.obj, "spec", "selector")
    if selector is None:
        raise failure(_no_selector(found))
    if found.kind.kind == "Service":
        selector = {"matchLabels": selector}
    selects = matcher(selector)
    pods = session.list(kind_of("pods"), session.namespace)
    return [pod for pod in pods if selects(labels_of(pod))]


def _one_of(session: Session, found: Found) -> Obj:
    """The pod of a workload or Service whose log is shown: the first by name that is ready."""
    pods = _behind(session, found)
    if not pods:
        raise failure("timed out waiting for the condition")
    chosen = sorted(pods, key=lambda pod: not _runs_now(pod))[0]
    if len(pods) > 1:
        session.warn(f"Found {len(pods)} pods, using pod/{chosen['metadata']['name']}")
    return chosen


def _no_selector(found: Found) -> str:
    kind = f"*{found.kind.version}.{found.kind.kind}"
    if found.kind.kind == "Service":
        why = f"invalid service '{found.name}': Service is defined without a selector"
        return f"cannot get the logs from {kind}: {why}"
    return f"cannot get the logs from {kind}: selector for {kind} not implemented"


def _containers(session: Session, parsed: Parsed, pod: Obj) -> list[str]:
    names = [box["name"] for box in pod["spec"]["containers"]]
    first = [box["name"] for box in pod["spec"].get("initContainers") or ()]
    if parsed.options["all-containers"]:
        return [*first, *names]
    wanted = parsed.options["container"]
    if not wanted:
        if len(names) + len(first) > 1:
            every = [*names, *(f"{name} (init)" for name in first)]
            session.warn(f'Defaulted container "{names[0]}" out of: {", ".join(every)}')
        return names[:1]
    if wanted not in (*names, *first):
        every = [*names, *(f"{name} (init)" for name in first)]
        raise failure(
            f"container {wanted} is not valid for pod {pod['metadata']['name']} out of: "
            f"{', '.join(every)}"
        )
    return [wanted]


def _since_ms(session: Session, parsed: Parsed) -> int | None:
    span_ms = parsed.options["since"]
    if parsed.options["since-time"]:
        if span_ms:
            raise failure("at most one of `sinceTime` or `sinceSeconds` may be specified")
        return _moment_ms(session, parsed.options["since-time"])
    return session.cluster.now_ms - span_ms if span_ms else None


def _moment_ms(session: Session, text: str) -> int:
    """A moment on the wall clock as virtual time."""
    try:
        unix_ms = parse_rfc3339(text)
    except ValueError:
        raise failure(
            f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"'
        ) from None
    return max(unix_ms - session.cluster.world.settings.start_unix_ms, 0)


def _tail(parsed: Parsed) -> int | None:
    count: int = parsed.options["tail"]
    if count < -1:
        raise failure("--tail must be greater than or equal to -1")
    if parsed.options["selector"] and "tail" not in parsed.given:
        return _TAIL_OF_MANY
    return None if count == -1 else count


def _print(
    session: Session, parsed: Parsed, pod: Obj, name: str, since_ms: int | None, tail: int | None
) -> None:
    pod_name = pod["metadata"]["name"]
    asked = {
        "container": name,
        "previous": parsed.options["previous"],
        "since_ms": since_ms,
        "tail": tail,
        "timestamps": parsed.options["timestamps"],
    }
    result = session.request(
        "get", kind_of("pods"), session.namespace, pod_name, subresource="log", options=asked
    )
    prefix = f"[pod/{pod_name}/{name}] " if parsed.options["prefix"] else ""
    text = "".join(f"{prefix}{line}\n" for line in result["lines"])
    limit = parsed.options["limit-bytes"]
    session.write(text.encode()[:limit].decode(errors="ignore") if limit else text)


def _runs(session: Session, pod: Obj) -> bool:
    now = session.find(kind_of("pods"), session.namespace, pod["metadata"]["name"])
    return now is not None and _runs_now(now)


def _runs_now(pod: Obj) -> bool:
    return any(
        "running" in (status.get("state") or {})
        for status in get_in(pod, "status", "containerStatuses", default=())
    )


VERB = Verb(
    name="logs",
    summary="Print the logs for a container in a pod",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="POD | TYPE/NAME [-c CONTAINER]",
    example="""\
kubectl logs web-1
kubectl logs deploy/web --tail=20
kubectl logs -f web-1 -c sidecar
kubectl logs web-1 --previous""",
    flags=(
        Flag("container", short="c", hint="The container"),
        Flag("follow", "bool", short="f", default=False, hint="Go on as lines come"),
        Flag("previous", "bool", short="p", default=False, hint="The run before the last restart"),
        Flag("tail", "int", default=-1, hint="The last lines only; -1: all"),
        Flag("since", "duration", default=0, hint="Only lines as young as this"),
        Flag("since-time", hint="Only lines after this moment (RFC 3339)"),
        Flag("all-containers", "bool", default=False, hint="Every container of the pod"),
        Flag("prefix", "bool", default=False, hint="Name the pod and container of each line"),
        Flag("timestamps", "bool", default=False, hint="The time before each line"),
        Flag("limit-bytes", "int", default=0, hint="At most so many bytes; 0: all"),
        Flag("ignore-errors", "bool", default=False, hint="Go on where a log can't be had"),
        Flag("max-log-requests", "int", default=5, hint="How many logs may be followed at once"),
        Flag("all-pods", "bool", default=False, hint="Every pod of the workload"),
        Flag("pod-running-timeout", "duration", default=20_000, hint="Ignored: nothing is awaited"),
        Flag(
            "insecure-skip-tls-verify-backend",
            "bool",
            default=False,
            hint="Ignored: the kubelet is trusted",
        ),
        options.SELECTOR,
    ),
)
