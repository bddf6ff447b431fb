"""What the containers of a pod ask for together (component-helpers resource.PodRequests, 1.36)."""

from __future__ import annotations

from fractions import Fraction

from .memo import by_identity
from .objects import Obj, get_in
from .quantity import canonical, format_bytes, parse_quantity

Amounts = dict[str, Fraction]


@by_identity
def pod_total(spec: Obj, what: str) -> Amounts:
    """The sum over a pod's containers; ``what`` is requests or limits.

    Init containers run one after the other, so the largest counts; those that restart always
    (sidecars) run beside all that comes after them.
    """
    running: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = _amounts(container, what)
        together = _sum(running, wanted)
        if container.get("restartPolicy") == "Always":
            running = together
        peak = _larger(peak, together)
    for container in spec.get("containers") or ():
        running = _sum(running, _amounts(container, what))
    overhead = {name: parse_quantity(text) for name, text in (spec.get("overhead") or {}).items()}
    return _sum(_larger(peak, running), overhead)


def _amounts(container: Obj, what: str) -> Amounts:
    said = get_in(container, "resources", what, default={})
    return {name: parse_quantity(str(text)) for name, text in said.items()}


def _sum(first: Amounts, second: Amounts) -> Amounts:
    names = dict.fromkeys((*first, *second))
    return {name: first.get(name, Fraction(0)) + second.get(name, Fraction(0)) for name in names}


def _larger(first: Amounts, second: Amounts) -> Amounts:
    names = dict.fromkeys((*first, *second))
    zero = Fraction(0)
    return {name: max(first.get(name, zero), second.get(name, zero)) for name in names}


def format_amount(resource: str, value: Fraction) -> str:
    """The canonical text of an amount: bytes in powers of two, the rest in powers of ten."""
    if value.denominator == 1 and any(it in resource for it in ("memory", "storage", "hugepages")):
        return format_bytes(value.numerator)
    return canonical(f"{value.numerator * 10**9 // value.denominator}n")
