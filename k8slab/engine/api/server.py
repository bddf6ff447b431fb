"""Reading and writing of objects: defaults, admission, validation, versions, graceful deletion.

Callers inside the engine (controllers, kubelets) hand over well-formed objects, as Go's typed
clients do. Requests from outside are first read by ``api.decode`` (unknown fields, wrong types);
then both take this one way.
"""

from __future__ import annotations

from ..base import chance
from ..base.clock import Clock
from ..base.objects import Key, Obj, get_in, is_deleting, key_of, set_in
from ..base.reason import Reason
from ..base.times import rfc3339
from ..store import Conflict, Store
from . import errors
from .admission import CHECKS, PLUGINS, Write, check_namespace_deletion, in_zone, judge
from .custom import kinds_of
from .decode import lean
from .discovery import BUILT_IN, Discovery
from .kinds import KINDS
from .kinds.base import Kind
from .kinds.meta import validate_metadata, validate_metadata_update
from .kinds.pod_parts import PARTS
from .managed import managers
from .preconditions import check_deletion, check_update
from .schema import type_of_kind

SYSTEM = "system:kube-controller-manager"
WARNINGS_MAX = 100
_MANAGER = "kube-controller-manager"


class Api:
    """The door to one cluster's store.

    ``pods_max`` bounds how many pods the cluster may have.
    ``cause`` is the reconcile (or command) on whose behalf writes happen; it is put on each change.
    ``warnings`` are those of the latest request.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        seed: int,
        start_unix_ms: int,
        pods_max: int,
    ) -> None:
        self.store = store
        self.clock = clock
        self.seed = seed
        self.start_unix_ms = start_unix_ms
        self.pods_max = pods_max
        self.cause: Reason | None = None
        self.warnings: list[str] = []
        self._own_kinds: list[tuple[Kind, ...]] = []
        self._discovery = BUILT_IN

    @property
    def discovery(self) -> Discovery:
        """The kinds that this API server serves: the built-in ones, and the cluster's own."""
        if not self.store.count("CustomResourceDefinition"):
            return BUILT_IN
        own = [kinds_of(it) for it in self.store.list("CustomResourceDefinition")]
        if self._own_kinds != own:
            self._own_kinds = own
            self._discovery = Discovery([*KINDS, *(kind for kinds in own for kind in kinds)])
        return self._discovery

    # Reading

    def get(self, key: Key) -> Obj:
        """The object; ApiError NotFound where there is none."""
        obj = self.store.get(key)
        if obj is None:
            kind = self.discovery.named(key.kind)
            raise errors.not_found(kind.plural, kind.group, key.name)
        return obj

    # Writing

    def create(
        self, obj: Obj, *, user: str = SYSTEM, manager: str = "", dry_run: bool = False
    ) -> Obj:
        """Store a new object and return it as stored.

        ``manager`` is noted as the one who manages its fields.
        Raises ApiError: AlreadyExists, Invalid (all faults at once), Forbidden, and NotFound for
        its namespace.
        """
        kind = self.discovery.named(obj["kind"])
        obj = kind.default(_with_spec(kind, self._begin(kind, obj)))
        for plugin in PLUGINS:
            obj = plugin.admit(self, kind, obj, None, user)
        obj = kind.allocate(self, kind.prepare(obj, None), None, dry_run)
        faults = [*validate_metadata(kind, obj), *kind.validate(obj)]
        if faults:
            raise errors.invalid(kind.kind, kind.group, obj["metadata"].get("name", ""), faults)
        if user != SYSTEM:
            self.warnings += kind.warnings(obj)
            obj = _lean(kind, obj)
        key = key_of(obj)
        if self.store.get(key) is not None:
            raise errors.already_exists(kind.plural, kind.group, key.name)
        for check in CHECKS:
            check.check(self, kind, obj, None, user, dry_run)
        if manager:
            obj = self._managed(kind, obj, None, manager)
        return obj if dry_run else self._write(obj, f"created {key}")

    def update(
        self,
        obj: Obj,
        *,
        subresource: str = "",
        user: str = SYSTEM,
        manager: str = "",
        dry_run: bool = False,
    ) -> Obj:
        """Replace an object (or only what ``subresource`` is: "status", "resize" ...).

        A ``metadata.resourceVersion`` that is not the stored one is a Conflict; without one the
        update is unconditional. A no-op writes nothing and returns the stored object. ``manager``
        becomes the manager of the fields that change; ``metadata.managedFields`` that are not the
        stored ones are taken as they are.
        """
        kind = self.discovery.named(obj["kind"])
        key = key_of(obj)
        old = self.get(key)
        check_update(kind, obj, old)
        if subresource == "status":
            new = {**old, "status": obj.get("status", {})}
        elif subresource in PARTS:
            new = PARTS[subresource](obj, old)
        else:
            new = self._updated(kind, obj, old, user, dry_run)
        if user != SYSTEM:
            new = _lean(kind, new)
        if new == old:
            return old
        if subresource != "status":
            for check in CHECKS:
                check.check(self, kind, new, old, user, dry_run)
        stored = old["metadata"].get("managedFields")
        if (manager or stored) and new["metadata"].get("managedFields") == stored:
            new = self._managed(kind, new, old, manager or _MANAGER)
        if dry_run:
            return new
        if _may_go(kind, new):
            return self._remove(key)
        suffix = f" {subresource}" if subresource else ""
        return self._write(
            new, f"updated {key}{suffix}", expect=int(old["metadata"]["resourceVersion"])
        )

    def update_status(
        self, obj: Obj, status: Obj, annotations: dict[str, str] | None = None
    ) -> Obj:
        """Write ``status`` onto the stored form of ``obj``; nothing is written where it is equal.

        ``annotations`` replace the object's own: the status subresource lets them through, which is
        how a Deployment gets its revision.
        """
        stored = self.get(key_of(obj))
        new = {**stored, "status": status}
        if annotations is not None:
            new = set_in(new, ("metadata", "annotations"), annotations)
        if new == stored:
            return stored
        return self._write(new, f"updated {key_of(obj)} status")

    def bind(self, pod: Obj, node: str) -> Obj:
        """The pods/binding subresource: spec.nodeName, PodScheduled, the node's zone and region."""
        key = key_of(pod)
        stored = self.get(key)
        if get_in(stored, "spec", "nodeName"):
            raise errors.conflict(
                "pods/binding",
                "",
                key.name,
                f'pod {key.name} is already assigned to node "{stored["spec"]["nodeName"]}"',
            )
        conditions = [
            condition
            for condition in get_in(stored, "status", "conditions", default=[])
            if condition["type"] != "PodScheduled"
        ]
        scheduled = {
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": self.timestamp(),
        }
        bound = {
            **in_zone(self, set_in(stored, ("spec", "nodeName"), node), node),
            "status": {**stored.get("status", {}), "conditions": [*conditions, scheduled]},
        }
        bound["status"].pop("nominatedNodeName", None)
        return self._write(bound, f"bound {key} to {node}")

    def delete(
        self,
        key: Key,
        *,
        grace_s: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        resource_version: str | None = None,
        user: str = SYSTEM,
        dry_run: bool = False,
    ) -> Obj:
        """Begin or finish a deletion; the object as it then is (or as it was when it went).

        ``grace_s`` 0 deletes at once, as ``--grace-period=0 --force`` does. ``propagation`` is
        Background, Foreground or Orphan. ``uid`` and ``resource_version`` are preconditions.
        """
        kind = self.discovery.named(key.kind)
        check_namespace_deletion(key)
        old = self.get(key)
        check_deletion(kind, old, uid, resource_version)
        judge(self, Write(kind, None, old, user))
        metadata = dict(old["metadata"])
        finalizers = list(metadata.get("finalizers") or ())
        for wanted, finalizer in (("Foreground", "foregroundDeletion"), ("Orphan", "orphan")):
            if propagation == wanted and finalizer not in finalizers:
                finalizers.append(finalizer)
        if finalizers:
            metadata["finalizers"] = finalizers
        grace = kind.grace_s(old, grace_s)
        if "deletionTimestamp" in metadata:
            pending_s = metadata.get("deletionGracePeriodSeconds", 0)  # only a wish shortens it
            grace = pending_s if grace_s is None else min(grace or 0, pending_s)
        if not grace and not finalizers and not kind.held(old):
            return old if dry_run else self._remove(key)
        since_ms = self.clock.now_ms
        told = metadata.get("deletionGracePeriodSeconds")
        if "deletionTimestamp" not in metadata or grace != told:
            due_ms = since_ms + (grace or 0) * 1000
            metadata["deletionTimestamp"] = rfc3339(self.start_unix_ms + due_ms)
            metadata["deletionGracePeriodSeconds"] = grace or 0
            if metadata.get("generation"):
                metadata["generation"] += 1
        new = kind.going({**old, "metadata": metadata})
        if new == old or dry_run:
            return new
        return self._write(new, f"marked {key} for deletion")

    def finalize(self, namespace: Obj, finalizers: list[str]) -> Obj:
        """The namespaces/finalize subresource: set spec.finalizers; none left, and it goes."""
        key = key_of(namespace)
        stored = self.get(key)
        new = set_in(stored, ("spec", "finalizers"), finalizers)
        if is_deleting(new) and not finalizers and not new["metadata"].get("finalizers"):
            return self._remove(key)
        return self._write(new, f"finalized {key}")

    def warn(self, text: str) -> None:
        """Have the answer to the request carry a warning; controllers' writes have no reader."""
        if len(self.warnings) < WARNINGS_MAX:
            self.warnings.append(text)

    def timestamp(self) -> str:
        """Now, as a metav1.Time."""
        return rfc3339(self.start_unix_ms + self.clock.now_ms)

    # The parts

    def _begin(self, kind: Kind, obj: Obj) -> Obj:
        """rest.FillObjectMetaSystemFields: name from generateName, uid, creation time."""
        metadata = dict(obj["metadata"])
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
            metadata.pop(field, None)
        if metadata.get("resourceVersion"):
            raise errors.bad_request("resourceVersion should not be set on objects to be created")
        metadata.pop("resourceVersion", None)
        if kind.namespaced:
            metadata.setdefault("namespace", "default")
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = self._generated_name(kind, metadata)
        metadata["uid"] = chance.uid(
            self.seed,
            kind.kind,
            metadata.get("namespace", ""),
            metadata.get("name"),
            self.store.version,
        )
        metadata["creationTimestamp"] = self.timestamp()
        if kind.generation:
            metadata["generation"] = 1
        new = {**obj, "metadata": metadata}
        if kind.status and not kind.keep_status:
            new.pop("status", None)
        return new

    def _generated_name(self, kind: Kind, metadata: Obj) -> str:
        stem, namespace = metadata["generateName"], metadata.get("namespace", "")
        attempt = 0
        while True:
            tail = chance.suffix(
                self.seed, 5, "name", kind.kind, namespace, stem, self.store.version, attempt
            )
            name = f"{stem[:58]}{tail}"
            if self.store.get(Key(kind.kind, namespace, name)) is None:
                return name
            attempt += 1

    def _updated(self, kind: Kind, obj: Obj, old: Obj, user: str, dry_run: bool) -> Obj:
        """``obj`` as it would be stored over ``old``; ApiError Invalid or Forbidden."""
        new = kind.default(_with_spec(kind, _with_system_fields(kind, obj, old)))
        for plugin in PLUGINS:
            new = plugin.admit(self, kind, new, old, user)
        new = kind.allocate(self, kind.prepare(new, old), old, dry_run)
        beside = _lean(kind, new, old) if user != SYSTEM else new
        if beside.get("spec") == old.get("spec") and "spec" in old:
            new = beside = {**beside, "spec": old["spec"]}
        if kind.generation and _content(beside) != _content(old):
            generation = old["metadata"].get("generation", 0) + 1
            new = set_in(new, ("metadata", "generation"), generation)
            beside = set_in(beside, ("metadata", "generation"), generation)
        content, changes = kind.validate(new), kind.validate_update(beside, old)
        in_order = changes + content if kind.changes_first else content + changes
        faults = [*validate_metadata_update(kind, new, old), *in_order]
        if faults:
            raise errors.invalid(kind.kind, kind.group, old["metadata"]["name"], faults)
        return new

    def _managed(self, kind: Kind, new: Obj, old: Obj | None, manager: str) -> Obj:
        by = managers.Manager(manager, "Update", kind.api_version)
        return managers.updated(new, old, by, type_of_kind(kind), self.timestamp())

    def _write(self, obj: Obj, did: str, *, expect: int | None = None) -> Obj:
        if self.cause is not None:
            self.cause.did.append(did)
        try:
            return self.store.write(obj, self.clock.now_ms, expect=expect, cause=self.cause)
        except Conflict as stale:
            kind = self.discovery.named(obj["kind"])
            raise errors.conflict(kind.plural, kind.group, obj["metadata"]["name"]) from stale

    def _remove(self, key: Key) -> Obj:
        if self.cause is not None:
            self.cause.did.append(f"deleted {key}")
        return self.store.delete(key, self.clock.now_ms, cause=self.cause)


