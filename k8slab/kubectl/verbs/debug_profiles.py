"""What a profile of kubectl debug gives the debugging container and its pod (cmd/debug, 1.36)."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.base.objects import Obj

from ..errors import Failure, failure

Change = Callable[[Obj], Obj]


def _capable(*names: str) -> Change:
    def change(container: Obj) -> Obj:
        return {**container, "securityContext": {"capabilities": {"add": list(names)}}}

    return change


def _restricted(container: Obj) -> Obj:
    context = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    return {**container, "securityContext": context}


def _privileged(container: Obj) -> Obj:
    return {**container, "securityContext": {"privileged": True}}


def _plain(container: Obj) -> Obj:
    return container


IN_POD: dict[str, Change] = {
    "legacy": _plain,
    "general": _capable("SYS_PTRACE"),
    "baseline": _plain,
    "netadmin": _capable("NET_ADMIN", "NET_RAW"),
    "restricted": _restricted,
    "sysadmin": _privileged,
}
"""Profile -> the container in a pod, or in a copy of one."""
ON_NODE: dict[str, Change] = {**IN_POD, "general": _plain}
"""Profile -> the container of a pod that is made for a node."""
HOST = {"legacy": True, "general": True, "netadmin": True, "sysadmin": True}
"""Profiles whose pods on a node share its namespaces and see its files."""


def check(profile: str) -> Failure | None:
    """What is wrong with the name of a profile."""
    return None if profile in IN_POD else failure(f"unknown profile: {profile}")
