"""ResourceQuota: nothing beyond what a namespace may use."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ...base.objects import Obj, get_in
from ...base.podresources import Amounts, format_amount
from ...base.quantity import parse_quantity
from .. import errors, quota
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

_COMPUTE = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")


class ResourceQuota:
    """apiserver pkg/admission/plugin/resourcequota, 1.36: checks a quota's status, charges it."""

    name = "ResourceQuota"

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None:
        if not kind.namespaced or not api.store.count("ResourceQuota"):
            return
        charges: list[tuple[Obj, Amounts]] = []
        for it in api.store.list("ResourceQuota", obj["metadata"]["namespace"]):
            if not get_in(it, "status", "hard") or not quota.in_scope(it, kind, obj):
                continue
            if kind.kind == "Pod" and old is None:
                _check_said(it, obj)
            before = quota.usage_of(kind, old) if old is not None else {}
            asked = {
                name: amount - before.get(name, 0)
                for name, amount in quota.usage_of(kind, obj).items()
                if name in it["status"]["hard"] and amount > before.get(name, 0)
            }
            if asked:
                _check_room(kind, it, obj, asked)
                charges.append((it, asked))
        for it, asked in [] if dry_run else charges:
            used = {**it["status"].get("used", {})}
            for name, amount in asked.items():
                total = parse_quantity(used.get(name, "0")) + amount
                used[name] = format_amount(name, total)
            api.update_status(it, {**it["status"], "used": used})


def _check_said(it: Obj, pod: Obj) -> None:
    """Each container must say what a quota counts."""
    missing: list[str] = []
    for name in sorted(it["status"]["hard"]):
        if name not in _COMPUTE:
            continue
        what, _, resource = name.rpartition(".")
        silent = [
            container["name"]
            for container in (*pod["spec"]["containers"], *pod["spec"].get("initContainers", ()))
            if not get_in(container, "resources", what or "requests", resource)
        ]
        if silent:
            missing.append(f"{name} for: {','.join(silent)}")
    if missing:
        why = f"failed quota: {it['metadata']['name']}: must specify {'; '.join(missing)}"
        raise errors.forbidden("pods", "", pod["metadata"]["name"], why)


def _check_room(kind: Kind, it: Obj, obj: Obj, asked: Amounts) -> None:
    hard = {name: parse_quantity(text) for name, text in it["status"]["hard"].items()}
    used = {name: parse_quantity(it["status"].get("used", {}).get(name, "0")) for name in asked}
    over = [name for name in sorted(asked) if used[name] + asked[name] > hard[name]]
    if not over:
        return

    def told(amounts: dict[str, Fraction]) -> str:
        return ",".join(f"{name}={format_amount(name, amounts[name])}" for name in over)

    why = (
        f"exceeded quota: {it['metadata']['name']}, requested: {told(asked)}, "
        f"used: {told(used)}, limited: {told(hard)}"
    )
    raise errors.forbidden(kind.plural, kind.group, obj["metadata"].get("name", ""), why)
