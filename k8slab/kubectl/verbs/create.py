"""kubectl create -f, and create namespace, configmap, deployment, job, cronjob."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, set_in

from ..command import Verb
from ..errors import failure, with_source
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.json_text import to_compact_json
from ..printers.output import print_one
from ..resources import Found
from ..session import Session
from . import create_batch, options

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def run(session: Session, parsed: Parsed) -> int | None:
    """Create what the files name; ``create deployment web --image=...`` makes the object itself."""
    if not parsed.options["filename"]:
        if parsed.arguments:
            return _generate(session, parsed)
        raise failure("must specify one of -f and -k")
    if parsed.arguments:
        raise options.unexpected("kubectl create", parsed.arguments)
    manifests = options.manifests(session, parsed)
    if not manifests:
        raise failure("no objects passed to create")
    for manifest in manifests:
        obj = manifest.obj
        if parsed.options["save-config"]:
            obj = with_last_applied(obj)
        try:
            _create(session, parsed, manifest, obj)
        except ApiError as error:
            session.fail(with_source("creating", manifest.source, error))
    return None


def _create(session: Session, parsed: Parsed, manifest: Manifest, obj: Obj) -> None:
    strategy = options.dry_run(parsed)
    if strategy != "client":
        obj = create(session, manifest, obj, options.request_options(parsed, "kubectl-create"))
    done = options.done("created", strategy)
    print_one(session, parsed.options["output"], Found(manifest.kind, obj), done)


def create(session: Session, manifest: Manifest, obj: Obj, request_options: Obj) -> Obj:
    """The object as the server stored it."""
    return session.request(
        "create",
        manifest.kind,
        manifest.namespace,
        manifest.name,
        body=obj,
        options=request_options,
    )


def with_last_applied(obj: Obj) -> Obj:
    """The object with the annotation that three-way apply compares with."""
    metadata = obj["metadata"]
    annotations = {
        name: value
        for name, value in (metadata.get("annotations") or {}).items()
        if name != LAST_APPLIED
    }
    bare = set_in(obj, ("metadata", "annotations"), annotations)
    bare = {name: value for name, value in bare.items() if name != "status" or value}
    annotations = {**annotations, LAST_APPLIED: to_compact_json(bare) + "\n"}
    return set_in(obj, ("metadata", "annotations"), annotations)


def _generate(session: Session, parsed: Parsed) -> int | None:
    kind_name, *names = parsed.arguments[: parsed.dash]
    kind = session.discovery.resolve(kind_name)
    generator = _GENERATORS.get(kind.kind) if kind is not None else None
    if kind is None or generator is None:
        raise options.unexpected("kubectl create", parsed.arguments)
    if len(names) != 1:
        raise failure(
            f"exactly one NAME is required, got {len(names)}\n"
            f"See 'kubectl create {kind.singular} -h' for help and examples"
        )
    metadata = {"name": names[0]}
    printed_only = options.dry_run(parsed) == "client" and "namespace" not in parsed.given
    if kind.namespaced and not printed_only:
        metadata["namespace"] = session.namespace
    made = generator(session, parsed, names[0])
    metadata |= made.get("metadata") or {}
    obj = {"apiVersion": kind.api_version, "kind": kind.kind, **made, "metadata": metadata}
    try:
        _create(session, parsed, Manifest(kind, obj, ""), obj)
    except ApiError as error:
        if kind.kind == "Namespace":
            raise
        raise failure(f"failed to create {kind.singular}: {error.message}") from None
    return None


def _deployment(session: Session, parsed: Parsed, name: str) -> Obj:
    images = parsed.options["image"]
    if not images:
        raise failure('required flag(s) "image" not set')
    labels = {"app": name}
    containers = [
        {"name": image.rpartition("/")[2].partition(":")[0].partition("@")[0], "image": image}
        for image in images
    ]
    if parsed.options["port"] >= 0:
        containers[0] = {**containers[0], "ports": [{"containerPort": parsed.options["port"]}]}
    return {
        "metadata": {"labels": labels},
        "spec": {
            "replicas": parsed.options["replicas"],
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    }


def _configmap(session: Session, parsed: Parsed, name: str) -> Obj:
    data = {}
    for literal in parsed.options["from-literal"]:
        key, equals, value = literal.partition("=")
        if not equals or not key:
            raise failure(f"invalid literal source {literal}, expected key=value")
        data[key] = value
    return {"data": data} if data else {}


def _nothing_more(session: Session, parsed: Parsed, name: str) -> Obj:
    return {}


_GENERATORS: dict[str, Callable[[Session, Parsed, str], Obj]] = {
    "ConfigMap": _configmap,
    "CronJob": create_batch.cronjob,
    "Deployment": _deployment,
    "Job": create_batch.job,
    "Namespace": _nothing_more,
    "ServiceAccount": _nothing_more,
}

VERB = Verb(
    name="create",
    summary="Create a resource from a file or from stdin",
    run=run,
    section="Basic Commands (Beginner)",
    usage="-f FILENAME",
    example="""\
kubectl create -f web.yaml
kubectl create deployment web --image=nginx:1.27 --replicas=3
kubectl create namespace shop""",
    flags=(
        options.FILENAME,
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        options.VALIDATE,
        options.FIELD_MANAGER,
        Flag("save-config", "bool", default=False, hint="Remember the file for a later apply"),
        Flag("image", "strings", default=(), hint="Image of a container (deployment)"),
        Flag("replicas", "int", short="r", default=1, hint="How many pods (deployment)"),
        Flag("port", "int", default=-1, hint="Port of the container (deployment)"),
        *create_batch.FLAGS,
        Flag("from-literal", "strings", default=(), hint="A key=value (configmap)"),
    ),
)

__all__ = ["LAST_APPLIED", "VERB", "create", "with_last_applied"]
