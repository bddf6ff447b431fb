"""kubectl autoscale: a HorizontalPodAutoscaler for what has a scale."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs
from k8slab.engine.base.quantity import parse_quantity

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..resources import Found
from ..session import Session
from . import options
from .create.files import store

DEPRECATED = (
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format "
    "(e.g., '70%' for utilization or '500m' for milliCPU)."
)
INCOMPATIBLE = (
    "failed to create autoscaling/v2 HPA and the configuration is incompatible with "
    "autoscaling/v1: empty input"
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Create an autoscaler for each object that is named."""
    given = parsed.options
    if "cpu-percent" in parsed.given:
        session.warn(DEPRECATED)
    if "max" not in parsed.given:
        raise failure('required flag(s) "max" not set')
    low, high = given["min"], given["max"]
    if high < 1:
        raise failure(f"--max=MAXPODS is required and must be at least 1, max: {high}")
    if high < low:
        raise failure(
            f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {high}, min: {low}"
        )
    for found in options.meant(session, parsed, parsed.arguments):
        _create(session, parsed, found)
    return None


def _create(session: Session, parsed: Parsed, found: Found) -> None:
    kind = found.kind
    if not kind.scale:
        place = f"{kind.group}/{kind.version}, Resource={kind.plural}"
        raise failure(
            f"cannot autoscale a {kind.kind}: could not find scale subresource for {place} in "
            "discovery information"
        )
    autoscaler = _autoscaler(session, parsed, found)
    its = session.discovery.resolve("horizontalpodautoscalers")
    assert its is not None
    try:
        manifest = Manifest(its, autoscaler, "")
        done = "created" if options.dry_run(parsed) == "client" else "autoscaled"
        store(session, parsed, manifest, autoscaler, verb=done, apart=True, made=True)
    except ApiError:
        if autoscaler["spec"].get("metrics"):
            raise
        raise failure(INCOMPATIBLE) from None


def _autoscaler(session: Session, parsed: Parsed, found: Found) -> Obj:
    given = parsed.options
    metadata: Obj = {"name": given["name"] or found.name}
    if options.dry_run(parsed) != "client" or "namespace" in parsed.given:
        metadata["namespace"] = session.namespace
    target = {
        "kind": found.kind.kind,
        "name": found.name,
        "apiVersion": found.kind.api_version,
    }
    spec: Obj = {"scaleTargetRef": target}
    if given["min"] > 0:
        spec["minReplicas"] = given["min"]
    spec["maxReplicas"] = given["max"]
    metrics = _metrics(parsed)
    if metrics:
        spec["metrics"] = metrics
    return {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v2",
        "metadata": metadata,
        "spec": spec,
        "status": {"desiredReplicas": 0, "currentMetrics": None},
    }


def _metrics(parsed: Parsed) -> Objs:
    given = parsed.options
    wanted = {"cpu": given["cpu"], "memory": given["memory"]}
    if given["cpu-percent"] > 0:
        wanted["cpu"] = f"{given['cpu-percent']}%"
    return [
        {"type": "Resource", "resource": {"name": name, "target": _target(name, text)}}
        for name, text in wanted.items()
        if text
    ]


def _target(name: str, text: str) -> Obj:
    """``80%`` of what is requested, or an amount a pod."""
    percent = text.removesuffix("%")
    if percent != text and percent.isascii() and percent.isdigit() and int(percent) > 0:
        return {"type": "Utilization", "averageUtilization": int(percent)}
    try:
        parse_quantity(text)
    except ValueError:
        raise failure(f"invalid resource {name} value: {text}") from None
    return {"type": "AverageValue", "averageValue": text}


VERB = Verb(
    name="autoscale",
    summary="Auto-scale a deployment, replica set, stateful set, or replication controller",
    run=run,
    section="Deploy Commands",
    usage="(TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
    example="kubectl autoscale deployment web --min=2 --max=10 --cpu=80%",
    flags=(
        Flag("min", "int", default=-1, hint="The lower limit for the number of pods"),
        Flag("max", "int", default=-1, hint="The upper limit for the number of pods"),
        Flag("cpu", hint="Target CPU: a percentage of the request, or an amount a pod"),
        Flag("memory", hint="Target memory: a percentage of the request, or an amount a pod"),
        Flag("cpu-percent", "int", default=-1, hint="Deprecated: use --cpu"),
        Flag("name", hint="The name of the autoscaler; the target's unless given"),
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        Flag("save-config", "bool", default=False, hint="Ignored: there is no file to keep"),
        options.OUTPUT,
        options.DRY_RUN,
        options.RECORD,
        options.VALIDATE,
        options.FIELD_MANAGER,
    ),
)
