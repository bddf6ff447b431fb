"""Role, ClusterRole and their bindings (rbac.authorization.k8s.io/v1)."""

from __future__ import annotations

from dataclasses import replace

from ...base import names
from ...base.objects import Obj
from .base import Kind
from .faults import Faults, invalid, required, unsupported
from .filling import change, change_each
from .generic import GENERIC, path_segment

GROUP = "rbac.authorization.k8s.io"
_SUBJECT_GROUPS = {"User": GROUP, "Group": GROUP}


def _default_binding(obj: Obj) -> Obj:
    obj = change(obj, "roleRef", lambda it: it if it.get("apiGroup") else {**it, "apiGroup": GROUP})
    return change_each(obj, "subjects", _default_subject)


def _default_subject(subject: Obj) -> Obj:
    group = _SUBJECT_GROUPS.get(subject.get("kind", ""))
    return {**subject, "apiGroup": group} if group and not subject.get("apiGroup") else subject


def _validate_role(obj: Obj) -> Faults:
    namespaced = obj["kind"] == "Role"
    faults: Faults = []
    for index, rule in enumerate(obj.get("rules") or ()):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            faults.append(required(f"{path}.verbs", "verbs must contain at least one value"))
        if rule.get("nonResourceURLs"):
            urls = rule["nonResourceURLs"]
            if namespaced:
                why = "namespaced rules cannot apply to non-resource URLs"
                faults.append(invalid(f"{path}.nonResourceURLs", urls, why))
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                why = "rules cannot apply to both regular resources and non-resource URLs"
                faults.append(invalid(f"{path}.nonResourceURLs", urls, why))
            continue
        for name in ("apiGroups", "resources"):
            if not rule.get(name):
                singular = "api group" if name == "apiGroups" else "resource"
                why = f"resource rules must supply at least one {singular}"
                faults.append(required(f"{path}.{name}", why))
    return faults


def _validate_binding(obj: Obj) -> Faults:
    role = obj.get("roleRef") or {}
    faults: Faults = []
    if role.get("apiGroup") != GROUP:
        faults.append(unsupported("roleRef.apiGroup", role.get("apiGroup", ""), (GROUP,)))
    kinds = ("Role", "ClusterRole") if obj["kind"] == "RoleBinding" else ("ClusterRole",)
    if role.get("kind") not in kinds:
        faults.append(unsupported("roleRef.kind", role.get("kind", ""), kinds))
    name = role.get("name")
    if not name:
        faults.append(required("roleRef.name"))
    else:
        faults += [invalid("roleRef.name", name, why) for why in path_segment(name)]
    for index, subject in enumerate(obj.get("subjects") or ()):
        faults += _validate_subject(subject, f"subjects[{index}]", obj["kind"])
    return faults


def _validate_subject(subject: Obj, path: str, binding: str) -> Faults:
    faults = [] if subject.get("name") else [required(f"{path}.name")]
    kind, group = subject.get("kind", ""), subject.get("apiGroup", "")
    if kind == "ServiceAccount":
        name = subject.get("name") or ""
        wrong = names.dns_subdomain(name) if name else []
        faults += [invalid(f"{path}.name", name, why) for why in wrong]
        if group:
            faults.append(unsupported(f"{path}.apiGroup", group, ("",)))
        if binding == "ClusterRoleBinding" and not subject.get("namespace"):
            faults.append(required(f"{path}.namespace"))
    elif kind in _SUBJECT_GROUPS:
        if group != GROUP:
            faults.append(unsupported(f"{path}.apiGroup", group, (GROUP,)))
    else:
        kinds = ("ServiceAccount", "User", "Group")
        faults.append(unsupported(f"{path}.kind", kind, kinds))
    return faults


def _validate_binding_update(new: Obj, old: Obj) -> Faults:
    if new["roleRef"] == old["roleRef"]:
        return []
    role = new["roleRef"]
    shown = {"APIGroup": role["apiGroup"], "Kind": role["kind"], "Name": role["name"]}
    return [invalid("roleRef", shown, "cannot change roleRef")]


def _generic(kind: str) -> Kind:
    return next(it for it in GENERIC if it.kind == kind)


KINDS: tuple[Kind, ...] = (
    *(replace(_generic(kind), validate=_validate_role) for kind in ("ClusterRole", "Role")),
    *(
        replace(
            _generic(kind),
            default=_default_binding,
            validate=_validate_binding,
            validate_update=_validate_binding_update,
        )
        for kind in ("ClusterRoleBinding", "RoleBinding")
    ),
)
