"""Objects as the API server's internal types print them in a refusal (pkg/apis/core, 1.36).

A value that a fixed field may not take, and the difference under a refused pod update, show the
server's own Go structs: every field, in their order, under its Go name.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ...base.objects import Obj


class _Field(NamedTuple):
    """A field of a struct: its name, what it is when it is not set, and whose struct it holds."""

    name: str
    zero: Any
    type: str


_ZEROS: dict[str, Any] = {"": "", "#": 0, "?": False, "*": None, "^": {}}

# A name alone is a string; # a number, ? a Boolean, * a pointer, list or map, ^ a struct in place;
# = names the struct within. A type that is not here (metav1's and the drivers') is left as it is.
_TYPES = {
    "PodTemplateSpec": "Spec^=PodSpec",
    "DeploymentStrategy": "Type RollingUpdate*=RollingUpdateDeployment",
    "RollingUpdateDeployment": "MaxUnavailable# MaxSurge#",
    "StatefulSetUpdateStrategy": "Type RollingUpdate*=RollingUpdateStatefulSet",
    "RollingUpdateStatefulSet": "Partition# MaxUnavailable*",
    "DaemonSetUpdateStrategy": "Type RollingUpdate*=RollingUpdateDaemonSet",
    "RollingUpdateDaemonSet": "MaxUnavailable# MaxSurge#",
    "ScopeSelector": "MatchExpressions*=ScopeRequirement",
    "ScopeRequirement": "ScopeName Operator Values*",
    "SessionAffinityConfig": "ClientIP*=ClientIPConfig",
    "ClientIPConfig": "TimeoutSeconds*",
    "SuccessPolicy": "Rules*=SuccessPolicyRule",
    "SuccessPolicyRule": "SucceededIndexes* SucceededCount*",
    "PodFailurePolicy": "Rules*=PodFailurePolicyRule",
    "PodFailurePolicyRule": "Action OnExitCodes*=OnExitCodes OnPodConditions*=OnPodCondition",
    "OnExitCodes": "ContainerName* Operator Values*",
    "OnPodCondition": "Type Status",
    "PodDisruptionBudgetSpec": "MinAvailable* Selector*=LabelSelector MaxUnavailable*"
    " UnhealthyPodEvictionPolicy*",
    "PodSpec": "Volumes*=Volume InitContainers*=Container Containers*=Container"
    " EphemeralContainers*=Container RestartPolicy TerminationGracePeriodSeconds*"
    " ActiveDeadlineSeconds* DNSPolicy NodeSelector* ServiceAccountName"
    " AutomountServiceAccountToken* NodeName SecurityContext^=PodSecurityContext"
    " ImagePullSecrets*=LocalObjectReference Hostname Subdomain SetHostnameAsFQDN*"
    " Affinity*=Affinity SchedulerName Tolerations*=Toleration HostAliases*=HostAlias"
    " PriorityClassName Priority* PreemptionPolicy* DNSConfig*=PodDNSConfig"
    " ReadinessGates*=PodReadinessGate RuntimeClassName* Overhead* EnableServiceLinks*"
    " TopologySpreadConstraints*=TopologySpreadConstraint OS*=PodOS"
    " SchedulingGates*=PodSchedulingGate ResourceClaims*=PodResourceClaim"
    " Resources*=ResourceRequirements HostnameOverride* SchedulingGroup*",
    "PodSecurityContext": "HostNetwork? HostPID? HostIPC? ShareProcessNamespace* HostUsers*"
    " SELinuxOptions*=SELinuxOptions WindowsOptions* RunAsUser* RunAsGroup* RunAsNonRoot*"
    " SupplementalGroups* SupplementalGroupsPolicy* FSGroup* FSGroupChangePolicy* Sysctls*=Pair"
    " SeccompProfile*=SeccompProfile AppArmorProfile*=SeccompProfile SELinuxChangePolicy*",
    "Container": "Name Image Command* Args* WorkingDir Ports*=ContainerPort"
    " EnvFrom*=EnvFromSource Env*=EnvVar Resources^=ResourceRequirements"
    " ResizePolicy*=ContainerResizePolicy RestartPolicy* RestartPolicyRules*=ContainerRestartRule"
    " VolumeMounts*=VolumeMount VolumeDevices*=VolumeDevice LivenessProbe*=Probe"
    " ReadinessProbe*=Probe StartupProbe*=Probe Lifecycle*=Lifecycle TerminationMessagePath"
    " TerminationMessagePolicy ImagePullPolicy SecurityContext*=SecurityContext Stdin? StdinOnce?"
    " TTY?",
    "SecurityContext": "Capabilities*=Capabilities Privileged* SELinuxOptions*=SELinuxOptions"
    " WindowsOptions* RunAsUser* RunAsGroup* RunAsNonRoot* ReadOnlyRootFilesystem*"
    " AllowPrivilegeEscalation* ProcMount* SeccompProfile*=SeccompProfile"
    " AppArmorProfile*=SeccompProfile",
    "Capabilities": "Add* Drop*",
    "SELinuxOptions": "User Role Type Level",
    "SeccompProfile": "Type LocalhostProfile*",
    "ContainerPort": "Name HostPort# ContainerPort# Protocol HostIP",
    "EnvFromSource": "Prefix ConfigMapRef*=OptionalReference SecretRef*=OptionalReference",
    "EnvVar": "Name Value ValueFrom*=EnvVarSource",
    "EnvVarSource": "FieldRef*=ObjectFieldSelector ResourceFieldRef*=ResourceFieldSelector"
    " ConfigMapKeyRef*=KeySelector SecretKeyRef*=KeySelector FileKeyRef*=FileKeySelector",
    "ObjectFieldSelector": "APIVersion FieldPath",
    "ResourceFieldSelector": "ContainerName Resource Divisor",
    "KeySelector": "Name Key Optional*",
    "FileKeySelector": "VolumeName Path Key Optional*",
    "OptionalReference": "Name Optional*",
    "LocalObjectReference": "Name",
    "Pair": "Name Value",
    "ResourceRequirements": "Limits* Requests* Claims*=ResourceClaim",
    "ResourceClaim": "Name Request",
    "ContainerResizePolicy": "ResourceName RestartPolicy",
    "ContainerRestartRule": "Action ExitCodes*=ExitCodes",
    "ExitCodes": "Operator Values*",
    "VolumeMount": "Name ReadOnly? RecursiveReadOnly* MountPath SubPath MountPropagation*"
    " SubPathExpr",
    "VolumeDevice": "Name DevicePath",
    "Probe": "Exec*=ExecAction HTTPGet*=HTTPGetAction TCPSocket*=TCPSocketAction GRPC*=GRPCAction"
    " InitialDelaySeconds# TimeoutSeconds# PeriodSeconds# SuccessThreshold# FailureThreshold#"
    " TerminationGracePeriodSeconds*",
    "Lifecycle": "PostStart*=LifecycleHandler PreStop*=LifecycleHandler StopSignal*",
    "LifecycleHandler": "Exec*=ExecAction HTTPGet*=HTTPGetAction TCPSocket*=TCPSocketAction"
    " Sleep*=SleepAction",
    "ExecAction": "Command*",
    "HTTPGetAction": "Path Port Host Scheme HTTPHeaders*=Pair",
    "TCPSocketAction": "Port Host",
    "GRPCAction": "Port# Service*",
    "SleepAction": "Seconds#",
    "Volume": "Name HostPath*=HostPath EmptyDir*=EmptyDir GCEPersistentDisk*"
    " AWSElasticBlockStore* GitRepo* Secret*=SecretVolume NFS*=NFS ISCSI* Glusterfs*"
    " PersistentVolumeClaim*=ClaimVolume RBD* Quobyte* FlexVolume* Cinder* CephFS* Flocker*"
    " DownwardAPI*=DownwardAPIVolume FC* AzureFile* ConfigMap*=ConfigMapVolume VsphereVolume*"
    " AzureDisk* PhotonPersistentDisk* Projected*=Projected PortworxVolume* ScaleIO* StorageOS*"
    " CSI*=CSI Ephemeral* Image*=Image",
    "HostPath": "Path Type*",
    "EmptyDir": "Medium SizeLimit*",
    "SecretVolume": "SecretName Items*=KeyToPath DefaultMode* Optional*",
    "ConfigMapVolume": "Name Items*=KeyToPath DefaultMode* Optional*",
    "KeyToPath": "Key Path Mode*",
    "NFS": "Server Path ReadOnly?",
    "ClaimVolume": "ClaimName ReadOnly?",
    "DownwardAPIVolume": "Items*=DownwardAPIVolumeFile DefaultMode*",
    "DownwardAPIVolumeFile": "Path FieldRef*=ObjectFieldSelector"
    " ResourceFieldRef*=ResourceFieldSelector Mode*",
    "Projected": "Sources*=VolumeProjection DefaultMode*",
    "VolumeProjection": "Secret*=KeysProjection DownwardAPI*=DownwardAPIProjection"
    " ConfigMap*=KeysProjection ServiceAccountToken*=TokenProjection ClusterTrustBundle*"
    " PodCertificate*",
    "KeysProjection": "Name Items*=KeyToPath Optional*",
    "DownwardAPIProjection": "Items*=DownwardAPIVolumeFile",
    "TokenProjection": "Audience ExpirationSeconds# Path",
    "CSI": "Driver ReadOnly* FSType* VolumeAttributes* NodePublishSecretRef*=LocalObjectReference",
    "Image": "Reference PullPolicy",
    "Affinity": "NodeAffinity*=NodeAffinity PodAffinity*=PodAffinity PodAntiAffinity*=PodAffinity",
    "NodeAffinity": "RequiredDuringSchedulingIgnoredDuringExecution*=NodeSelector"
    " PreferredDuringSchedulingIgnoredDuringExecution*=PreferredSchedulingTerm",
    "NodeSelector": "NodeSelectorTerms*=NodeSelectorTerm",
    "NodeSelectorTerm": "MatchExpressions*=NodeSelectorRequirement"
    " MatchFields*=NodeSelectorRequirement",
    "NodeSelectorRequirement": "Key Operator Values*",
    "PreferredSchedulingTerm": "Weight# Preference^=NodeSelectorTerm",
    "PodAffinity": "RequiredDuringSchedulingIgnoredDuringExecution*=PodAffinityTerm"
    " PreferredDuringSchedulingIgnoredDuringExecution*=WeightedPodAffinityTerm",
    "PodAffinityTerm": "LabelSelector*=LabelSelector Namespaces* TopologyKey"
    " NamespaceSelector*=LabelSelector MatchLabelKeys* MismatchLabelKeys*",
    "WeightedPodAffinityTerm": "Weight# PodAffinityTerm^=PodAffinityTerm",
    "Toleration": "Key Operator Value Effect TolerationSeconds*",
    "HostAlias": "IP Hostnames*",
    "PodDNSConfig": "Nameservers* Searches* Options*=PodDNSConfigOption",
    "PodDNSConfigOption": "Name Value*",
    "PodReadinessGate": "ConditionType",
    "TopologySpreadConstraint": "MaxSkew# TopologyKey WhenUnsatisfiable"
    " LabelSelector*=LabelSelector MinDomains* NodeAffinityPolicy* NodeTaintsPolicy*"
    " MatchLabelKeys*",
    "PodOS": "Name",
    "PodSchedulingGate": "Name",
    "PodResourceClaim": "Name ResourceClaimName* ResourceClaimTemplateName*",
    "PersistentVolumeSource": "GCEPersistentDisk* AWSElasticBlockStore* HostPath*=HostPath"
    " Glusterfs* NFS*=NFS RBD* Quobyte* ISCSI* FlexVolume* Cinder* CephFS* FC* Flocker*"
    " AzureFile* VsphereVolume* AzureDisk* PhotonPersistentDisk* PortworxVolume* ScaleIO*"
    " Local*=Local StorageOS* CSI*",
    "Local": "Path FSType*",
    "PersistentVolumeClaimSpec": "AccessModes* Selector*=LabelSelector Resources^=VolumeResources"
    " VolumeName StorageClassName* VolumeMode* DataSource*=TypedReference"
    " DataSourceRef*=TypedReferenceIn VolumeAttributesClassName*",
    "VolumeResources": "Limits* Requests*",
    "TypedReference": "APIGroup* Kind Name",
    "TypedReferenceIn": "APIGroup* Kind Name Namespace*",
}
_TAGGED = {"LabelSelector": ("matchLabels", "matchExpressions")}
"""Structs that name their fields as the API does, and leave out those that are not set."""
_METADATA = ("name", "generateName", "namespace", "labels", "annotations", "finalizers")
_OF_THE_SANDBOX = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def go_diff(old: Obj, new: Obj, kind: str) -> str:
    """The unified diff that a refused update shows; ``kind`` names the struct of both."""
    before, after = (json.dumps(internal(spec, kind), indent=1).splitlines() for spec in (old, new))
    return "\n".join([*list(difflib.unified_diff(before, after, lineterm="", n=3))[2:], ""])


def internal_template(template: Obj) -> Obj:
    """A pod template as the internal type prints it: metadata in place, then the Spec."""
    metadata = template.get("metadata") or {}
    told = {name: _sorted(metadata[name]) for name in _METADATA if metadata.get(name)}
    return {**told, **internal(template, "PodTemplateSpec")}


def internal(value: Any, kind: str) -> Any:
    """A value of the API as the struct ``kind`` prints it: all fields, in order."""
    if isinstance(value, list):
        return [internal(each, kind) for each in value]
    if kind in _TAGGED:
        return {name: _sorted(value[name]) for name in _TAGGED[kind] if value.get(name)}
    if not isinstance(value, dict) or kind not in _TYPES:
        return _sorted(value)
    if kind == "PodSpec":
        sandbox = {name: value[name] for name in _OF_THE_SANDBOX if name in value}
        value = {**value, "securityContext": {**(value.get("securityContext") or {}), **sandbox}}
    given = {name.lower(): child for name, child in value.items()}
    return {field.name: _told(field, given.get(field.name.lower())) for field in _fields(kind)}


def _told(field: _Field, child: Any) -> Any:
    """A field's value; a struct in place is there even where nothing of it is set."""
    child = field.zero if child is None else child
    return child if child is field.zero and child != {} else internal(child, field.type)


@cache
def _fields(kind: str) -> tuple[_Field, ...]:
    return tuple(_parsed(_TYPES[kind]))


def _parsed(text: str) -> Iterator[_Field]:
    for word in text.split():
        name, _, kind = word.partition("=")
        sign = name[-1] if name[-1] in "#?*^" else ""
        yield _Field(name.removesuffix(sign), _ZEROS[sign], kind)


def _sorted(value: Any) -> Any:
    """Maps as Go prints them, in the order of their keys."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
