"""The faults of a Service (pkg/apis/core/validation validateService, 1.36), in its order."""

from __future__ import annotations

import ipaddress

from ...base import names
from ...base.objects import Obj
from .faults import IMMUTABLE, Faults, duplicate, forbidden, invalid, required, unsupported
from .meta import validate_labels

EXTERNAL = ("LoadBalancer", "NodePort")
_TYPES = ("ClusterIP", "ExternalName", *EXTERNAL)
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_AFFINITIES = ("ClientIP", "None")
_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_FAMILIES = ("IPv4", "IPv6")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_TIMEOUT_MAX_S = 86400
_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'"
_NOT_AN_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_NOT_A_NETWORK = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_SET_ONCE = "may not change once set"


def externally_accessible(spec: Obj) -> bool:
    """Whether traffic from outside the cluster can come to it."""
    return spec["type"] in EXTERNAL or (
        spec["type"] == "ClusterIP" and bool(spec.get("externalIPs"))
    )


def needs_health_check(spec: Obj) -> bool:
    """Whether load balancers ask each node if it has pods of it."""
    return spec["type"] == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def is_headless(spec: Obj) -> bool:
    """Whether it is to have no address."""
    return spec.get("clusterIPs") == ["None"]


def validate_service(obj: Obj) -> Faults:
    """What is wrong with a Service."""
    spec = obj["spec"]
    kind, ports = spec["type"], spec.get("ports") or []
    faults: Faults = []
    if not ports and not is_headless(spec) and kind != "ExternalName":
        faults.append(required("spec.ports"))
    faults += _of_type(spec, kind) + _ports(ports)
    faults += validate_labels(spec.get("selector") or {}, "spec.selector") + _affinity(spec)
    faults += validate_addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or ()):
        faults += _external_address(address, f"spec.externalIPs[{index}]")
    if kind not in _TYPES:
        faults.append(unsupported("spec.type", kind, _TYPES))
    faults += _port_clashes(ports, kind) + _source_ranges(spec)
    if spec.get("allocateLoadBalancerNodePorts") is not None and kind != "LoadBalancer":
        faults.append(forbidden("spec.allocateLoadBalancerNodePorts", _LOAD_BALANCERS))
    return faults + _balancer_class(spec) + _traffic(spec)