_SYSTEM_FIELDS = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "selfLink",
)


def _with_spec(kind: Kind, obj: Obj) -> Obj:
    """``spec`` is a struct in each built-in kind that has one: never missing."""
    if obj.get("spec") is None and kind.type is None and "spec" in type_of_kind(kind).fields:
        return {**obj, "spec": {}}
    return obj


def _with_system_fields(kind: Kind, obj: Obj, old: Obj) -> Obj:
    """What an update may touch: never system metadata, and status only by its subresource."""
    metadata = {
        name: value for name, value in obj["metadata"].items() if name not in _SYSTEM_FIELDS
    }
    before = old["metadata"]
    if "managedFields" in before and "managedFields" not in metadata:
        metadata["managedFields"] = before["managedFields"]
    metadata.update({name: before[name] for name in _SYSTEM_FIELDS if name in before})
    new = {**obj, "metadata": metadata}
    if kind.status:
        new.pop("status", None)
        if "status" in old:
            new["status"] = old["status"]
    return new


def _lean(kind: Kind, obj: Obj, beside: Obj | None = None) -> Obj:
    """A request's object less its empty lists and maps (custom kinds keep what they are told)."""
    if kind.type is not None:
        return obj
    found: Obj = lean(obj, type_of_kind(kind), beside)
    return found


def _content(obj: Obj) -> Obj:
    """What of an object its generation counts."""
    return {name: value for name, value in obj.items() if name not in ("metadata", "status")}


def _may_go(kind: Kind, obj: Obj) -> bool:
    """Whether a deleted object whose last finalizer is gone goes: not while its grace runs."""
    metadata = obj["metadata"]
    waits = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds")
    return is_deleting(obj) and not waits and not kind.held(obj)
