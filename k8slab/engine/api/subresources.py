"""The subresources that objects of a kind have."""

from __future__ import annotations

from .kinds import Kind

MORE: dict[str, frozenset[str]] = {
    "Pod": frozenset(
        {"attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward",
         "proxy", "resize", "status"}
    ),
    "ServiceAccount": frozenset({"token"}),
    "Namespace": frozenset({"finalize", "status"}),
    "CertificateSigningRequest": frozenset({"approval", "status"}),
    "Node": frozenset({"proxy", "status"}),
    "Service": frozenset({"proxy", "status"}),
}  # fmt: skip
"""Those beside status and scale, which the kinds themselves tell of."""


def of_kind(kind: Kind) -> frozenset[str]:
    """The subresources of a kind's objects."""
    own = {name for name, has in (("status", kind.status), ("scale", kind.scale)) if has}
    return MORE.get(kind.kind, frozenset()) | own