def _of_type(spec: Obj, kind: str) -> Faults:
    """What only one type of Service may or must have."""
    if kind in EXTERNAL and is_headless(spec):
        why = f"may not be set to 'None' for {kind} services"
        return [invalid("spec.clusterIPs[0]", "None", why)]
    if kind != "ExternalName":
        return []
    faults = [
        forbidden(f"spec.{field}", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(field)
    ]
    name = (spec.get("externalName") or "").removesuffix(".")
    if not name:
        return [*faults, required("spec.externalName")]
    return faults + [invalid("spec.externalName", name, why) for why in names.dns_subdomain(name)]


def _ports(ports: list[Obj]) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        name = port.get("name")
        if not name and len(ports) > 1:
            faults.append(required(f"{path}.name"))
        elif name:
            faults += [invalid(f"{path}.name", name, why) for why in names.dns_label(name)]
            if name in seen:
                faults.append(duplicate(f"{path}.name", name))
            seen.append(name)
        faults += _port(port, path)
    return faults


def _port(port: Obj, path: str) -> Faults:
    number, target, spoken = port.get("port") or 0, port["targetPort"], port.get("appProtocol")
    faults = [invalid(f"{path}.port", number, why) for why in names.port_number(number)]
    if port["protocol"] not in _PROTOCOLS:
        faults.append(unsupported(f"{path}.protocol", port["protocol"], _PROTOCOLS))
    rule = names.port_name if isinstance(target, str) else names.port_number
    faults += [invalid(f"{path}.targetPort", target, why) for why in rule(target)]
    if spoken is not None:
        why_not = names.qualified_name(spoken)
        faults += [invalid(f"{path}.appProtocol", spoken, why) for why in why_not]
    return faults


def _affinity(spec: Obj) -> Faults:
    """Whether a client is to come to the same pod each time, and for how long."""
    affinity, path = spec["sessionAffinity"], "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    if affinity not in _AFFINITIES:
        return [unsupported("spec.sessionAffinity", affinity, _AFFINITIES)]
    if affinity == "None":
        return []
    timeout_s = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
    if 0 < timeout_s <= _TIMEOUT_MAX_S:
        return []
    why = f"must be greater than 0 and less than {_TIMEOUT_MAX_S}"
    return [invalid(path, timeout_s, why)]


def validate_addresses(spec: Obj) -> Faults:
    """Its addresses and their families (ValidateServiceClusterIPsRelatedFields)."""
    if spec["type"] == "ExternalName":
        return []
    address, addresses = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    families, policy = spec.get("ipFamilies") or [], spec.get("ipFamilyPolicy")
    faults: Faults = []
    if address and not addresses:
        faults.append(required("spec.clusterIPs"))
    elif address and addresses[0] != address:
        why = "first value must match `clusterIP`"
        faults.append(invalid("spec.clusterIPs", addresses, why))
    elif not address and addresses:
        why = "must be empty when `clusterIP` is not specified"
        faults.append(invalid("spec.clusterIPs", addresses, why))
    for index, family in enumerate(families):
        path = f"spec.ipFamilies[{index}]"
        if family not in _FAMILIES:
            faults.append(unsupported(path, family, _FAMILIES))
        if family in families[:index]:
            faults.append(duplicate(path, family))
    if policy is not None and policy not in _FAMILY_POLICIES:
        faults.append(unsupported("spec.ipFamilyPolicy", policy, _FAMILY_POLICIES))
    return faults + _addresses(addresses, families)


def _addresses(addresses: list[str], families: list[str]) -> Faults:
    faults: Faults = []
    path = "spec.clusterIPs"
    headless = addresses[:1] == ["None"]
    wrong = headless and len(addresses) > 1
    if wrong:
        faults.append(invalid(path, addresses, "'None' must be the first and only value"))
    for index, address in enumerate(addresses):
        if not (index == 0 and headless) and not family_of(address):
            faults.append(invalid(f"{path}[{index}]", address, _NOT_AN_ADDRESS))
            wrong = True
    if len(addresses) > len(_FAMILIES):
        faults.append(invalid(path, addresses, "may only hold up to 2 values"))
    if wrong:
        return faults
    if len(addresses) > 1 and {family_of(it) for it in addresses} != set(_FAMILIES):
        why = "may specify no more than one IP for each IP family"
        faults.append(invalid(path, addresses, why))
    if headless:
        return faults
    for index, (address, family) in enumerate(zip(addresses, families, strict=False)):
        if family in _FAMILIES and family_of(address) != family:
            why = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            faults.append(invalid(f"{path}[{index}]", address, why))
    return faults


def family_of(address: str) -> str:
    """``IPv4`` or ``IPv6``; "" for what is no address."""
    try:
        return f"IPv{ipaddress.ip_address(address).version}"
    except ValueError:
        return ""


def _external_address(text: str, path: str) -> Faults:
    if not family_of(text):
        return [invalid(path, text, _NOT_AN_ADDRESS)]
    address = ipaddress.ip_address(text)
    local = "224.0.0.0/24" if address.version == 4 else "ff02::/16"
    rules = (
        (address.is_unspecified, f"may not be unspecified ({text})"),
        (address.is_loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (address.is_link_local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (
            address in ipaddress.ip_network(local),
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
        ),
    )
    return [invalid(path, text, why) for wrong, why in rules if wrong]


def _port_clashes(ports: list[Obj], kind: str) -> Faults:
    """A node port where there can be none, one twice for a protocol, and a port twice."""
    faults: Faults = []
    for index, port in enumerate(ports):
        if kind == "ClusterIP" and port.get("nodePort"):
            why = "may not be used when `type` is 'ClusterIP'"
            faults.append(forbidden(f"spec.ports[{index}].nodePort", why))
    seen: list[tuple[str, int]] = []
    for index, port in enumerate(ports):
        pair = (port["protocol"], port.get("nodePort") or 0)
        if pair[1] and pair in seen:
            faults.append(duplicate(f"spec.ports[{index}].nodePort", pair[1]))
        seen.append(pair)
    seen = []
    for index, port in enumerate(ports):
        pair = (port["protocol"], port.get("port") or 0)
        if pair in seen:
            shown = {"Name": "", "Protocol": pair[0], "AppProtocol": None, "Port": pair[1]}
            told = {**shown, "TargetPort": 0, "NodePort": 0}
            faults.append(duplicate(f"spec.ports[{index}]", told))
        seen.append(pair)
    return faults


def _source_ranges(spec: Obj) -> Faults:
    ranges, path = spec.get("loadBalancerSourceRanges") or [], "spec.LoadBalancerSourceRanges"
    faults: Faults = []
    if ranges and spec["type"] != "LoadBalancer":
        faults.append(forbidden(path, _LOAD_BALANCERS))
    for index, text in enumerate(ranges):
        try:
            ipaddress.ip_interface(text.strip() if "/" in text else "")
        except ValueError:
            faults.append(invalid(f"{path}[{index}]", text.strip(), _NOT_A_NETWORK))
    return faults


def _balancer_class(spec: Obj) -> Faults:
    name, path = spec.get("loadBalancerClass"), "spec.loadBalancerClass"
    if name is None:
        return []
    if spec["type"] != "LoadBalancer":
        return [forbidden(path, _LOAD_BALANCERS)]
    return [invalid(path, name, why) for why in names.qualified_name(name)]


def _traffic(spec: Obj) -> Faults:
    """Which pods traffic from outside and from inside goes to."""
    faults: Faults = []
    outside, number = spec.get("externalTrafficPolicy"), spec.get("healthCheckNodePort") or 0
    if not externally_accessible(spec):
        if outside:
            why = "may only be set for externally-accessible services"
            faults.append(invalid("spec.externalTrafficPolicy", outside, why))
    elif outside not in _POLICIES:
        faults.append(unsupported("spec.externalTrafficPolicy", outside, _POLICIES))
    if number and not needs_health_check(spec):
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        faults.append(invalid("spec.healthCheckNodePort", number, why))
    elif needs_health_check(spec):
        at = "spec.healthCheckNodePort"
        faults += [invalid(at, number, why) for why in names.port_number(number)]
    choices = {"internalTrafficPolicy": _POLICIES, "trafficDistribution": _DISTRIBUTIONS}
    return faults + [
        unsupported(f"spec.{field}", spec[field], known)
        for field, known in choices.items()
        if spec.get(field) is not None and spec[field] not in known
    ]


def validate_service_update(new: Obj, old: Obj) -> Faults:
    """What may not change of a Service."""
    before, after = old["spec"], new["spec"]
    faults: Faults = []
    if "ExternalName" not in (before["type"], after["type"]):
        faults += _address_changes(after, before) + _family_changes(after, before)
    if before["type"] == after["type"] == "LoadBalancer":
        name = after.get("loadBalancerClass")
        if name != before.get("loadBalancerClass"):
            faults.append(invalid("spec.loadBalancerClass", name, _SET_ONCE))
    if needs_health_check(before) and needs_health_check(after):
        number = after.get("healthCheckNodePort")
        if number != before.get("healthCheckNodePort"):
            faults.append(forbidden("spec.healthCheckNodePort", IMMUTABLE))
    return faults


def _address_changes(after: Obj, before: Obj) -> Faults:
    had, has = before.get("clusterIPs") or [], after.get("clusterIPs") or []
    if is_headless(before) and is_headless(after):
        return []
    changed = [
        invalid(f"spec.clusterIPs[{index}]", has, _SET_ONCE)
        for index, (one, other) in enumerate(zip(had, has, strict=False))
        if one != other
    ]
    if had and not has:
        return [invalid("spec.clusterIPs[0]", None, "primary clusterIP can not be unset")]
    return changed if len(had) == len(has) else changed[:1]


def _family_changes(after: Obj, before: Obj) -> Faults:
    had, has = before.get("ipFamilies") or [], after.get("ipFamilies") or []
    if is_headless(before) or is_headless(after):
        return []
    changed = [one != other for one, other in zip(had, has, strict=False)]
    if len(had) == len(has):
        return [invalid("spec.ipFamilies[0]", has, _SET_ONCE) for it in changed if it]
    told = after.get("clusterIPs")
    return [invalid("spec.ipFamilies[0]", told, _SET_ONCE)] if changed[:1] == [True] else []
