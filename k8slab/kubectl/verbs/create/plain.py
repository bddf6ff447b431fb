"""kubectl create namespace, serviceaccount, quota, priorityclass, token."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.quantity import parse_quantity

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...printers.output import print_typed
from ...session import Session
from .. import options
from .generator import generator


def _namespace(session: Session, parsed: Parsed, name: str) -> Obj:
    return {"spec": {}, "status": {}}


def _service_account(session: Session, parsed: Parsed, name: str) -> Obj:
    return {}


def _quota(session: Session, parsed: Parsed, name: str) -> Obj:
    spec: Obj = {}
    for entry in filter(None, parsed.options["hard"].split(",")):
        resource, equals, amount = entry.partition("=")
        if not equals:
            raise failure(f"Invalid argument syntax {entry}, expected <resource>=<value>")
        try:
            parse_quantity(amount)
        except ValueError as error:
            raise failure(str(error)) from None
        spec.setdefault("hard", {})[resource] = amount
    scopes = [scope for scope in parsed.options["scopes"].split(",") if scope]
    if scopes:
        spec["scopes"] = scopes
    return {"spec": spec, "status": {}}


def _priority_class(session: Session, parsed: Parsed, name: str) -> Obj:
    made: Obj = {"value": parsed.options["value"]}
    if parsed.options["global-default"]:
        made["globalDefault"] = True
    if parsed.options["description"]:
        made["description"] = parsed.options["description"]
    return {**made, "preemptionPolicy": parsed.options["preemption-policy"]}


NAMESPACE = generator("Namespace", _namespace, aliases=("ns",))
SERVICEACCOUNT = generator("ServiceAccount", _service_account, aliases=("sa",))
QUOTA = generator(
    "ResourceQuota",
    _quota,
    Flag("hard", hint="Limits: cpu=1,memory=1Gi,pods=2"),
    Flag("scopes", hint="What the quota is about, such as BestEffort"),
    name="quota",
    aliases=("resourcequota",),
    example="kubectl create quota team --hard=pods=10,requests.cpu=4",
)
PRIORITYCLASS = generator(
    "PriorityClass",
    _priority_class,
    Flag("value", "int", default=0, hint="How important its pods are"),
    Flag("global-default", "bool", default=False, hint="For pods that name no class"),
    Flag("description", hint="When it is to be used"),
    Flag("preemption-policy", default="PreemptLowerPriority", hint="or Never"),
    aliases=("pc",),
    example="kubectl create priorityclass high --value=1000000",
)


_BOUND = ("Node", "Pod", "Secret")


def _token(session: Session, parsed: Parsed) -> int | None:
    if len(parsed.arguments) != 1:
        raise failure(
            f"exactly one NAME is required, got {len(parsed.arguments)}\n"
            "See 'kubectl create token -h' for help and examples"
        )
    kind = session.discovery.resolve("serviceaccounts")
    assert kind is not None
    _check_token(parsed)
    spec: Obj = {"audiences": list(parsed.options["audience"])}
    if parsed.options["duration"]:
        spec["expirationSeconds"] = parsed.options["duration"] // 1000
    try:
        made = session.request(
            "create",
            kind,
            session.namespace,
            parsed.arguments[0],
            subresource="token",
            body={"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec},
        )
    except ApiError as error:
        raise failure(f"failed to create token: {error.message}") from None
    form = parsed.options["output"]
    if form:
        print_typed(session, form, made)
    else:
        session.print(made["status"]["token"])
    return None


def _check_token(parsed: Parsed) -> None:
    flags = parsed.options
    kind, name = flags["bound-object-kind"], flags["bound-object-name"]
    if flags["duration"] < 0:
        raise failure("--duration must be greater than or equal to 0")
    if kind and kind not in _BOUND:
        raise failure(f"supported --bound-object-kind values are {', '.join(_BOUND)}")
    if kind and not name:
        raise failure("--bound-object-name is required if --bound-object-kind is provided")
    if name and not kind:
        raise failure("--bound-object-name can only be set if --bound-object-kind is provided")
    if flags["bound-object-uid"] and not kind:
        raise failure("--bound-object-uid can only be set if --bound-object-kind is provided")


TOKEN = Verb(
    name="token",
    summary="Request a service account token",
    run=_token,
    flags=(
        Flag("audience", "strings", default=(), hint="Whom the token is for"),
        Flag("duration", "duration", default=0, hint="How long it is to be valid"),
        Flag("bound-object-kind", hint="Pod, Secret or Node: whose end is the token's, too"),
        Flag("bound-object-name", hint="Its name"),
        Flag("bound-object-uid", hint="Its uid"),
        options.OUTPUT,
    ),
    usage="SERVICE_ACCOUNT_NAME",
    example="kubectl create token default",
)
