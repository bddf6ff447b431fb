"""Names of resources, as clients write them: ``po``, ``pods``, ``deployments.apps``, ``Pod``."""

from __future__ import annotations

from .kinds import KINDS, Kind


def _names(kind: Kind) -> list[str]:
    bare = [kind.plural, kind.singular, *kind.short_names]
    qualified = [f"{name}.{kind.group}" for name in (kind.plural, kind.singular) if kind.group]
    versioned = [f"{kind.plural}.{kind.version}.{kind.group}"]
    return [*bare, *qualified, *versioned]


def _by_name() -> dict[str, Kind]:
    """Core kinds win where two groups share a name, as in kubectl's preferred resources."""
    names: dict[str, Kind] = {}
    for kind in sorted(KINDS, key=lambda kind: kind.group):
        for name in _names(kind):
            names.setdefault(name, kind)
    return names


_BY_NAME = _by_name()


def resolve(name: str) -> Kind | None:
    """The kind that ``name`` (any case) stands for, or None."""
    return _BY_NAME.get(name.lower())


def served(api_version: str, kind: str) -> Kind | None:
    """The kind of a manifest (``apps/v1``, ``Deployment``), or None where it is not served."""
    return next((it for it in KINDS if (it.api_version, it.kind) == (api_version, kind)), None)


def category(name: str) -> tuple[Kind, ...]:
    """The kinds of a category such as ``all``, in the order in which kubectl prints them."""
    return tuple(kind for kind in KINDS if name in kind.categories)
