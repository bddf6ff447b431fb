"""kubectl create secret: generic, tls, docker-registry."""

from __future__ import annotations

import json
from base64 import b64encode

from k8slab.engine.base.objects import Obj

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from . import sources
from .generator import Make, generator

_HASH = Flag("append-hash", "bool", default=False, hint="End the name with a hash of the contents")
_REGISTRY = "https://index.docker.io/v1/"


def _secret(parsed: Parsed, name: str, type_: str, data: dict[str, str]) -> Obj:
    encoded = {key: b64encode(value.encode()).decode() for key, value in data.items()}
    made: Obj = {"data": encoded} if encoded else {}
    if type_:
        made["type"] = type_
    if parsed.options["append-hash"]:
        value = {"kind": "Secret", "type": type_, "name": name, "data": encoded}
        made["metadata"] = {"name": name + sources.suffix(value)}
    return made


def _generic(session: Session, parsed: Parsed, name: str) -> Obj:
    data = sources.read(session, parsed, "Secret", name)
    return _secret(parsed, name, parsed.options["type"], data)


def _tls(session: Session, parsed: Parsed, name: str) -> Obj:
    if not parsed.options["key"] or not parsed.options["cert"]:
        raise failure("key and cert must be specified")
    data = {}
    for entry, flag in (("tls.crt", "cert"), ("tls.key", "key")):
        path = parsed.options[flag]
        if path not in session.files:
            raise failure(f"Cannot read file {path}, open {path}: no such file or directory")
        data[entry] = session.files[path]
        if "-----BEGIN" not in data[entry]:
            which = "certificate" if flag == "cert" else "key"
            raise failure(f"tls: failed to find any PEM data in {which} input")
    return _secret(parsed, name, "kubernetes.io/tls", data)


def _docker_registry(session: Session, parsed: Parsed, name: str) -> Obj:
    options = parsed.options
    type_ = "kubernetes.io/dockerconfigjson"
    if options["from-file"]:
        text = sources.contents(session, options["from-file"][0].rpartition("=")[2])
        return _secret(parsed, name, type_, {".dockerconfigjson": text})
    user, password = options["docker-username"], options["docker-password"]
    if not user or not password or not options["docker-server"]:
        raise failure(
            "either --from-file or the combination of --docker-username, --docker-password and "
            "--docker-server is required"
        )
    entry = {"username": user, "password": password}
    if options["docker-email"]:
        entry["email"] = options["docker-email"]
    entry["auth"] = b64encode(f"{user}:{password}".encode()).decode()
    auths = {"auths": {options["docker-server"]: entry}}
    return _secret(
        parsed, name, type_, {".dockerconfigjson": json.dumps(auths, separators=(",", ":"))}
    )


def _child(name: str, make: Make, *flags: Flag) -> Verb:
    return generator(
        "Secret",
        make,
        *flags,
        name=name,
        what="secret",
        path=f"secret {name}",
        example=f"kubectl create secret {name} mine",
    )


SECRET = Verb(
    name="secret",
    summary="Create a secret using a specified subcommand",
    children={
        verb.name: verb
        for verb in (
            _child(
                "docker-registry",
                _docker_registry,
                Flag("docker-username", hint="Who logs in"),
                Flag("docker-password", hint="With which password"),
                Flag("docker-email", hint="With which address"),
                Flag("docker-server", default=_REGISTRY, hint="Where"),
                Flag("from-file", "strings", default=(), hint="A file of Docker's own"),
                _HASH,
            ),
            _child("generic", _generic, *sources.FLAGS, Flag("type", hint="The Secret's type")),
            _child(
                "tls",
                _tls,
                Flag("cert", hint="The certificate's file"),
                Flag("key", hint="The key's file"),
                _HASH,
            ),
        )
    },
)
