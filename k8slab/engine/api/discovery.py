"""What one API server serves, and by which names: ``po``, ``deployments.apps``, ``Pod``."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import ApiError
from .kinds import KINDS, Kind

# The order of API groups in discovery (the priorities of their APIServices); the rest comes after,
# by name.
_GROUPS = ("", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
           "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy",
           "rbac.authorization.k8s.io", "storage.k8s.io")  # fmt: skip


class Discovery:
    """The kinds that are served: the built-in ones, and those of a cluster's own definitions."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds = tuple(sorted(kinds, key=lambda kind: (kind.group, kind.plural)))
        preferred = sorted(self.kinds, key=_preference)
        self._named: dict[str, Kind] = {}
        self._words: dict[str, list[Kind]] = {}
        self._short: dict[str, list[Kind]] = {}
        for kind in preferred:
            self._named.setdefault(kind.kind, kind)
            for name in dict.fromkeys((kind.plural, kind.singular)):
                self._words.setdefault(name, []).append(kind)
            for name in kind.short_names:
                self._short.setdefault(name, []).append(kind)
        self._served = {(kind.api_version, kind.kind): kind for kind in self.kinds}
        self._categories: dict[str, list[Kind]] = {}
        for kind in preferred:
            for category in kind.categories:
                self._categories.setdefault(category, []).append(kind)

    def named(self, name: str) -> Kind:
        """The kind called ``name`` ("Deployment"); ApiError NotFound for one that is not served."""
        kind = self._named.get(name)
        if kind is None:
            raise ApiError(404, "NotFound", "the server could not find the requested resource", {})
        return kind

    def resolve(self, name: str) -> Kind | None:
        """The kind that a resource type stands for, or None.

        ``pods``, ``Pod`` (any case), ``po`` (as it is), and each with a group or what a group
        begins with (``deploy.apps``), or with a version and a group (``pods.v1.``), as the REST
        mapper of client-go takes them.
        """
        word, _, rest = name.partition(".")
        version, dot, group = rest.partition(".")
        return (self._find(word, group, version) if dot else None) or self._find(word, rest)

    def _find(self, word: str, group: str, version: str = "") -> Kind | None:
        """The first kind of a name, in the group; a short name fits in any version."""
        kinds = self._words.get(word.lower())
        if kinds is None:
            kinds, version = self._short.get(word, []), ""
        if version:
            kinds = [kind for kind in kinds if kind.version == version]
        if group:
            exact = [kind for kind in kinds if kind.group == group]
            begun = [kind for kind in kinds if kind.group.startswith(group) and not version]
            kinds = exact or begun
        return kinds[0] if kinds else None

    def rivals(self, name: str) -> list[Kind]:
        """The kinds that a short name could mean as well, behind the one that it does."""
        return [] if name in self._words else self._short.get(name, [])[1:]

    def served(self, api_version: str, kind: str) -> Kind | None:
        """The kind of a manifest (``apps/v1``, ``Deployment``), or None where it is not served."""
        return self._served.get((api_version, kind))

    def category(self, name: str) -> tuple[Kind, ...]:
        """The kinds of a category such as ``all``, in the order in which kubectl prints them."""
        return tuple(self._categories.get(name, ()))


def _preference(kind: Kind) -> tuple[int, str, str]:
    rank = _GROUPS.index(kind.group) if kind.group in _GROUPS else len(_GROUPS)
    return rank, kind.group, kind.plural


BUILT_IN = Discovery(KINDS)
"""What every cluster serves."""
