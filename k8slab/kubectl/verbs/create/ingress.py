"""kubectl create ingress."""

from __future__ import annotations

import re
from typing import NamedTuple

from k8slab.engine.base.objects import Obj, Objs

from ...errors import Failure, failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator

_NOTHING = (
    "not enough information provided: every ingress has to either specify a default-backend "
    "(which catches all traffic) or a list of rules (which catch specific paths)"
)
_RULE = re.compile(
    r"(?P<host>[\w*\-.]*)(?P<path>/[^=]*)?=(?P<service>[\w\-]+):(?P<port>[\w\-]+)"
    r"(?P<tls>,tls(=(?P<secret>[\w\-.]*))?)?"
)


class _Rule(NamedTuple):
    host: str
    path: str
    backend: Obj
    tls: bool
    secret: str


def _ingress(session: Session, parsed: Parsed, name: str) -> Obj:
    texts, default = parsed.options["rule"], parsed.options["default-backend"]
    if not texts and not default:
        raise failure(_NOTHING)
    rules = [_read(text) for text in texts]
    spec: Obj = {}
    if parsed.options["class"]:
        spec["ingressClassName"] = parsed.options["class"]
    if default:
        spec["defaultBackend"] = _default(default)
    if any(rule.tls for rule in rules):
        spec["tls"] = _tls(rules)
    if rules:
        spec["rules"] = _by_host(rules)
    made: Obj = {"spec": spec, "status": {"loadBalancer": {}}}
    if parsed.options["annotation"]:
        for text in parsed.options["annotation"]:
            if "=" not in text:
                raise failure(f"annotation {text} is invalid and should be in format key=[value]")
        pairs = (text.partition("=") for text in parsed.options["annotation"])
        made["metadata"] = {"annotations": {key: value for key, _, value in pairs}}
    return made


def _read(text: str) -> _Rule:
    found = _RULE.fullmatch(text)
    if found is None:
        raise failure(
            f"rule {text} is invalid and should be in format "
            "host/path=svcname:svcport[,tls[=secret]]"
        )
    backend = _backend(found["service"], found["port"])
    return _Rule(
        found["host"], found["path"] or "", backend, bool(found["tls"]), found["secret"] or ""
    )


def _backend(service: str, port: str) -> Obj:
    number: Obj = {"number": int(port)} if port.isdigit() else {"name": port}
    return {"service": {"name": service, "port": number}}


def _default(text: str) -> Obj:
    service, colon, port = text.partition(":")
    if not colon or not service or not port:
        raise _bad_backend()
    return _backend(service, port)


def _bad_backend() -> Failure:
    return failure("default-backend should be in format servicename:serviceport")


def _by_host(rules: list[_Rule]) -> Objs:
    hosts: dict[str, Objs] = {}
    for rule in rules:
        prefix = rule.path.endswith("*")
        path = {
            "path": rule.path.removesuffix("*") or "/",
            "pathType": "Prefix" if prefix else "Exact",
            "backend": rule.backend,
        }
        hosts.setdefault(rule.host, []).append(path)
    return [
        {**({"host": host} if host else {}), "http": {"paths": paths}}
        for host, paths in hosts.items()
    ]


def _tls(rules: list[_Rule]) -> Objs:
    """Hosts by secret; those without a secret by themselves."""
    secrets: dict[str, list[str]] = {}
    for rule in rules:
        if rule.tls and rule.host not in secrets.setdefault(rule.secret, []):
            secrets[rule.secret].append(rule.host)
    return [
        {
            **({"hosts": [host for host in hosts if host]} if any(hosts) else {}),
            **({"secretName": secret} if secret else {}),
        }
        for secret, hosts in secrets.items()
    ]


INGRESS = generator(
    "Ingress",
    _ingress,
    Flag("class", hint="The IngressClass"),
    Flag("rule", "array", default=(), hint="host/path=service:port[,tls[=secret]]"),
    Flag("default-backend", hint="service:port for all else"),
    Flag("annotation", "array", default=(), hint="key=value"),
    aliases=("ing",),
    example='kubectl create ingress web --rule="shop.example/*=web:80"',
)
