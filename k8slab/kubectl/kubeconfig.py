"""The kubeconfig: which clusters there are, who one is, and which two of them belong together.

As client-go reads it (clientcmd, 1.36): ``--kubeconfig``, else the files that ``$KUBECONFIG``
lists, else ``~/.kube/config``. Where that was never written it is this lab's own: an administrator
and a viewer, who may do nothing until somebody lets them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from k8slab.engine.base.objects import Obj
from k8slab.engine.boot import CERTIFICATE

from .errors import Failure, failure
from .printers.yaml_text import to_yaml
from .yaml_reader import YamlError, read_documents

PATH = ".kube/config"
SERVER = "https://127.0.0.1:6443"
NAME = "k8slab"
_CA = b64encode(CERTIFICATE.encode()).decode()
REJECTED = "the server rejected our request for an unknown reason"
"""What comes of plain HTTP at a port of TLS."""
_NOWHERE = "http://localhost:8080"
TOKENS = (
    ("k8slab-admin", "kubernetes-admin", "", "system:masters"),
    ("k8slab-viewer", "viewer", "", "viewers"),
)
"""The tokens of this lab's own users, and whom they stand for (as ``Settings.tokens``)."""
SECRETS = {"token": "REDACTED", "password": "REDACTED"}
DATA = ("certificate-authority-data", "client-certificate-data", "client-key-data")


@dataclass(slots=True)
class KubeConfig:
    """Entries by name, each as its file has it; ``current`` is the current context's name."""

    clusters: dict[str, Obj] = field(default_factory=dict)
    users: dict[str, Obj] = field(default_factory=dict)
    contexts: dict[str, Obj] = field(default_factory=dict)
    current: str = ""

    def as_object(self) -> Obj:
        """The file's content as kubectl writes it: entries by name, ``null`` for none."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": _listed(self.clusters, "cluster"),
            "contexts": _listed(self.contexts, "context"),
            "current-context": self.current,
            "users": _listed(self.users, "user"),
        }

    def text(self) -> str:
        """The file."""
        return to_yaml(self.as_object())


@dataclass(frozen=True, slots=True)
class Access:
    """Where a line's requests go, and as whom. ``refusal`` is what a server that cannot be reached
    leads to."""

    context: str
    server: str
    namespace: str
    token: str = ""
    refusal: str = ""
    user: str = ""

    @property
    def elsewhere(self) -> dict[str, str]:
        """The context and the server, where they are not this lab's own; for the journal."""
        if (self.context, self.server) == (NAME, SERVER):
            return {}
        return {"context": self.context, "server": self.server}


def default() -> KubeConfig:
    """This lab's own."""
    return KubeConfig(
        clusters={NAME: {"certificate-authority-data": _CA, "server": SERVER}},
        users={
            "kubernetes-admin": {"token": "k8slab-admin"},
            "viewer": {"token": "k8slab-viewer"},
        },
        contexts={
            NAME: {"cluster": NAME, "user": "kubernetes-admin"},
            f"viewer@{NAME}": {"cluster": NAME, "user": "viewer"},
        },
        current=NAME,
    )


def read(text: str, path: str) -> KubeConfig:
    """What a file says; Failure for one that is no kubeconfig."""
    try:
        documents = read_documents(text)
    except YamlError as error:
        raise failure(f'error loading config file "{path}": {error}') from None
    content = documents[0].value if documents else {}
    if not isinstance(content, dict):
        raise failure(f'error loading config file "{path}": no kind "Config" in it')
    return KubeConfig(
        clusters=_named(content, "clusters", "cluster", path),
        users=_named(content, "users", "user", path),
        contexts=_named(content, "contexts", "context", path),
        current=str(content.get("current-context") or ""),
    )


def merged(configs: Iterable[KubeConfig]) -> KubeConfig:
    """Several files as one: of two entries with one name the first counts."""
    whole = KubeConfig()
    for config in configs:
        whole.clusters = {**config.clusters, **whole.clusters}
        whole.users = {**config.users, **whole.users}
        whole.contexts = {**config.contexts, **whole.contexts}
        whole.current = whole.current or config.current
    return whole


def paths(option: str, environment: Mapping[str, str]) -> list[str]:
    """The files that count; a change is written to the first."""
    if option:
        return [option]
    listed = [path for path in environment.get("KUBECONFIG", "").split(":") if path]
    return listed or [f"~/{PATH}"]


def load(files: Mapping[str, str], named: list[str], *, must: bool = False) -> KubeConfig:
    """What the files say together. ``must``: the one that was named by a flag has to be there."""
    configs = []
    for path in named:
        place = path.removeprefix("~/").removeprefix("./")
        if place in files:
            configs.append(_read(files[place], path))
        elif place == PATH:
            configs.append(default())
        elif must:
            raise failure(f"stat {path}: no such file or directory")
    return merged(configs)


