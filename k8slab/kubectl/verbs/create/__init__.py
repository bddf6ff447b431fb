"""kubectl create: from files, or one object by a subcommand. To add one: a generator, here."""

from __future__ import annotations

from ...command import Verb
from . import batch, binding, budget, configmap, deployment, ingress, plain, role, secret, service
from .files import FLAGS, LAST_APPLIED, create, run, with_last_applied

_CHILDREN = (
    role.CLUSTERROLE,
    binding.CLUSTERROLEBINDING,
    configmap.CONFIGMAP,
    batch.CRONJOB,
    deployment.DEPLOYMENT,
    ingress.INGRESS,
    batch.JOB,
    plain.NAMESPACE,
    budget.BUDGET,
    plain.PRIORITYCLASS,
    plain.QUOTA,
    role.ROLE,
    binding.ROLEBINDING,
    secret.SECRET,
    service.SERVICE,
    plain.SERVICEACCOUNT,
    plain.TOKEN,
)

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
    flags=FLAGS,
    children={verb.name: verb for verb in _CHILDREN},
)

__all__ = ["LAST_APPLIED", "VERB", "create", "with_last_applied"]
