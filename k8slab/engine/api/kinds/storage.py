"""What claims and volumes have in common: access modes, sizes, columns."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from .faults import Faults, forbidden, invalid, required, unsupported

SHORT = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
UNSET = "<unset>"


def access_modes(modes: list[str]) -> str:
    """``RWO,ROX``: each once, in the order in which kubectl prints them."""
    return ",".join(short for mode, short in SHORT.items() if mode in modes)


def phase(obj: Obj, now_unix_ms: int) -> str:
    """``status.phase``, or Terminating."""
    if "deletionTimestamp" in obj["metadata"]:
        return "Terminating"
    return str(get_in(obj, "status", "phase", default=""))


def validate_modes(modes: list[str], path: str) -> Faults:
    """Each mode is one, and ReadWriteOncePod stands alone."""
    faults = [unsupported(path, mode, sorted(SHORT)) for mode in modes if mode not in SHORT]
    if "ReadWriteOncePod" in modes and any(it in SHORT for it in modes if it != "ReadWriteOncePod"):
        faults.append(forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return faults


def validate_size(amounts: Obj, path: str) -> Faults:
    """There is a storage amount, and it is more than nothing."""
    amount = amounts.get("storage")
    if amount is None:
        return [required(f"{path}[storage]")]
    if parse_quantity(amount) <= 0:
        return [invalid(f"{path}[storage]", amount, "must be greater than zero")]
    return []
