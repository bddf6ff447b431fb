"""kubectl create deployment."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator


def _deployment(session: Session, parsed: Parsed, name: str) -> Obj:
    images = parsed.options["image"]
    command = parsed.arguments[parsed.dash :] if parsed.dash is not None else []
    if command and len(images) > 1:
        raise failure("cannot specify multiple --image options and command")
    labels = {"app": name}
    containers: list[Obj] = [
        {"name": _container_name(image), "image": image, "resources": {}} for image in images
    ]
    if parsed.options["port"] >= 0:
        containers[0]["ports"] = [{"containerPort": parsed.options["port"]}]
    if command:
        containers[0]["command"] = command
    return {
        "metadata": {"labels": labels},
        "spec": {
            "replicas": parsed.options["replicas"],
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
            "strategy": {},
        },
        "status": {},
    }


def _container_name(image: str) -> str:
    return str(image.rpartition("/")[2].partition(":")[0].partition("@")[0])


DEPLOYMENT = generator(
    "Deployment",
    _deployment,
    Flag("image", "strings", default=(), hint="Image of a container; repeat it for more"),
    Flag("replicas", "int", short="r", default=1, hint="How many pods"),
    Flag("port", "int", default=-1, hint="The port that the container exposes"),
    aliases=("deploy",),
    example="kubectl create deployment web --image=nginx:1.27 --replicas=3",
    needs=("image",),
)
