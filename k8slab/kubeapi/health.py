"""/livez, /readyz and /healthz: that all is well, and with ``?verbose`` each check (1.36)."""

from __future__ import annotations

from collections.abc import Iterator

PATHS = ("/healthz", "/livez", "/readyz")
_OWN = {"/readyz": ("informer-sync",)}
_BESIDES = ("loopback-serving-certificate", "etcd")
_NO_HOOKS = ("autoregister-completion",)
_HOOKS = """
start-apiserver-admission-initializer generic-apiserver-start-informers
priority-and-fairness-config-consumer priority-and-fairness-filter storage-object-count-tracker-hook
start-apiextensions-informers start-apiextensions-controllers crd-informer-synced
start-system-namespaces-controller peer-endpoint-reconciler-controller
start-cluster-authentication-info-controller start-kube-apiserver-identity-lease-controller
start-kube-apiserver-identity-lease-garbage-collector storage-readiness
start-legacy-token-tracking-controller start-service-ip-repair-controllers rbac/bootstrap-roles
scheduling/bootstrap-system-priority-classes priority-and-fairness-config-producer
bootstrap-controller start-kubernetes-service-cidr-controller aggregator-reload-proxy-client-cert
start-kube-aggregator-informers apiservice-status-local-available-controller
apiservice-status-remote-available-controller apiservice-registration-controller
apiservice-wait-for-first-sync apiservice-discovery-controller kube-apiserver-autoregistration
autoregister-completion apiservice-openapi-controller apiservice-openapiv3-controller
"""


def said(path: str, *, verbose: bool) -> str:
    """What a health path answers; a lab's API server is always well."""
    if not verbose:
        return "ok"
    rows = "".join(f"[+]{name} ok\n" for name in _checks(path))
    return f"{rows}{path.removeprefix('/')} check passed\n"


def _checks(path: str) -> Iterator[str]:
    yield from ("ping", "log", *_OWN.get(path, _BESIDES))
    for name in _HOOKS.split():
        yield name if name in _NO_HOOKS else f"poststarthook/{name}"
    if path == "/readyz":
        yield "shutdown"
