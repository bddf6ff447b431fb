"""What a cluster can be set up with. Values are Kubernetes 1.36 defaults unless said otherwise."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

# 2026-01-05T09:00:00Z, a Monday: clusters start here unless told otherwise.
START_UNIX_MS = 1_767_603_600_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in milliseconds where the name says so, else in the unit of the Kubernetes flag."""

    start_unix_ms: int = START_UNIX_MS
    frozen: bool = False
    """Store objects that refuse mutation (tests)."""

    kubelet: str = "real"
    """"real" runs containers by the image catalogue; "fake" obeys fake/* annotations."""

    node_cpu: str = "4"
    node_memory: str = "8Gi"
    node_pods: int = 110
    kube_reserved_cpu: str = "0"
    kube_reserved_memory: str = "0"
    """--kube-reserved: what allocatable lacks of the capacity, beside the eviction threshold."""
    runtime: str = "containerd"
    """The nodes' container runtime: containerd or cri-o."""

    image_gc_high_percent: int = 85
    image_gc_low_percent: int = 80
    """The kubelet's imageGCHighThresholdPercent and imageGCLowThresholdPercent."""
    node_bandwidth_mb_s: float = 125
    """How fast a node can pull images at most."""

    metrics_server: bool = False
    """Whether the cluster has a metrics-server from the beginning (kubeadm installs none)."""
    coredns: bool = False
    """Whether CoreDNS runs as pods; else a DNS server outside of the picture answers."""
    cni: bool = True
    """Whether a network plugin is installed on the nodes from the beginning."""
    cloud: str = "none"
    """The cloud provider: "none", or "sim", which gives load balancers, regions and zones."""

    storage: str = "none"
    """Classes at boot: "none", or "sim": fast-ssd and standard (the default), with CSI drivers."""

    tokens: tuple[tuple[str, ...], ...] = ()
    """kube-apiserver --token-auth-file: for each user a token, the name, the uid, then groups."""

    pods_max: int = 2_000
    """How many pods the cluster may have at once; more are refused as by a quota."""

    node_monitor_grace_period_ms: int = 50_000
    """kube-controller-manager --node-monitor-grace-period (50 s since 1.32)."""
    node_lease_renew_ms: int = 10_000
    """A kubelet renews its Lease every quarter of 40 s."""
    event_ttl_ms: int = 3_600_000
    """kube-apiserver --event-ttl."""
    proxy_lag_ms: tuple[int, int] = (100, 1_000)
    """Shortest and longest time from an EndpointSlice to a node's rules (min sync 1 s)."""

    def as_json(self) -> dict[str, Any]:
        """The settings as a JSON value."""
        tokens = [list(entry) for entry in self.tokens]
        return {**asdict(self), "proxy_lag_ms": list(self.proxy_lag_ms), "tokens": tokens}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Settings:
        """The inverse of ``as_json``; TypeError for an unknown setting."""
        if "proxy_lag_ms" in value:
            low, high = value["proxy_lag_ms"]
            value = {**value, "proxy_lag_ms": (low, high)}
        if "tokens" in value:
            value = {**value, "tokens": tuple(tuple(entry) for entry in value["tokens"])}
        return cls(**value)