def access(config: KubeConfig, options: Mapping[str, Any]) -> Access:
    """Where ``--context``, ``--cluster``, ``--user``, ``--server`` and ``--token`` lead.

    Failure where one of them, or the current context, names what is not there.
    """
    name = options["context"] or config.current
    context = config.contexts.get(name)
    if context is None and options["context"]:
        raise _misconfigured(f"context was not found for specified context: {name}")
    chosen = context or {}
    cluster_name = options["cluster"] or chosen.get("cluster", "")
    user_name = options["user"] or chosen.get("user", "")
    if options["cluster"] and cluster_name not in config.clusters:
        raise failure(f'no server found for cluster "{cluster_name}"')
    if options["user"] and user_name not in config.users:
        raise failure(f'auth info "{user_name}" does not exist')
    if context is not None:
        _check(config, name, cluster_name, user_name)
    cluster = config.clusters.get(cluster_name, {})
    user = config.users.get(user_name, {})
    server = options["server"] or cluster.get("server") or _NOWHERE
    return Access(
        context=name,
        server=server,
        namespace=chosen.get("namespace") or "default",
        token=options["token"] or user.get("token", ""),
        refusal=_unreachable(server) or _untrusted(cluster, options) or _no_plugin(user),
        user=user_name,
    )


def _check(config: KubeConfig, name: str, cluster: str, user: str) -> None:
    """clientcmd.validateContext."""
    wrong = []
    if not user:
        wrong.append(f'user was not specified for context "{name}"')
    elif user not in config.users:
        wrong.append(f'user "{user}" was not found for context "{name}"')
    if not cluster:
        wrong.append(f'cluster was not specified for context "{name}"')
    elif cluster not in config.clusters:
        wrong.append(f'cluster "{cluster}" was not found for context "{name}"')
    if wrong:
        raise _misconfigured(*wrong)


def _misconfigured(*wrong: str) -> Failure:
    if len(wrong) == 1:
        return Failure(f"Error in configuration: {wrong[0]}")
    return Failure("Error in configuration: \n" + "\n".join(f"* {each}" for each in wrong))


def _unreachable(server: str) -> str:
    """What comes of an address at which this lab's API server does not listen."""
    try:
        parts = urlsplit(server if "//" in server else f"//{server}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return f"error: parse {server!r}: invalid address"
    port = port or (80 if parts.scheme == "http" else 443)
    if f"{host}:{port}" == urlsplit(SERVER).netloc:
        if parts.scheme == "https":
            return ""
        return REJECTED
    if host == "localhost" or host.startswith("127."):
        return (
            f"The connection to the server {host}:{port} was refused - did you specify the right "
            "host or port?"
        )
    if host.replace(".", "").isdigit():
        return f"Unable to connect to the server: dial tcp {host}:{port}: i/o timeout"
    return f"Unable to connect to the server: dial tcp: lookup {host}: no such host"


def _untrusted(cluster: Obj, options: Mapping[str, Any]) -> str:
    if cluster.get("insecure-skip-tls-verify") or options["insecure-skip-tls-verify"]:
        return ""
    if cluster.get("certificate-authority-data") == _CA:
        return ""
    return (
        "Unable to connect to the server: tls: failed to verify certificate: x509: certificate "
        "signed by unknown authority"
    )


def _no_plugin(user: Obj) -> str:
    """A plugin that would fetch a credential: this terminal runs no programs."""
    plugin = user.get("exec")
    if not isinstance(plugin, dict):
        return ""
    return (
        "Unable to connect to the server: getting credentials: exec: executable "
        f"{plugin.get('command', '')} not found"
    )


@lru_cache(maxsize=64)
def _parsed(text: str, path: str) -> KubeConfig:
    return read(text, path)


def _read(text: str, path: str) -> KubeConfig:
    """The file, parsed once: every line of the terminal asks for it. The caller's to change."""
    found = _parsed(text, path)
    return KubeConfig(dict(found.clusters), dict(found.users), dict(found.contexts), found.current)


def _named(content: Obj, field_: str, inside: str, path: str) -> dict[str, Obj]:
    entries = content.get(field_) or []
    try:
        return {str(entry["name"]): dict(entry.get(inside) or {}) for entry in entries}
    except (TypeError, KeyError, ValueError, AttributeError):
        why = f"each of {field_} must have a name and a {inside}"
        raise failure(f'error loading config file "{path}": {why}') from None


def _listed(entries: dict[str, Obj], inside: str) -> list[Obj] | None:
    return [{inside: entries[name], "name": name} for name in sorted(entries)] or None
