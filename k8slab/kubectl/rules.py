"""RBAC rules as kubectl prints them: a resource a row, its verbs together, in its order."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs


def compact(rules: Objs) -> Objs:
    """Rules of one group, resource and name each, the verbs of like ones put together."""
    single: list[tuple[tuple[str, str, str], list[str]]] = []
    paths: Objs = []
    for rule in rules:
        if rule.get("nonResourceURLs"):
            paths += [{**rule, "nonResourceURLs": [it]} for it in rule["nonResourceURLs"]]
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                for name in rule.get("resourceNames") or [""]:
                    single.append(((group, resource, name), rule["verbs"]))
    verbs_of: dict[tuple[str, str, str], list[str]] = {}
    for key, verbs in single:
        known = verbs_of.setdefault(key, [])
        known += [verb for verb in verbs if verb not in known]
    made = [
        {
            "apiGroups": [group],
            "resources": [resource],
            "resourceNames": [name] if name else [],
            "verbs": verbs,
        }
        for (group, resource, name), verbs in verbs_of.items()
    ]
    return sorted([*made, *paths], key=order)


def order(rule: Obj) -> str:
    """How Go prints the rule, which is what it is sorted by."""
    return (
        f"Verbs:{bracketed(rule['verbs'])},APIGroups:{bracketed(rule.get('apiGroups') or [])},"
        f"Resources:{bracketed(rule.get('resources') or [])},"
        f"ResourceNames:{bracketed(rule.get('resourceNames') or [])},"
        f"NonResourceURLs:{bracketed(rule.get('nonResourceURLs') or [])}"
    )


def bracketed(values: list[str]) -> str:
    """``[get list]``: a list of Go."""
    return f"[{' '.join(values)}]"


def row(rule: Obj) -> list[str]:
    """Resources, non-resource URLs, resource names, verbs."""
    resource = (rule.get("resources") or [""])[0]
    group = (rule.get("apiGroups") or [""])[0]
    if resource and group:
        plural, slash, sub = resource.partition("/")
        resource = f"{plural}.{group}{slash}{sub}"
    return [
        resource,
        bracketed(rule.get("nonResourceURLs") or []),
        bracketed(rule.get("resourceNames") or []),
        bracketed(rule["verbs"]),
    ]
