"""kubectl taint: ``KEY=VALUE:EFFECT`` puts a taint on a node, ``KEY:EFFECT-`` takes it off."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base import names
from k8slab.engine.base.objects import Obj, Objs, set_in

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..printers.output import print_one
from ..resources import Found, kind_of, select
from ..session import Session
from . import options

_SEE = "See 'kubectl taint -h' for help and examples"
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def run(session: Session, parsed: Parsed) -> int | None:
    """Change the taints of nodes. What it prints tells of no dry run."""
    specs = [word for word in parsed.arguments if _is_spec(word)]
    resources = [word for word in parsed.arguments if word not in specs]
    if not resources:
        raise failure("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise failure("at least one taint update is required")
    added = [_taint(spec) for spec in specs if not spec.endswith("-")]
    removed = [_removal(spec) for spec in specs if spec.endswith("-")]
    _contradictions(added, removed)
    if parsed.options["all"] and parsed.options["selector"]:
        raise failure("setting 'all' parameter with a non empty selector is prohibited")
    for word in resources[:1]:
        kind = kind_of(word.partition("/")[0], session.discovery)
        if kind.kind != "Node":
            raise failure(f"invalid resource type {word}, only node types are supported")
    found = select(
        session,
        resources[:1] if parsed.options["all"] else resources,
        labels=parsed.options["selector"],
        everything=parsed.options["all"],
    )
    for item in found:
        try:
            _change(session, parsed, item, added, removed)
        except ApiError as error:
            session.fail(error)
    return None


def _contradictions(added: Objs, removed: list[tuple[str, str]]) -> None:
    for place, taint in enumerate(added):
        key, effect = taint["key"], taint["effect"]
        if any((it["key"], it["effect"]) == (key, effect) for it in added[:place]):
            shown = f"{{{key} {taint.get('value', '')} {effect} <nil>}}"
            raise failure(f"duplicated taints with the same key and effect: {shown}\n{_SEE}")
    both = [f"{key}={effect}" for it in added for key, effect in removed if _is(it, key, effect)]
    if both:
        raise failure(
            "can not both modify and remove the following taint(s) in the same command: "
            + ", ".join(both)
        )


def _is_spec(word: str) -> bool:
    return "=" in word or ":" in word or word.endswith("-")


def _taint(spec: str) -> Obj:
    pair, colon, effect = spec.partition(":")
    key, _, value = pair.partition("=") if colon else (spec, "", "")
    wrong = names.qualified_name(key) or names.label_value(value)
    if wrong or ":" in effect:
        why = f", {'; '.join(wrong)}" if wrong else ""
        raise failure(f"invalid taint spec: {spec}{why}\n{_SEE}")
    if effect not in _EFFECTS:
        raise failure(f"invalid taint effect: {effect}, unsupported taint effect\n{_SEE}")
    return {"key": key, **({"value": value} if value else {}), "effect": effect}


def _removal(spec: str) -> tuple[str, str]:
    """Key and effect ("" for any) of a taint that is to go."""
    pair, _, effect = spec[:-1].partition(":")
    return pair.partition("=")[0], effect


def _change(
    session: Session, parsed: Parsed, item: Found, added: Objs, removed: list[tuple[str, str]]
) -> None:
    if item.kind.kind != "Node":
        raise failure(f"invalid resource type {item.kind.plural}, only node types are supported")
    have: Objs = item.obj["spec"].get("taints") or []
    if not parsed.options["overwrite"]:
        _refuse_overwriting(item, added, have)
    for key, effect in removed:
        if not any(_is(taint, key, effect) for taint in have):
            named = f"{key}:{effect}" if effect else key
            raise failure(f'taint "{named}" not found')
    kept = [
        taint
        for taint in have
        if not any(_is(taint, key, effect) for key, effect in removed)
        and not any(_is(taint, new["key"], new["effect"]) for new in added)
    ]
    taints = [*added, *kept]
    if options.dry_run(parsed) == "client":
        item = Found(item.kind, set_in(item.obj, ("spec", "taints"), taints))
    else:
        item = _patched(session, parsed, item, taints)
    modified = parsed.options["overwrite"] or (added and removed)
    done = "modified" if modified else "tainted" if added else "untainted"
    print_one(session, parsed.options["output"], item, done, apart=True)


def _is(taint: Obj, key: str, effect: str) -> bool:
    return bool(taint["key"] == key) and effect in ("", taint["effect"])


def _refuse_overwriting(item: Found, added: Objs, have: Objs) -> None:
    taken = [
        new["key"] for new in added if any(_is(taint, new["key"], new["effect"]) for taint in have)
    ]
    if taken:
        raise failure(
            f"node {item.name} already has {','.join(taken)} taint(s) with same effect(s) and "
            "--overwrite is false"
        )


def _patched(session: Session, parsed: Parsed, item: Found, taints: Objs) -> Found:
    obj = session.request(
        "patch",
        item.kind,
        "",
        item.name,
        body={"spec": {"taints": taints or None}},
        patch_type="merge",
        options=options.request_options(parsed, "kubectl-taint"),
    )
    return Found(item.kind, obj)


VERB = Verb(
    name="taint",
    summary="Update the taints on one or more nodes",
    run=run,
    section="Cluster Management Commands",
    usage="NODE NAME KEY=VALUE:EFFECT ...",
    example="kubectl taint node node-1 team=a:NoSchedule\nkubectl taint node node-1 team-",
    flags=(
        options.SELECTOR,
        options.ALL,
        options.OUTPUT,
        options.DRY_RUN,
        options.FIELD_MANAGER,
        options.VALIDATE,
        Flag("overwrite", "bool", default=False, hint="Let a taint that is there be changed"),
    ),
)
