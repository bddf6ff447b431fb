"""Built-in kinds that have no file of their own: their names, and the columns of their tables.

What they may hold comes from the API's schema, so an unknown corner is stored and shown rather
than refused. A kind that needs checks gets a file, which then takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...base.names import dns_subdomain
from .base import Kind, keep, same
from .columns import AGE, NAME
from .generic_columns import COLUMNS
from .generic_defaults import DEFAULTS, prepare_status

# Under each version: kind, plural, short names, what holds of it. Virtual kinds are never stored.
_TABLE = """
[v1]
Binding bindings - virtual
ComponentStatus componentstatuses cs cluster
Endpoints endpoints ep -
LimitRange limitranges limits -
PersistentVolume persistentvolumes pv cluster,status
PersistentVolumeClaim persistentvolumeclaims pvc status
PodTemplate podtemplates - generation
ReplicationController replicationcontrollers rc status,scale,generation,all
ResourceQuota resourcequotas quota status
[admissionregistration.k8s.io/v1]
MutatingAdmissionPolicy mutatingadmissionpolicies - cluster,generation,api-extensions
MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings - cluster,generation,api-extensions
MutatingWebhookConfiguration mutatingwebhookconfigurations - cluster,generation,api-extensions
ValidatingAdmissionPolicy validatingadmissionpolicies - cluster,status,generation,api-extensions
ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings - cluster,api-extensions
ValidatingWebhookConfiguration validatingwebhookconfigurations - cluster,generation,api-extensions
[apiextensions.k8s.io/v1]
CustomResourceDefinition customresourcedefinitions crd,crds cluster,status,generation,api-extensions
[apiregistration.k8s.io/v1]
APIService apiservices - cluster,status,api-extensions
[apps/v1]
ControllerRevision controllerrevisions - -
DaemonSet daemonsets ds status,generation,all
StatefulSet statefulsets sts status,scale,generation,all
[authentication.k8s.io/v1]
SelfSubjectReview selfsubjectreviews - cluster,virtual
TokenReview tokenreviews - cluster,virtual
[authorization.k8s.io/v1]
LocalSubjectAccessReview localsubjectaccessreviews - virtual
SelfSubjectAccessReview selfsubjectaccessreviews - cluster,virtual
SelfSubjectRulesReview selfsubjectrulesreviews - cluster,virtual
SubjectAccessReview subjectaccessreviews - cluster,virtual
[autoscaling/v2]
HorizontalPodAutoscaler horizontalpodautoscalers hpa status,all
[batch/v1]
CronJob cronjobs cj status,generation,all
Job jobs - status,generation,all
[certificates.k8s.io/v1]
CertificateSigningRequest certificatesigningrequests csr cluster,status
[events.k8s.io/v1]
Event events ev virtual
[flowcontrol.apiserver.k8s.io/v1]
FlowSchema flowschemas - cluster,status,generation
PriorityLevelConfiguration prioritylevelconfigurations - cluster,status,generation
[networking.k8s.io/v1]
IPAddress ipaddresses ip cluster
Ingress ingresses ing status,generation
IngressClass ingressclasses - cluster,generation
NetworkPolicy networkpolicies netpol generation
ServiceCIDR servicecidrs - cluster,status
[node.k8s.io/v1]
RuntimeClass runtimeclasses - cluster
[policy/v1]
PodDisruptionBudget poddisruptionbudgets pdb status,generation
[rbac.authorization.k8s.io/v1]
ClusterRole clusterroles - cluster
ClusterRoleBinding clusterrolebindings - cluster
Role roles - -
RoleBinding rolebindings - -
[resource.k8s.io/v1]
DeviceClass deviceclasses - cluster,generation
ResourceClaim resourceclaims - status
ResourceClaimTemplate resourceclaimtemplates - -
ResourceSlice resourceslices - cluster,generation
[scheduling.k8s.io/v1]
PriorityClass priorityclasses pc cluster,generation
[storage.k8s.io/v1]
CSIDriver csidrivers - cluster
CSINode csinodes - cluster
CSIStorageCapacity csistoragecapacities - -
StorageClass storageclasses sc cluster
VolumeAttachment volumeattachments - cluster,status
VolumeAttributesClass volumeattributesclasses vac cluster
"""
_CATEGORIES = ("all", "api-extensions")


_DEPRECATED = {
    "ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+",
    "Endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}


def path_segment(name: str) -> list[str]:
    """Names that only have to be fit for a URL (path.ValidatePathSegmentName)."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{it}'" for it in ("/", "%") if it in name]


_NAME_RULES: dict[str, Callable[[str], list[str]]] = dict.fromkeys(
    ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "FlowSchema",
     "PriorityLevelConfiguration"), path_segment,
)  # fmt: skip


def _read(table: str) -> Iterator[Kind]:
    api_version = ""
    for line in table.strip().split("\n"):
        if line.startswith("["):
            api_version = line.strip("[]")
        else:
            yield _kind(api_version, *line.split())


def _kind(api_version: str, kind: str, plural: str, short_names: str, said: str) -> Kind:
    group, _, version = api_version.rpartition("/")
    flags = said.split(",")
    return Kind(
        kind,
        plural,
        group=group,
        version=version,
        namespaced="cluster" not in flags,
        short_names=() if short_names == "-" else tuple(short_names.split(",")),
        categories=tuple(it for it in _CATEGORIES if it in flags),
        status="status" in flags,
        scale="scale" in flags,
        generation="generation" in flags,
        virtual="virtual" in flags,
        deprecated=_DEPRECATED.get(kind, ""),
        name_rule=_NAME_RULES.get(kind, dns_subdomain),
        columns=COLUMNS.get(kind, (NAME, AGE)),
        default=DEFAULTS.get(kind, same),
        prepare=prepare_status(kind) or keep,
    )


GENERIC: tuple[Kind, ...] = tuple(_read(_TABLE))


def generic(kind: str) -> Kind:
    """The table's kind of that name: a start for one that needs more."""
    return next(each for each in GENERIC if each.kind == kind)
