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
        self._resources: dict[str, Kind] = {}
        for kind in preferred:
            self._named.setdefault(kind.kind, kind)
            for name in _names(kind):
                self._resources.setdefault(name, kind)
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
        """The kind that a resource type (any case) stands for, or None."""
        return self._resources.get(name.lower())

    def served(self, api_version: str, kind: str) -> Kind | None:
        """The kind of a manifest (``apps/v1``, ``Deployment``), or None where it is not served."""
        return self._served.get((api_version, kind))

    def category(self, name: str) -> tuple[Kind, ...]:
        """The kinds of a category such as ``all``, in the order in which kubectl prints them."""
        return tuple(self._categories.get(name, ()))


def _preference(kind: Kind) -> tuple[int, str, str]:
    rank = _GROUPS.index(kind.group) if kind.group in _GROUPS else len(_GROUPS)
    return rank, kind.group, kind.plural


def _names(kind: Kind) -> list[str]:
    bare = [kind.plural, kind.singular, *kind.short_names]
    qualified = [f"{name}.{kind.group}" for name in (kind.plural, kind.singular) if kind.group]
    return [*bare, *qualified, f"{kind.plural}.{kind.version}.{kind.group}"]


BUILT_IN = Discovery(KINDS)
"""What every cluster serves."""
