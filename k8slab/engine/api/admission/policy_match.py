"""Which writes an admission policy is about (apiserver plugin/policy/matching, 1.36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...base.objects import Key, Obj, labels_of
from ...base.selectors import matcher
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

EXEMPT = frozenset(
    f"{stem}{end}"
    for stem in ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")
    for end in ("", "Binding")
) | {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}
"""Kinds that no policy can be about: nobody shall lock himself out."""


class Write(NamedTuple):
    """A write that is judged: ``new`` is None on a deletion, ``old`` on a creation."""

    kind: Kind
    new: Obj | None
    old: Obj | None
    user: str

    @property
    def operation(self) -> str:
        """CREATE, UPDATE or DELETE."""
        if self.new is None:
            return "DELETE"
        return "UPDATE" if self.old is not None else "CREATE"

    @property
    def subject(self) -> Obj:
        """The object, or what it was."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found


def matches(api: Api, write: Write, wanted: Obj) -> bool:
    """Whether a write is within ``matchConstraints`` or a binding's ``matchResources``."""
    rules = wanted.get("resourceRules") or []
    if rules and not any(_rule_matches(rule, write) for rule in rules):
        return False
    if any(_rule_matches(rule, write) for rule in wanted.get("excludeResourceRules") or ()):
        return False
    if not _selected(wanted.get("namespaceSelector"), namespace_labels(api, write)):
        return False
    selector = wanted.get("objectSelector")
    seen = [obj for obj in (write.new, write.old) if obj is not None]
    return any(_selected(selector, labels_of(obj)) for obj in seen)


def _selected(selector: Obj | None, labels: dict[str, str] | None) -> bool:
    """An empty selector selects all; a cluster-wide object has no namespace to be judged by."""
    return not selector or labels is None or matcher(selector)(labels)


def namespace_labels(api: Api, write: Write) -> dict[str, str] | None:
    """The labels of the write's namespace (a Namespace's own); None of other cluster-wide kinds."""
    if write.kind.kind == "Namespace":
        return labels_of(write.subject)
    namespace = namespace_of(api, write)
    return None if namespace is None else labels_of(namespace)


def namespace_of(api: Api, write: Write) -> Obj | None:
    """The Namespace of a write, where there is one."""
    if not write.kind.namespaced:
        return None
    return api.store.get(Key("Namespace", "", write.subject["metadata"]["namespace"]))


def _rule_matches(rule: Obj, write: Write) -> bool:
    kind = write.kind
    names = rule.get("resourceNames")
    scope = {True: "Namespaced", False: "Cluster"}[kind.namespaced]
    return (
        _in(write.operation, rule.get("operations"))
        and _in(kind.group, rule.get("apiGroups"))
        and _in(kind.version, rule.get("apiVersions"))
        and any(it in ("*", "*/*", kind.plural) for it in rule.get("resources") or ())
        and rule.get("scope", "*") in ("*", scope)
        and (not names or write.subject["metadata"].get("name") in names)
    )


def _in(value: str, wanted: list[str] | None) -> bool:
    return "*" in (wanted or ()) or value in (wanted or ())
