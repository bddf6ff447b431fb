"""Ingress and IngressClass (networking.k8s.io/v1): their rules (pkg/apis/networking, 1.36)."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address

from ...base import names
from ...base.objects import Obj, annotations_of, get_in
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, too_long, unsupported
from .generic import generic

CLASS = "kubernetes.io/ingress.class"
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_ENDS = ("/..", "/.")
_CONTROLLER_MAX = 250
_HTTP_PATH = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
_HTTP_PATH_TEXT = (
    "Invalid path (e.g. '/path', regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"
)
_WILDCARD = re.compile(r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_WILDCARD_TEXT = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
    "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
    "character (e.g. '*.example.com', regex used for validation is "
    r"'\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


def _validate(obj: Obj) -> Faults:
    spec, faults = obj.get("spec") or {}, list[Faults]()
    annotated, named = annotations_of(obj).get(CLASS), spec.get("ingressClassName")
    found: Faults = []
    if annotated and named is not None and annotated != named:
        why = "must match `ingressClassName` when both are specified"
        found.append(invalid(f"annotations.{CLASS}", annotated, why))
    backend, rules = spec.get("defaultBackend"), spec.get("rules") or []
    if backend is None and not rules:
        why = "either `defaultBackend` or `rules` must be specified"
        found.append(invalid("spec", spec.get("rules"), why))
    if backend is not None:
        faults.append(_backend(backend, "spec.defaultBackend"))
    for number, rule in enumerate(rules):
        faults.append(_rule(rule, f"spec.rules[{number}]"))
    for number, tls in enumerate(spec.get("tls") or ()):
        for place, host in enumerate(tls.get("hosts") or ()):
            faults.append(_host(host, f"spec.tls[{number}].hosts[{place}]"))
        if secret := tls.get("secretName"):
            at = f"spec.tls[{number}].secretName"
            faults.append([invalid(at, secret, why) for why in names.dns_subdomain(secret)])
    if named is not None:
        wrong = names.dns_subdomain(named)
        faults.append([invalid("spec.ingressClassName", named, why) for why in wrong])
    return found + [fault for some in faults for fault in some]


def _host(host: str, path: str) -> Faults:
    if "*" in host:
        right = _WILDCARD.fullmatch(host) and len(host) <= 253
        return [] if right else [invalid(path, host, _WILDCARD_TEXT)]
    return [invalid(path, host, why) for why in names.dns_subdomain(host)]


def _rule(rule: Obj, path: str) -> Faults:
    host, faults = rule.get("host"), list[Faults]()
    if host:
        if _is_address(host):
            why = "must be a DNS name, not an IP address"
            faults.append([invalid(f"{path}.host", host, why)])
        faults.append(_host(host, f"{path}.host"))
    if "http" in rule:
        paths = (rule["http"] or {}).get("paths") or []
        if not paths:
            faults.append([required(f"{path}.http.paths")])
        faults += [_path(each, f"{path}.http.paths[{it}]") for it, each in enumerate(paths)]
    return [fault for some in faults for fault in some]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _path(entry: Obj, path: str) -> Faults:
    kind, text = entry.get("pathType"), entry.get("path") or ""
    if kind is None:
        return [required(f"{path}.pathType", "pathType must be specified")]
    faults: Faults = []
    if kind not in _PATH_TYPES:
        faults.append(unsupported(f"{path}.pathType", kind, _PATH_TYPES))
    elif not text.startswith("/") and (kind != "ImplementationSpecific" or text):
        faults.append(invalid(f"{path}.path", text, "must be an absolute path"))
    if kind in ("Exact", "Prefix") and text:
        wrong = [f"must not contain '{it}'" for it in _SEQUENCES if it in text]
        wrong += [f"cannot end with '{it}'" for it in _ENDS if text.endswith(it)]
        faults += [invalid(f"{path}.path", text, why) for why in wrong]
    return faults + _backend(entry.get("backend") or {}, f"{path}.backend")


def _backend(backend: Obj, path: str) -> Faults:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        missing = [field for field in ("kind", "name") if not resource.get(field)]
        return [required(f"{path}.resource.{field}") for field in missing]
    if service is None:
        return [required(path, "resource or service backend is required")]
    faults: Faults = []
    name = service.get("name") or ""
    if not name:
        faults.append(required(f"{path}.service.name"))
    else:
        wrong = names.dns_label(name)
        faults += [invalid(f"{path}.service.name", name, why) for why in wrong]
    return faults + _port(service.get("port") or {}, path)


def _port(port: Obj, path: str) -> Faults:
    name, number = port.get("name"), port.get("number")
    if name and number:
        return [invalid(path, "", "cannot set both port name & port number")]
    if name:
        return [invalid(f"{path}.service.port.name", name, why) for why in names.port_name(name)]
    if number:
        wrong = names.port_number(number)
        return [invalid(f"{path}.service.port.number", number, why) for why in wrong]
    return [required(path, "port name or number is required")]


def _validate_class(obj: Obj) -> Faults:
    controller = get_in(obj, "spec", "controller", default="")
    domain, slash, rest = controller.partition("/")
    path = "spec.controller"
    if not controller:
        return [required(path)]
    if not slash or not domain or not rest:
        why = 'must be a domain-prefixed path (such as "acme.io/foo")'
        return [invalid(path, controller, why)]
    faults = [invalid(path, domain, why) for why in names.dns_subdomain(domain)]
    if not _HTTP_PATH.fullmatch(rest):
        faults.append(invalid(path, rest, _HTTP_PATH_TEXT))
    if len(controller) > _CONTROLLER_MAX:
        faults.append(too_long(path, _CONTROLLER_MAX))
    return faults + _parameters(get_in(obj, "spec", "parameters"), "spec.parameters")


def _parameters(reference: Obj | None, path: str) -> Faults:
    """What a class is configured by: an object of the cluster, or of a namespace."""
    if reference is None:
        return []
    faults = [required(f"{path}.{it}") for it in ("kind", "name") if not reference.get(it)]
    scope, namespace = reference.get("scope") or "Cluster", reference.get("namespace")
    if scope not in ("Cluster", "Namespace"):
        faults.append(unsupported(f"{path}.scope", scope, ("Cluster", "Namespace")))
    elif scope == "Namespace" and not namespace:
        why = "`parameters.scope` is set to 'Namespace'"
        faults.append(required(f"{path}.namespace", why))
    elif scope == "Cluster" and namespace is not None:
        why = "`parameters.scope` is set to 'Cluster'"
        faults.append(forbidden(f"{path}.namespace", why))
    return faults


def _validate_class_update(new: Obj, old: Obj) -> Faults:
    controller = get_in(new, "spec", "controller", default="")
    same = controller == get_in(old, "spec", "controller", default="")
    return [] if same else [invalid("spec.controller", controller, IMMUTABLE)]


def _prepare(new: Obj, old: Obj | None) -> Obj:
    """A new one has no address yet, and says so."""
    return {**new, "status": {"loadBalancer": {}}} if old is None else new


KINDS = (
    replace(generic("Ingress"), validate=_validate, prepare=_prepare),
    replace(
        generic("IngressClass"),
        validate=_validate_class,
        changes_first=True,
        validate_update=_validate_class_update,
    ),
)
