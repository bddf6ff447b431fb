"""kubectl auth reconcile: roles and bindings get what a file has and they lack (component-helpers,
auth/rbac/reconciliation)."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from k8slab.engine.base.objects import Obj, Objs

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..printers.output import print_one
from ..resources import Found
from ..session import Session
from . import options

_RBAC = "rbac.authorization.k8s.io"
_PARTS = ("apiGroups", "resources", "resourceNames", "nonResourceURLs")


class Simple(NamedTuple):
    """One verb on one resource, name or URL."""

    verb: str
    rest: tuple[str, ...]


class Change(NamedTuple):
    """What is to be done ("create", "update", "recreate" or ""), and why."""

    operation: str
    obj: Obj
    told: tuple[tuple[str, list[str]], ...] = ()


def run(session: Session, parsed: Parsed) -> int | None:
    """Bring each role and binding of the files up to date; other kinds are left alone."""
    if not options.names_files(parsed):
        raise failure("must specify one of -f and -k")
    if options.dry_run(parsed) == "server":
        raise failure("--dry-run=server for command reconcile is not supported yet")
    for manifest in options.manifests(session, parsed):
        if manifest.kind.group == _RBAC:
            _reconcile(session, parsed, manifest)
    return None


def _reconcile(session: Session, parsed: Parsed, manifest: Manifest) -> None:
    strategy = options.dry_run(parsed)
    live = session.find(manifest.kind, manifest.namespace, manifest.name)
    judge = _binding if manifest.kind.kind.endswith("Binding") else _role
    change = judge(parsed, manifest.obj, live)
    stored = change.obj
    if change.operation and strategy == "none":
        stored = _store(session, manifest, change)
    done = options.done("reconciled", strategy)
    print_one(session, parsed.options["output"], Found(manifest.kind, stored), done)
    if change.operation:
        session.warn(f"\treconciliation required {change.operation}")
    for title, items in change.told:
        if items:
            session.warn("\n".join([f"\t{title}:", *(f"\t\t{item}" for item in items)]))


def _store(session: Session, manifest: Manifest, change: Change) -> Obj:
    kind, namespace, name = manifest.kind, manifest.namespace, manifest.name
    if change.operation == "recreate":
        session.request("delete", kind, namespace, name)
    verb = "update" if change.operation == "update" else "create"
    return session.request(verb, kind, namespace, name, body=change.obj)


def _role(parsed: Parsed, wanted: Obj, live: Obj | None) -> Change:
    asked: Objs = wanted.get("rules") or []
    if live is None:
        return Change("create", wanted, (("missing rules added", [_rule(it) for it in asked]),))
    have: Objs = live.get("rules") or []
    missing, extra = _uncovered(asked, have), _uncovered(have, asked)
    remove = parsed.options["remove-extra-permissions"] and extra
    if not missing and not remove:
        return Change("", live)
    rules = asked if remove else [*have, *missing]
    told = [("missing rules added", [_rule(it) for it in missing])]
    if remove:
        told.append(("extra rules removed", [_rule(it) for it in extra]))
    return Change("update", {**live, "rules": rules}, tuple(told))


def _uncovered(asked: Objs, have: Objs) -> Objs:
    """The rules of ``asked`` that ``have`` does not allow, a rule for each resource."""
    allowed = [simple for rule in have for simple in _simple(rule)]
    left: dict[tuple[str, ...], list[str]] = {}
    for simple in (simple for rule in asked for simple in _simple(rule)):
        if not any(_covers(each, simple) for each in allowed):
            left.setdefault(simple.rest, []).append(simple.verb)
    return [
        {"verbs": verbs, **{part: [value] for part, value in zip(_PARTS, rest, strict=True)
                            if value or (part == "apiGroups" and rest[1])}}
        for rest, verbs in left.items()
    ]  # fmt: skip


def _simple(rule: Obj) -> list[Simple]:
    groups = rule.get("apiGroups") or [""]
    names = rule.get("resourceNames") or [""]
    resources = product(groups, rule.get("resources") or (), names, [""])
    paths = product([""], [""], [""], rule.get("nonResourceURLs") or ())
    return [Simple(verb, rest) for rest in (*resources, *paths) for verb in rule["verbs"]]


def _covers(owner: Simple, wanted: Simple) -> bool:
    if owner.verb not in ("*", wanted.verb):
        return False
    group, resource, name, path = owner.rest
    if path:
        return path == wanted.rest[3] or (
            path.endswith("*") and wanted.rest[3].startswith(path[:-1])
        )
    fits = group in ("*", wanted.rest[0]) and resource in ("*", wanted.rest[1])
    return fits and not wanted.rest[3] and name in ("", wanted.rest[2])


def _binding(parsed: Parsed, wanted: Obj, live: Obj | None) -> Change:
    asked: Objs = wanted.get("subjects") or []
    if live is None:
        told = (("missing subjects added", [_subject(it) for it in asked]),)
        return Change("create", wanted, told)
    if live["roleRef"] != wanted["roleRef"]:
        return Change("recreate", wanted)
    have: Objs = live.get("subjects") or []
    missing = [it for it in asked if it not in have]
    extra = [it for it in have if it not in asked]
    remove = parsed.options["remove-extra-subjects"] and extra
    if not missing and not remove:
        return Change("", live)
    subjects = asked if remove else [*have, *missing]
    said = [("missing subjects added", [_subject(it) for it in missing])]
    if remove:
        said.append(("extra subjects removed", [_subject(it) for it in extra]))
    return Change("update", {**live, "subjects": subjects}, tuple(said))


def _rule(rule: Obj) -> str:
    """Go's ``%+v`` of a PolicyRule."""
    fields = (
        ("Verbs", "verbs"),
        ("APIGroups", "apiGroups"),
        ("Resources", "resources"),
        ("ResourceNames", "resourceNames"),
        ("NonResourceURLs", "nonResourceURLs"),
    )
    parts = [f"{title}:[{' '.join(rule.get(name) or ())}]" for title, name in fields]
    return "{" + " ".join(parts) + "}"


def _subject(subject: Obj) -> str:
    """Go's ``%+v`` of a Subject."""
    fields = (
        ("Kind", "kind"),
        ("APIGroup", "apiGroup"),
        ("Name", "name"),
        ("Namespace", "namespace"),
    )
    return "{" + " ".join(f"{title}:{subject.get(name, '')}" for title, name in fields) + "}"


RECONCILE = Verb(
    name="reconcile",
    summary="Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding "
    "objects",
    run=run,
    usage="-f FILENAME",
    example="kubectl auth reconcile -f roles.yaml",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        options.OUTPUT,
        options.DRY_RUN,
        Flag("remove-extra-permissions", "bool", default=False, hint="Rules not in the file go"),
        Flag("remove-extra-subjects", "bool", default=False, hint="Subjects not in the file go"),
    ),
)
