"""kubectl set resources."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj
from k8slab.engine.base.quantity import parse_quantity

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found
from ...session import Session
from .. import options
from . import templates

_BAD = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def run(session: Session, parsed: Parsed) -> int | None:
    """Change what containers request, and what they may use at most."""
    found = templates.found(session, parsed, parsed.arguments)
    templates.check(parsed)
    if not parsed.options["limits"] and not parsed.options["requests"]:
        raise failure(
            "you must specify an update to requests or limits (in the form of --requests/--limits)"
        )
    wanted = {
        field: amounts
        for field in ("limits", "requests")
        if (amounts := _amounts(parsed.options[field]))
    }
    for item in found:
        _set(session, parsed, item, wanted)
    return None


def _amounts(text: str) -> dict[str, str]:
    amounts = {}
    for pair in filter(None, text.split(",")):
        name, equals, amount = pair.partition("=")
        if not equals:
            raise failure(f"Invalid argument syntax {pair}, expected <resource>=<value>")
        try:
            parse_quantity(amount)
        except ValueError:
            raise failure(_BAD) from None
        amounts[name] = amount
    return amounts


def _set(session: Session, parsed: Parsed, item: Found, wanted: Obj) -> None:
    pattern, spec = parsed.options["containers"], templates.pod_spec(item)
    chosen = [
        (field, container)
        for field in templates.FIELDS
        for container in templates.matching(spec.get(field) or [], pattern)
    ]
    if not chosen:
        session.fail(failure(f"unable to find container named {pattern}"))
    for field, container in chosen:
        have = container.get("resources") or {}
        more = {field: {**(have.get(field) or {}), **wanted[field]} for field in wanted}
        spec = templates.with_container(spec, field, {**container, "resources": {**have, **more}})
    what = "failed to patch resources update to pod template"
    done = "resource requirements updated"
    templates.change(session, parsed, item, spec, done=done, what=what)


RESOURCES = Verb(
    name="resources",
    summary="Update resource requests/limits on objects with pod templates",
    run=run,
    usage="(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS])",
    example="kubectl set resources deployment/web --requests=cpu=100m --limits=memory=256Mi",
    flags=(
        *templates.FLAGS,
        options.RECORD,
        Flag("containers", short="c", default="*", hint="Which containers; * fits any text"),
        Flag("limits", hint="At most: cpu=200m,memory=256Mi"),
        Flag("requests", hint="Requested: cpu=100m,memory=128Mi"),
    ),
)
