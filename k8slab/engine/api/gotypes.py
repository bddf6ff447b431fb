"""What Go's decoding errors name and the OpenAPI data lacks: string types, embedded structs.

Keyed by (struct, field); an empty struct stands for every struct that has such a field.
"""

NAMED_STRINGS: dict[tuple[str, str], str] = {
    ("", "uid"): "types.UID",
    ("", "restartPolicy"): "v1.RestartPolicy",
    ("Container", "restartPolicy"): "v1.ContainerRestartPolicy",
    ("", "dnsPolicy"): "v1.DNSPolicy",
    ("", "imagePullPolicy"): "v1.PullPolicy",
    ("", "pullPolicy"): "v1.PullPolicy",
    ("", "terminationMessagePolicy"): "v1.TerminationMessagePolicy",
    ("", "protocol"): "v1.Protocol",
    ("", "scheme"): "v1.URIScheme",
    ("", "preemptionPolicy"): "v1.PreemptionPolicy",
    ("", "accessModes"): "v1.PersistentVolumeAccessMode",
    ("", "volumeMode"): "v1.PersistentVolumeMode",
    ("", "effect"): "v1.TaintEffect",
    ("", "whenUnsatisfiable"): "v1.UnsatisfiableConstraintAction",
    ("", "persistentVolumeReclaimPolicy"): "v1.PersistentVolumeReclaimPolicy",
    ("", "reclaimPolicy"): "v1.PersistentVolumeReclaimPolicy",
    ("", "volumeBindingMode"): "v1.VolumeBindingMode",
    ("", "unhealthyPodEvictionPolicy"): "v1.UnhealthyPodEvictionPolicyType",
    ("", "phase"): "v1.PodPhase",
    ("", "addressType"): "v1.AddressType",
    ("Toleration", "operator"): "v1.TolerationOperator",
    ("NodeSelectorRequirement", "operator"): "v1.NodeSelectorOperator",
    ("LabelSelectorRequirement", "operator"): "v1.LabelSelectorOperator",
    ("ScopedResourceSelectorRequirement", "operator"): "v1.ScopeSelectorOperator",
    ("ScopedResourceSelectorRequirement", "scopeName"): "v1.ResourceQuotaScope",
    ("EmptyDirVolumeSource", "medium"): "v1.StorageMedium",
    ("HostPathVolumeSource", "type"): "v1.HostPathType",
    ("DeploymentStrategy", "type"): "v1.DeploymentStrategyType",
    ("Secret", "type"): "v1.SecretType",
    ("LimitRangeItem", "type"): "v1.LimitType",
    ("ServiceSpec", "type"): "v1.ServiceType",
    ("ServiceSpec", "sessionAffinity"): "v1.ServiceAffinity",
    ("ServiceSpec", "externalTrafficPolicy"): "v1.ServiceExternalTrafficPolicy",
    ("ServiceSpec", "internalTrafficPolicy"): "v1.ServiceInternalTrafficPolicy",
    ("ServiceSpec", "ipFamilies"): "v1.IPFamily",
    ("ServiceSpec", "ipFamilyPolicy"): "v1.IPFamilyPolicy",
    ("NamespaceSpec", "finalizers"): "v1.FinalizerName",
    ("NamespaceStatus", "phase"): "v1.NamespacePhase",
    ("Capabilities", "add"): "v1.Capability",
    ("Capabilities", "drop"): "v1.Capability",
}

_VOLUME_SOURCES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "hostPath",
    "image",
    "iscsi",
    "nfs",
    "persistentVolumeClaim",
    "projected",
    "secret",
)

EMBEDDED: dict[tuple[str, str], str] = {
    **{("Volume", source): "VolumeSource" for source in _VOLUME_SOURCES},
    ("IngressRule", "http"): "IngressRuleValue",
    **{("Probe", it): "ProbeHandler" for it in ("exec", "grpc", "httpGet", "tcpSocket")},
}
"""The Go struct that a field's own struct embeds it through, by (struct, field)."""
