"""kubectl top: what pods and nodes use, as the metrics-server tells it (kubectl, 1.36)."""

from __future__ import annotations

from collections.abc import Sequence

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj, Objs
from k8slab.engine.base.quantity import milli_value, whole_value
from k8slab.engine.metrics import KINDS

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..printers.tabwriter import align
from ..resources import kind_of
from ..session import Session
from . import options

LATE_MS = 120_000
"""A pod of this age should have metrics; a younger one gets a milder answer."""

SORT_BY = Flag("sort-by", hint="cpu or memory, the largest first")
NO_HEADERS = Flag("no-headers", "bool", default=False, hint="Without the column names")
ABOUT = """\
Display resource (CPU/memory) usage.

 The metrics-server of the cluster collects from each node's kubelet, every 15 seconds, what nodes \
and pods use; without it this command has nothing to tell"""


def _pods(session: Session, parsed: Parsed) -> int | None:
    name = _checked(parsed, "pod")
    everywhere = parsed.options["all-namespaces"] and not name
    namespace = "" if everywhere else session.namespace
    found = _metrics(session, KINDS["PodMetrics"], namespace, name, parsed.options["selector"])
    fields = parsed.options["field-selector"]
    if found and fields:
        fit = {
            (pod["metadata"]["namespace"], pod["metadata"]["name"])
            for pod in session.list(kind_of("pods"), namespace, fields=fields)
        }
        found = [it for it in found if (it["metadata"]["namespace"], it["metadata"]["name"]) in fit]
    if not found:
        return _no_pods(session, namespace, parsed.options["selector"])
    of_containers = parsed.options["containers"]
    rows = []
    for pod in _sorted(found, parsed.options["sort-by"]):
        metadata = pod["metadata"]
        place = [metadata["namespace"]] if everywhere else []
        if of_containers:
            rows += [
                [*place, metadata["name"], each["name"], *_amounts(*_used(each))]
                for each in sorted(pod["containers"], key=lambda each: str(each["name"]))
            ]
        else:
            rows.append([*place, metadata["name"], *_amounts(*_used(pod))])
    if parsed.options["sum"]:
        empty = [""] * (1 + everywhere + of_containers)
        totals = [sum(amounts) for amounts in zip(*map(_used, found), strict=True)]
        rows += [[*empty, *["________"] * 2], [*empty, *_amounts(totals[0], totals[1])]]
    head = ["NAMESPACE"] * everywhere + ["POD"] * of_containers
    _print(session, parsed, [*head, "NAME", "CPU(cores)", "MEMORY(bytes)"], rows)
    return None


def _nodes(session: Session, parsed: Parsed) -> int | None:
    name = _checked(parsed, "node")
    selector = parsed.options["selector"]
    found = _metrics(session, KINDS["NodeMetrics"], "", name, selector)
    if not found:
        raise failure("metrics not available yet")
    kind = kind_of("nodes")
    nodes = [session.get(kind, "", name)] if name else session.list(kind, labels=selector)
    amounts = "capacity" if parsed.options["show-capacity"] else "allocatable"
    whole = {node["metadata"]["name"]: node["status"][amounts] for node in nodes}
    rows = []
    for node in _sorted(found, parsed.options["sort-by"]):
        cpu_m, memory = _used(node)
        has = whole.pop(node["metadata"]["name"])
        used = _amounts(cpu_m, memory)
        cpu = f"{int(cpu_m / milli_value(has['cpu']) * 100)}%"
        rows.append(
            [
                node["metadata"]["name"],
                used[0],
                cpu,
                used[1],
                f"{int(memory / whole_value(has['memory']) * 100)}%",
            ]
        )
    rows += [[missing, *["<unknown>"] * 4] for missing in sorted(whole)]
    head = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    _print(session, parsed, head, rows)
    return None


