"""Names: what CoreDNS answers, and how a resolver asks it (CoreDNS 1.13 ``kubernetes``, glibc).

    answer = resolve(world, Key("Pod", "shop", "web"), "postgres")   # or a namespace: "shop"
    answer.addresses                       # ("10.96.13.7",), () where there is none
    [query.name for query in answer.queries]
    # ["postgres.shop.svc.cluster.local."]: each name that was tried, by search path and ndots

Nothing here changes anything. ``answer.rcode`` is NOERROR, NXDOMAIN, or TIMEOUT where no server
answers; NOERROR without addresses: the name exists, but has no address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from typing import NamedTuple

from ..base import chance
from ..base.objects import Key, Obj, Objs, get_in
from ..control import World
from ..nodes.resolv import DOMAIN, cluster_dns, resolv_conf

NOERROR, NXDOMAIN, TIMEOUT = "NOERROR", "NXDOMAIN", "TIMEOUT"
SERVICE = Key("Service", "kube-system", "kube-dns")
OUTAGE = Key("Fault", "", "coredns-down")
NO_SERVERS = "connection timed out; no servers could be reached"
REVERSE = ".in-addr.arpa."
PUBLIC = ("com", "dev", "io", "net", "org")
"""Top-level domains of which the world outside knows every name (addresses of RFC 5737)."""


class Record(NamedTuple):
    """A line of an answer; ``name`` and targets are absolute, with the last dot."""

    name: str
    type: str
    value: str


class Query(NamedTuple):
    """One question to the server and what came back."""

    name: str
    type: str
    rcode: str
    records: tuple[Record, ...] = ()


class Answer(NamedTuple):
    """What a resolver made of a name: the server it asked, and each query that it tried."""

    server: str
    rcode: str
    queries: tuple[Query, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """The last query's records."""
        return self.queries[-1].records if self.queries else ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that were found."""
        return tuple(each.value for each in self.records if each.type == "A")

    @property
    def canonical(self) -> str:
        """The name behind all CNAMEs ("" where there is no record)."""
        return self.records[-1].name.removesuffix(".") if self.records else ""


class Resolver(NamedTuple):
    """What /etc/resolv.conf says: the first server, the search path, ndots."""

    server: str
    searches: tuple[str, ...]
    ndots: int


def resolver(world: World, source: Key | str) -> Resolver:
    """The resolver of a pod, or of one in the namespace ``source`` with no settings of its own."""
    pod = world.store.get(source) if isinstance(source, Key) else None
    if pod is not None:
        return parse_resolv_conf(resolv_conf(world, pod))
    namespace = source.namespace if isinstance(source, Key) else source
    searches = (f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)
    return Resolver(cluster_dns(world), searches, 5)


@lru_cache(maxsize=256)
def parse_resolv_conf(text: str) -> Resolver:
    """Read /etc/resolv.conf (resolv.conf(5): ndots is 1 unless said otherwise)."""
    server, ndots = "", 1
    searches: tuple[str, ...] = ()
    for word, *rest in (line.split() for line in text.splitlines() if line.split()):
        if word == "nameserver" and not server:
            server = rest[0]
        elif word == "search":
            searches = tuple(rest)
        elif word == "options":
            ndots = int(dict(each.partition(":")[::2] for each in rest).get("ndots", ndots))
    return Resolver(server, searches, ndots)


def resolve(world: World, source: Key | str, name: str, record_type: str = "A") -> Answer:
    """What ``name`` means to a pod (its Key) or in a namespace (its name); an address is itself."""
    if is_address(name):
        return Answer("", NOERROR, (Query(name, "A", NOERROR, (Record(name, "A", name),)),))
    asked = resolver(world, source)
    queries: list[Query] = []
    for candidate in candidates(asked, name):
        query = ask(world, asked.server, candidate, record_type)
        queries.append(query)
        if query.records or query.rcode == TIMEOUT:
            break
    exists = any(query.rcode == NOERROR for query in queries)
    rcode = NOERROR if queries[-1].records else queries[-1].rcode
    return Answer(asked.server, NOERROR if exists else rcode, tuple(queries))


def candidates(asked: Resolver, name: str) -> list[str]:
    """The absolute names that a resolver tries, in order.

    A name with fewer dots than ndots goes through the search path first, another one last; one
    that ends with a dot is tried as it is.
    """
    if name.endswith("."):
        return [name]
    searched = [f"{name}.{each}." for each in asked.searches]
    absolute = [f"{name}."]
    return absolute + searched if name.count(".") >= asked.ndots else searched + absolute


def ask(world: World, server: str, name: str, record_type: str = "A") -> Query:
    """Ask one server one question, ``name`` being absolute."""
    if server == cluster_dns(world):
        if not is_serving(world):
            return Query(name, record_type, TIMEOUT)
        if name.endswith(f".{DOMAIN}.") or name == f"{DOMAIN}.":
            return _authoritative(world, name, record_type)
        if name.endswith(REVERSE):
            return _reverse(world, name)
    return _forwarded(name, record_type)


def is_serving(world: World) -> bool:
    """Whether the cluster's DNS answers: with CoreDNS as pods (setting ``coredns``), one is ready.

    Without the setting a server outside of the picture answers, but for the fault coredns-down.
    """
    if world.note("dns", OUTAGE):
        return False
    if not world.settings.coredns:
        return True
    return any(ready for ready, _ in _endpoints(world, SERVICE))


def _forwarded(name: str, record_type: str) -> Query:
    """What the world outside answers."""
    labels = name.removesuffix(".").split(".")
    if len(labels) < 2 or labels[-1] not in PUBLIC:
        return Query(name, record_type, NXDOMAIN)
    address = f"203.0.113.{1 + chance.digest(0, 'internet', name.lower()) % 254}"
    found = (Record(name, "A", address),) if record_type == "A" else ()
    return Query(name, record_type, NOERROR, found)


def _authoritative(world: World, name: str, record_type: str) -> Query:
    labels = name.lower().removesuffix(f"{DOMAIN}.").rstrip(".").split(".")
    *rest, zone = labels
    zones: dict[str, Callable[[World, str, list[str], str], Query]]
    zones = {"svc": _service_name, "pod": _pod_name}
    if zone in ("", "svc", "pod") and not rest:
        return Query(name, record_type, NOERROR)
    if zone not in zones or world.store.get(Key("Namespace", "", rest[-1])) is None:
        return Query(name, record_type, NXDOMAIN)
    if len(rest) == 1:
        return Query(name, record_type, NOERROR)
    return zones[zone](world, name, rest, record_type)


def reverse_name(address: str) -> str:
    """``10.96.0.1`` -> ``1.0.96.10.in-addr.arpa.``: what a reverse lookup asks (type PTR)."""
    return ".".join(reversed(address.split("."))) + REVERSE


def _reverse(world: World, name: str) -> Query:
    """The Service that has a cluster IP, or the hosts of headless ones that have an address."""
    address = ".".join(reversed(name.removesuffix(REVERSE).split(".")))
    found: list[str] = []
    for service in world.store.list("Service"):
        metadata, ip = service["metadata"], service["spec"].get("clusterIP")
        full = f"{metadata['name']}.{metadata['namespace']}.svc.{DOMAIN}."
        if ip == address:
            found.append(full)
        elif ip == "None":
            found += [f"{host}.{full}" for host, its in _hosts(world, service) if its == address]
    records = tuple(Record(name, "PTR", each) for each in found)
    return Query(name, "PTR", NOERROR if records else NXDOMAIN, records)


def _pod_name(world: World, name: str, labels: list[str], record_type: str) -> Query:
    """``10-244-1-5.NAMESPACE.pod``: the address is in the name (``pods insecure``)."""
    address = labels[0].replace("-", ".")
    if len(labels) != 2 or not is_address(address):
        return Query(name, record_type, NXDOMAIN)
    found = (Record(name, "A", address),) if record_type == "A" else ()
    return Query(name, record_type, NOERROR, found)


def _service_name(world: World, name: str, labels: list[str], record_type: str) -> Query:
    """SERVICE, HOST.SERVICE or _PORT._PROTOCOL.SERVICE, before NAMESPACE.svc."""
    *front, service_name, namespace = labels
    service = world.store.get(Key("Service", namespace, service_name))
    if service is None or len(front) > 2:
        return Query(name, record_type, NXDOMAIN)
    if len(front) == 2:
        return _ports(world, name, service, front, record_type)
    if front:
        hosts = dict(_hosts(world, service))
        found = [hosts[front[0]]] if front[0] in hosts else []
        return _addresses(name, found, record_type)
    if service["spec"]["type"] == "ExternalName":
        target = str(service["spec"]["externalName"]).removesuffix(".") + "."
        return _alias(world, name, target, record_type)
    if service["spec"].get("clusterIP") != "None":
        return _addresses(name, [service["spec"]["clusterIP"]], record_type)
    return _addresses(name, [address for _, address in _hosts(world, service)], record_type)


def _alias(world: World, name: str, target: str, record_type: str) -> Query:
    first = Record(name, "CNAME", target)
    if target.endswith(f".{DOMAIN}."):
        behind = _authoritative(world, target, record_type)
    else:
        behind = _forwarded(target, record_type)
    return Query(name, record_type, NOERROR, (first, *behind.records))


def _addresses(name: str, addresses: list[str], record_type: str) -> Query:
    if not addresses:
        return Query(name, record_type, NXDOMAIN)
    records = tuple(Record(name, "A", each) for each in addresses) if record_type == "A" else ()
    return Query(name, record_type, NOERROR, records)


def _ports(world: World, name: str, service: Obj, wanted: list[str], record_type: str) -> Query:
    """SRV records: ``0 WEIGHT PORT TARGET`` of each target of a named port."""
    port_name, protocol = (each.removeprefix("_") for each in wanted)
    home = ".".join(name.split(".")[2:])
    targets: list[tuple[str, int]] = []
    for port in service["spec"].get("ports") or ():
        if (port.get("name", ""), port["protocol"].lower()) != (port_name, protocol):
            continue
        if service["spec"].get("clusterIP") != "None":
            targets.append((home, port["port"]))
        else:
            hosts = [f"{host}.{home}" for host, _ in _hosts(world, service)]
            targets += [(host, _target_port(world, service, port)) for host in hosts]
    if not targets:
        return Query(name, record_type, NXDOMAIN)
    weight = 100 // len(targets)
    records = (Record(name, "SRV", f"0 {weight} {port} {host}") for host, port in targets)
    return Query(name, record_type, NOERROR, tuple(records) if record_type == "SRV" else ())


def _target_port(world: World, service: Obj, port: Obj) -> int:
    for slice_ in _slices(world, service["metadata"]["namespace"], service["metadata"]["name"]):
        for each in slice_.get("ports") or ():
            if each.get("name", "") == port.get("name", ""):
                return int(each["port"])
    return int(port["port"])


def _hosts(world: World, service: Obj) -> Iterator[tuple[str, str]]:
    """(host, address) of each ready endpoint: its hostname, or its address with dashes."""
    metadata = service["metadata"]
    for ready, endpoint in _endpoints(
        world, Key("Service", metadata["namespace"], metadata["name"])
    ):
        if ready:
            for address in endpoint["addresses"]:
                yield endpoint.get("hostname") or address.replace(".", "-"), address


def _endpoints(world: World, service: Key) -> Iterator[tuple[bool, Obj]]:
    for slice_ in _slices(world, service.namespace, service.name):
        for endpoint in slice_.get("endpoints") or ():
            yield get_in(endpoint, "conditions", "ready", default=True) is not False, endpoint


def _slices(world: World, namespace: str, name: str) -> Objs:
    return world.store.by("EndpointSlice", "service", f"{namespace}/{name}")


@lru_cache(maxsize=1024)
def is_address(host: str) -> bool:
    """Whether a host is an IPv4 address rather than a name."""
    if not re.fullmatch(r"[\d.]+", host):
        return False
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True
