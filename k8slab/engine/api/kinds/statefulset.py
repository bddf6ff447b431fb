"""StatefulSet (apps/v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, drop_in, get_in, set_in
from .base import Kind
from .columns import AGE, CONTAINERS, IMAGES, NAME, READY
from .faults import Faults, forbidden, invalid, negative, unsupported
from .filling import change, change_each, fill, fill_zero
from .internal import internal
from .persistentvolumeclaim import validate_claim_spec
from .podspec import validate_workload_template
from .podspec_defaults import default_template
from .warnings import of_template

_SPEC = {"replicas": 1, "revisionHistoryLimit": 10}
_SPEC_ZERO = {"podManagementPolicy": "OrderedReady"}
_RETAIN = {"whenDeleted": "Retain", "whenScaled": "Retain"}
_POLICIES = ("OrderedReady", "Parallel")
_RETENTIONS = ("Retain", "Delete")
_CHANGEABLE = frozenset(
    {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    }
)
_FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)


def _default(obj: Obj) -> Obj:
    spec = fill_zero(fill(obj.get("spec") or {}, _SPEC), _SPEC_ZERO)
    nested: Obj = {"updateStrategy": {}, "persistentVolumeClaimRetentionPolicy": {}, "template": {}}
    spec = fill(spec, {**nested, "serviceName": ""})
    spec = change(spec, "updateStrategy", _strategy)
    spec = change(spec, "persistentVolumeClaimRetentionPolicy", lambda it: fill_zero(it, _RETAIN))
    spec = change_each(spec, "volumeClaimTemplates", _claim)
    return {**obj, "spec": change(spec, "template", default_template)}


def _strategy(strategy: Obj) -> Obj:
    strategy = fill_zero(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    strategy = fill(strategy, {"rollingUpdate": {}})
    return change(strategy, "rollingUpdate", lambda it: fill(it, {"partition": 0}))


def _claim(claim: Obj) -> Obj:
    claim = fill(claim, {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "spec": {}})
    claim = change(claim, "spec", lambda it: fill(it, {"volumeMode": "Filesystem"}))
    return fill(claim, {"status": {"phase": "Pending"}})


def _prepare(new: Obj, old: Obj | None) -> Obj:
    """Without maxUnavailable: in 1.36 its feature gate (MaxUnavailableStatefulSet) is off."""
    path = ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
    if get_in(new, *path) is not None:
        new = drop_in(new, path)
    return new if old is not None else {**new, "status": {"replicas": 0, "availableReplicas": 0}}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = _one_of("spec.podManagementPolicy", spec["podManagementPolicy"], _POLICIES)
    faults += _validate_strategy(spec["updateStrategy"])
    retention = spec["persistentVolumeClaimRetentionPolicy"]
    for field in _RETAIN:
        path = f"spec.persistentVolumeClaimRetentionPolicy.{field}"
        if retention[field] not in _RETENTIONS:
            faults.append(unsupported(path, retention[field], _RETENTIONS))
    faults += negative("spec.replicas", spec["replicas"])
    faults += negative("spec.minReadySeconds", spec.get("minReadySeconds") or 0)
    faults += negative("spec.ordinals.start", get_in(spec, "ordinals", "start", default=0))
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        faults += validate_claim_spec(claim["spec"], f"spec.volumeClaimTemplates[{index}].spec")
    name = spec.get("serviceName") or ""
    faults += [invalid("spec.serviceName", name, why) for why in names.dns_label(name) if name]
    return faults + validate_workload_template(
        _with_claims(spec), "spec", "statefulset", why_no_selector=""
    )


def _with_claims(spec: Obj) -> Obj:
    """The spec with a volume for each claim template: its containers may mount them."""
    claims = [get_in(it, "metadata", "name") for it in spec.get("volumeClaimTemplates") or ()]
    pod = get_in(spec, "template", "spec")
    if not claims or not pod:
        return spec
    said = pod.get("volumes") or []
    there = [volume.get("name") for volume in said]
    volumes = [*said, *({"name": it, "emptyDir": {}} for it in claims if it not in there)]
    return set_in(spec, ("template", "spec", "volumes"), volumes)


def _one_of(path: str, value: str, allowed: tuple[str, str]) -> Faults:
    if value in allowed:
        return []
    return [invalid(path, value, f"must be '{allowed[0]}' or '{allowed[1]}'")]


def _validate_strategy(strategy: Obj) -> Faults:
    path, rolling = "spec.updateStrategy", strategy.get("rollingUpdate")
    if strategy["type"] == "OnDelete":
        if rolling is None:
            return []
        why = "only allowed for updateStrategy 'RollingUpdate'"
        told = internal(rolling, "RollingUpdateStatefulSet")
        return [invalid(f"{path}.rollingUpdate", told, why)]
    if strategy["type"] == "RollingUpdate":
        partition = (rolling or {}).get("partition") or 0
        return negative(f"{path}.rollingUpdate.partition", partition)
    told = internal(strategy, "StatefulSetUpdateStrategy")
    return [invalid(path, told, "must be 'RollingUpdate' or 'OnDelete'")]


def _validate_update(new: Obj, old: Obj) -> Faults:
    def fixed(obj: Obj) -> Obj:
        return {name: it for name, it in obj["spec"].items() if name not in _CHANGEABLE}

    return [] if fixed(new) == fixed(old) else [forbidden("spec", _FIXED)]


KIND = Kind(
    "StatefulSet",
    "statefulsets",
    group="apps",
    short_names=("sts",),
    categories=("all",),
    status=True,
    scale=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    warnings=of_template,
    validate=_validate,
    validate_update=_validate_update,
    name_rule=names.dns_label,
    columns=(NAME, READY, AGE, CONTAINERS, IMAGES),
)
