"""kubectl create poddisruptionbudget."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator

NOBODY = {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}


def _budget(session: Session, parsed: Parsed, name: str) -> Obj:
    least, most = parsed.options["min-available"], parsed.options["max-unavailable"]
    if not parsed.options["selector"]:
        raise failure("a selector must be specified")
    if not least and not most:
        raise failure("one of min-available or max-unavailable must be specified")
    if least and most:
        raise failure("min-available and max-unavailable cannot be both specified")
    pairs = (pair.partition("=") for pair in parsed.options["selector"].split(","))
    bound = {"minAvailable": _amount(least)} if least else {"maxUnavailable": _amount(most)}
    labels = {label: value.removeprefix("=") for label, _, value in pairs}
    return {"spec": {**bound, "selector": {"matchLabels": labels}}, "status": dict(NOBODY)}


def _amount(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text


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
