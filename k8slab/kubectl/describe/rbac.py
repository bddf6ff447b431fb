"""kubectl describe role, clusterrole, rolebinding, clusterrolebinding."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, annotations_of, labels_of

from .. import rules
from ..session import Session
from .lines import Lines


def role(session: Session, obj: Obj, lines: Lines) -> None:
    """A Role or ClusterRole: what it allows."""
    _head(obj, lines)
    lines.add(0, "PolicyRule:")
    header = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]
    rows = [rules.row(rule) for rule in rules.compact(obj.get("rules") or [])]
    for cells in (header, ["-" * len(name) for name in header], *rows):
        lines.add(1, "\t".join(cells))


def binding(session: Session, obj: Obj, lines: Lines) -> None:
    """A RoleBinding or ClusterRoleBinding: which role, and who gets it."""
    _head(obj, lines)
    lines.add(0, "Role:")
    lines.value(1, "Kind", obj["roleRef"]["kind"])
    lines.value(1, "Name", obj["roleRef"]["name"])
    lines.add(0, "Subjects:")
    lines.add(1, "Kind\tName\tNamespace")
    lines.add(1, "----\t----\t---------")
    for subject in obj.get("subjects") or ():
        lines.add(1, f"{subject['kind']}\t{subject['name']}\t{subject.get('namespace', '')}")


def _head(obj: Obj, lines: Lines) -> None:
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
