"""ServiceAccount: a pod runs as an account, and gets its token as a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base import chance
from ...base.memo import by_identity
from ...base.objects import Key, Obj
from .. import errors
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_TOKEN_SOURCES = (
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    {
        "downwardAPI": {
            "items": [
                {
                    "path": "namespace",
                    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                }
            ]
        }
    },
)


class ServiceAccount:
    """plugin/pkg/admission/serviceaccount, 1.36."""

    name = "ServiceAccount"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        if kind.kind != "Pod" or old is not None:
            return obj
        spec, metadata = obj["spec"], obj["metadata"]
        name = spec.get("serviceAccountName") or "default"
        account = api.store.get(Key("ServiceAccount", metadata["namespace"], name))
        if account is None:
            why = (
                f"error looking up service account {metadata['namespace']}/{name}: "
                f'serviceaccount "{name}" not found'
            )
            raise errors.forbidden("pods", "", metadata.get("name", ""), why)
        spec = _with_account(spec, name)
        if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
            spec = {**spec, "imagePullSecrets": account["imagePullSecrets"]}
        if _mounts_token(spec, account):
            # One suffix for all pods of a template, so that they go on sharing their spec.
            stem = metadata.get("generateName") or metadata.get("name")
            suffix = chance.suffix(api.seed, 5, "token-volume", metadata["namespace"], stem)
            spec = _with_token(spec, f"kube-api-access-{suffix}")
        return {**obj, "spec": spec}


def _mounts_token(spec: Obj, account: Obj) -> bool:
    for said in (spec, account):
        if said.get("automountServiceAccountToken") is not None:
            return bool(said["automountServiceAccountToken"])
    return True


@by_identity
def _with_account(spec: Obj, name: str) -> Obj:
    if spec.get("serviceAccountName") == spec.get("serviceAccount") == name:
        return spec
    return {**spec, "serviceAccountName": name, "serviceAccount": name}


@by_identity
def _with_token(spec: Obj, volume: str) -> Obj:
    mounted = {
        field: [_mounted(container, volume) for container in spec[field]]
        for field in ("initContainers", "containers")
        if spec.get(field)
    }
    if all(mounted[field] == spec[field] for field in mounted):
        return spec
    source = {"sources": list(_TOKEN_SOURCES), "defaultMode": 0o644}
    volumes = [*(spec.get("volumes") or ()), {"name": volume, "projected": source}]
    return {**spec, **mounted, "volumes": volumes}


def _mounted(container: Obj, volume: str) -> Obj:
    mounts = container.get("volumeMounts") or []
    if any(mount.get("mountPath") == _MOUNT_PATH for mount in mounts):
        return container
    mount = {"name": volume, "readOnly": True, "mountPath": _MOUNT_PATH}
    return {**container, "volumeMounts": [*mounts, mount]}
