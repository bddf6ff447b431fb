"""kubectl create job and create cronjob."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, annotations_of, labels_of

from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import fetch, parse_arguments
from ...session import Session
from .generator import generator

_MANUAL = {"cronjob.kubernetes.io/instantiate": "manual"}


def _job(session: Session, parsed: Parsed, name: str) -> Obj:
    """A Job that runs an image, or what a CronJob would run."""
    images, source = parsed.options["image"], parsed.options["from"]
    if bool(images) == bool(source):
        raise failure("either --image or --from must be specified")
    if source:
        return _from(session, source)
    return {"spec": {"template": _template(parsed, name, images[0], "Never")}, "status": {}}


def _cronjob(session: Session, parsed: Parsed, name: str) -> Obj:
    """A CronJob that runs an image."""
    policy = parsed.options["restart"] or "OnFailure"
    template = _template(parsed, name, parsed.options["image"][0], policy)
    job_template = {"metadata": {"name": name}, "spec": {"template": template}}
    return {
        "spec": {"schedule": parsed.options["schedule"], "jobTemplate": job_template},
        "status": {},
    }


def _template(parsed: Parsed, name: str, image: str, policy: str) -> Obj:
    container: Obj = {"name": name, "image": image, "resources": {}}
    command = parsed.arguments[parsed.dash :] if parsed.dash is not None else []
    if command:
        container["command"] = command
    return {"metadata": {}, "spec": {"containers": [container], "restartPolicy": policy}}


def _from(session: Session, source: str) -> Obj:
    wanted = parse_arguments([source])[0]
    if not wanted.name:
        raise failure("resource(s) were provided, but no name was specified")
    found = fetch(session, wanted)[0]
    if found.kind.kind != "CronJob":
        raise failure(f"unknown object type *{found.kind.version}.{found.kind.kind}")
    template = {"metadata": {}, **found.obj["spec"]["jobTemplate"]}
    owner = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": found.name,
        "uid": found.obj["metadata"]["uid"],
        "controller": True,
    }
    metadata: Obj = {
        "annotations": {**annotations_of(template), **_MANUAL},
        "ownerReferences": [owner],
    }
    if labels_of(template):
        metadata["labels"] = labels_of(template)
    return {"metadata": metadata, "spec": template["spec"], "status": {}}


_IMAGE = Flag("image", "strings", default=(), hint="Image of the container")

JOB = generator(
    "Job",
    _job,
    _IMAGE,
    Flag("from", hint="The CronJob to take the template of"),
    example="kubectl create job once --image=busybox -- date",
)
CRONJOB = generator(
    "CronJob",
    _cronjob,
    _IMAGE,
    Flag("schedule", hint="When to run, in cron's form"),
    Flag("restart", hint="Restart policy of the pods"),
    needs=("image", "schedule"),
    example="kubectl create cronjob clock --image=busybox --schedule='*/5 * * * *' -- date",
)
