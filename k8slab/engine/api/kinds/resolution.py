"""Validation of how a pod resolves names: DNS and its own hosts (core validation, 1.36)."""

from __future__ import annotations

import ipaddress

from ...base import names
from ...base.objects import Obj
from .faults import Faults, invalid, required

IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_SERVERS_MAX, _SEARCHES_MAX, _SEARCH_CHARACTERS_MAX = 3, 32, 2048


def validate_ip(value: str, path: str) -> Faults:
    """An address of the Internet Protocol, in either version (IsValidIPForLegacyField)."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return [invalid(path, value, IP)]
    return []


def validate_dns(spec: Obj, path: str) -> Faults:
    """Faults of ``dnsConfig``; without a policy of the cluster there must be servers."""
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not servers:
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{path}.nameservers", why)]
    if config is None:
        return []
    faults: Faults = []
    if len(servers) > _SERVERS_MAX:
        why = f"must not have more than {_SERVERS_MAX} nameservers"
        faults.append(invalid(f"{path}.nameservers", servers, why))
    for index, server in enumerate(servers):
        faults += validate_ip(server, f"{path}.nameservers[{index}]")
    faults += _searches(config.get("searches") or [], f"{path}.searches")
    return faults + [
        required(f"{path}.options[{index}]", "must not be empty")
        for index, option in enumerate(config.get("options") or ())
        if not option.get("name")
    ]


def _searches(searches: list[str], path: str) -> Faults:
    faults: Faults = []
    if len(searches) > _SEARCHES_MAX:
        why = f"must not have more than {_SEARCHES_MAX} search paths"
        faults.append(invalid(path, searches, why))
    if len(" ".join(searches)) > _SEARCH_CHARACTERS_MAX:
        what = f"{_SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list"
        faults.append(invalid(path, searches, f"must not have more than {what}"))
    for index, search in enumerate(searches):
        domain, at = search.removesuffix("."), f"{path}[{index}]"
        if search != ".":
            faults += [invalid(at, domain, why) for why in names.dns_underscored(domain)]
    return faults


def validate_host_aliases(aliases: list[Obj], path: str) -> Faults:
    """Faults of ``hostAliases``: the lines of the pod's own hosts file."""
    faults: Faults = []
    for index, alias in enumerate(aliases):
        faults += validate_ip(alias.get("ip") or "", f"{path}[{index}].ip")
        for place, name in enumerate(alias.get("hostnames") or ()):
            at = f"{path}[{index}].hostnames[{place}]"
            faults += [invalid(at, name, why) for why in names.dns_subdomain(name)]
    return faults
