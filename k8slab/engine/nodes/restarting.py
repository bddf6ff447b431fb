"""Whether a container that has ended is started anew: its own rules, its pod's policy (1.36)."""

from __future__ import annotations

from ..base.objects import Obj, Objs


def restarts_after(pod: Obj, container: Obj, code: int) -> bool:
    """What restartPolicyRules, the container's restartPolicy and the pod's say of an exit code.

    An init container without a policy of its own that has succeeded is done.
    """
    for rule in container.get("restartPolicyRules") or ():
        asked = rule.get("exitCodes") or {}
        if (code in (asked.get("values") or ())) == (asked.get("operator") == "In"):
            return bool(rule.get("action") == "Restart")
    own = container.get("restartPolicy")
    policy = own or pod["spec"].get("restartPolicy", "Always")
    if policy == "Always" and own is None and container in _inits(pod):
        return code != 0
    return bool(policy == "Always" or (policy == "OnFailure" and code != 0))


def _inits(pod: Obj) -> Objs:
    return pod["spec"].get("initContainers") or []
