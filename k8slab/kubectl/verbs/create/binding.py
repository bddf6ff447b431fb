"""kubectl create rolebinding and clusterrolebinding."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs

from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator, required

GROUP = "rbac.authorization.k8s.io"


def _role_binding(session: Session, parsed: Parsed, name: str) -> Obj:
    role, cluster_role = parsed.options["role"], parsed.options["clusterrole"]
    if bool(role) == bool(cluster_role):
        raise failure("exactly one of clusterrole or role must be specified")
    kind = "Role" if role else "ClusterRole"
    return _binding(parsed, {"apiGroup": GROUP, "kind": kind, "name": role or cluster_role})


def _cluster_role_binding(session: Session, parsed: Parsed, name: str) -> Obj:
    required(parsed, "clusterrole")
    role = {"apiGroup": GROUP, "kind": "ClusterRole", "name": parsed.options["clusterrole"]}
    return _binding(parsed, role)


def _binding(parsed: Parsed, role: Obj) -> Obj:
    subjects: Objs = [
        {"kind": kind, "apiGroup": GROUP, "name": name}
        for kind, flag in (("User", "user"), ("Group", "group"))
        for name in parsed.options[flag]
    ]
    for account in parsed.options["serviceaccount"]:
        namespace, _, name = account.partition(":")
        if not namespace or not name or ":" in name:
            raise failure("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return {"subjects": subjects, "roleRef": role} if subjects else {"roleRef": role}


_FLAGS = (
    Flag("clusterrole", hint="The ClusterRole to grant"),
    Flag("user", "array", default=(), hint="To this user"),
    Flag("group", "array", default=(), hint="To this group"),
    Flag("serviceaccount", "array", default=(), hint="To NAMESPACE:NAME"),
)
ROLEBINDING = generator(
    "RoleBinding",
    _role_binding,
    Flag("role", hint="The Role to grant"),
    *_FLAGS,
    example="kubectl create rolebinding readers --role=reader --user=jane",
)
CLUSTERROLEBINDING = generator(
    "ClusterRoleBinding",
    _cluster_role_binding,
    *_FLAGS,
    example="kubectl create clusterrolebinding admins --clusterrole=cluster-admin --user=jane",
)