def _checked(parsed: Parsed, what: str) -> str:
    """The name that was given, or nothing; Failure for what can't go together."""
    if len(parsed.arguments) > 1:
        raise failure(
            f"{what} [NAME | -l label]\nSee 'kubectl top {what} -h' for help and examples"
        )
    if parsed.options["sort-by"] not in ("", "cpu", "memory"):
        raise failure("--sort-by accepts only cpu or memory")
    name = parsed.arguments[0] if parsed.arguments else ""
    if name and parsed.options["selector"]:
        raise failure("only one of NAME or selector can be provided")
    return name


def _metrics(session: Session, kind: Kind, namespace: str, name: str, selector: str) -> Objs:
    try:
        if not name:
            return session.list(kind, namespace, labels=selector)
        return [session.get(kind, namespace, name)]
    except ApiError as error:
        if error.code == 404 and error.details is None:
            raise failure("Metrics API not available") from error
        raise


def _no_pods(session: Session, namespace: str, selector: str) -> int | None:
    """There are no pods, or none of them has metrics (yet)."""
    for pod in session.list(kind_of("pods"), namespace, labels=selector):
        raise _without_metrics(session, pod)
    session.warn(
        f"No resources found in {namespace} namespace." if namespace else "No resources found"
    )
    return None


def _without_metrics(session: Session, pod: Obj) -> Failure:
    metadata = pod["metadata"]
    age_ms = session.age_ms(metadata["creationTimestamp"])
    if age_ms <= LATE_MS:
        return failure("metrics not available yet")
    place = f"{metadata['namespace']}/{metadata['name']}"
    minutes, seconds = divmod(age_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    age = (f"{hours}h" if hours else "") + f"{minutes}m{seconds}s"
    return failure(f"Metrics not available for pod {place}, age: {age}")


def _used(metrics: Obj) -> tuple[int, int]:
    """Millicores and bytes, of a node or container, or of all containers of a pod."""
    parts = metrics.get("containers") or [metrics]
    return (
        sum(milli_value(part["usage"]["cpu"]) for part in parts),
        sum(whole_value(part["usage"]["memory"]) for part in parts),
    )


def _amounts(cpu_m: int, memory: int) -> tuple[str, str]:
    return f"{cpu_m}m", f"{memory >> 20}Mi"


def _sorted(found: Objs, by: str) -> Objs:
    """By namespace and name; the largest use of cpu or memory first where that is asked for."""
    named = sorted(
        found, key=lambda obj: (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
    )
    if not by:
        return named
    return sorted(named, key=lambda obj: _used(obj)[by == "memory"], reverse=True)


def _print(
    session: Session, parsed: Parsed, head: list[str], rows: Sequence[Sequence[str]]
) -> None:
    shown = rows if parsed.options["no-headers"] else [head, *rows]
    text = "".join("\t".join(row) + "\t\n" for row in shown)
    session.write(align(text, min_width=6, padding=3))


POD = Verb(
    name="pod",
    summary="Display resource (CPU/memory) usage of pods",
    run=_pods,
    usage="[NAME | -l label]",
    aliases=("pods", "po"),
    flags=(
        options.SELECTOR,
        options.ALL_NAMESPACES,
        SORT_BY,
        NO_HEADERS,
        options.FIELD_SELECTOR,
        Flag("sum", "bool", default=False, hint="A line with the sum"),
        Flag("use-protocol-buffers", "bool", default=True, hint="Ignored: there is no wire"),
        Flag("containers", "bool", default=False, hint="A line for each container of a pod"),
    ),
)

NODE = Verb(
    name="node",
    summary="Display resource (CPU/memory) usage of nodes",
    run=_nodes,
    usage="[NAME | -l label]",
    aliases=("nodes", "no"),
    flags=(
        options.SELECTOR,
        SORT_BY,
        NO_HEADERS,
        Flag("use-protocol-buffers", "bool", default=True, hint="Ignored: there is no wire"),
        Flag("show-capacity", "bool", default=False, hint="Percentages of the capacity"),
    ),
)

VERB = Verb(
    name="top",
    summary=ABOUT,
    section="Cluster Management Commands",
    usage="[flags]",
    children={verb.name: verb for verb in (NODE, POD)},
)
