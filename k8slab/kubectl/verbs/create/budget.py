"""kubectl create poddisruptionbudget."""

from __future__ import annotations

import re

from k8slab.engine.base.objects import Obj
from k8slab.engine.base.selectors import parse_requirements

from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator

_AMOUNT = re.compile(r"[0-9]+%?")
NOBODY = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}


def _budget(session: Session, parsed: Parsed, name: str) -> Obj:
    least, most = parsed.options["min-available"], parsed.options["max-unavailable"]
    if not parsed.options["selector"]:
        raise failure("a selector must be specified")
    if not least and not most:
        raise failure("one of min-available or max-unavailable must be specified")
    if least and most:
        raise failure("min-available and max-unavailable cannot be both specified")
    if least:
        bound = {"minAvailable": _amount(least, "min-available")}
    else:
        bound = {"maxUnavailable": _amount(most, "max-unavailable")}
    selector = _selector(parsed.options["selector"])
    return {"spec": {**bound, "selector": selector}, "status": dict(NOBODY)}


def _amount(text: str, flag: str) -> int | str:
    if not _AMOUNT.fullmatch(text):
        raise failure(f"invalid format specified for {flag}")
    return text if text.endswith("%") else int(text)


def _selector(text: str) -> Obj:
    """A label selector of the command line as a LabelSelector."""
    try:
        wanted = parse_requirements(text)
    except ValueError as error:
        raise failure(f'couldn\'t parse the selector string "{text}": {error}') from None
    spelt = {each["key"] for each in wanted if re.search(rf"{re.escape(each['key'])}\s+in\b", text)}
    equal = {
        each["key"]: each["values"][0]
        for each in wanted
        if each["operator"] == "In" and each["key"] not in spelt
    }
    more = [each for each in wanted if each["key"] not in equal]
    found: Obj = {"matchLabels": equal} if equal else {}
    return {**found, "matchExpressions": more} if more else found


BUDGET = generator(
    "PodDisruptionBudget",
    _budget,
    Flag("min-available", hint="So many, or so much per cent, must be available"),
    Flag("max-unavailable", hint="So many, or so much per cent, may be away"),
    Flag("selector", hint="Which pods"),
    aliases=("pdb",),
    what="poddisruptionbudgets",
    example="kubectl create pdb web --selector=app=web --min-available=2",
)
