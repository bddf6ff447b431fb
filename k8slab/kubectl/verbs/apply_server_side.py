"""kubectl apply --server-side: the server merges; fields have managers."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, Objs, annotations_of, get_in

from ..errors import failure
from ..flags import Parsed
from ..manifests import Manifest
from ..resources import Found
from ..session import Session
from . import options
from .create import LAST_APPLIED

CLIENT_SIDE = "kubectl-client-side-apply"
_DEFAULT = "kubectl"
_OF_ANNOTATION = "kubectl-last-applied"
_ANNOTATION = ("fieldsV1", "f:metadata", "f:annotations", f"f:{LAST_APPLIED}")
_IDENTITY = ("name", "namespace")
_ADVICE = """\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def check_name(manifest: Manifest) -> None:
    """Failure for an object whose name the server is to make up: it would be another each time."""
    generate = manifest.obj["metadata"].get("generateName")
    if not manifest.name and generate:
        raise failure(f"from {generate}: cannot use generate name with apply")


def apply_on_server(session: Session, parsed: Parsed, manifest: Manifest) -> tuple[Found, str]:
    """Apply one manifest: the object and what happened. ApiError where it is refused; Failure with
    advice where other managers' fields are in the way."""
    check_name(manifest)
    if not manifest.name:
        raise failure("resource name may not be empty")
    asked = options.request_options(parsed)
    asked["force"] = parsed.options["force-conflicts"]
    subresource = parsed.options["subresource"]
    try:
        obj = _send(session, manifest, manifest.obj, asked, subresource=subresource)
    except ApiError as error:
        if error.because("FieldManagerConflict"):
            raise failure(f"{error.message}\n{_ADVICE}") from None
        raise
    if not asked.get("dry_run"):
        obj = _taken_over(session, manifest, obj, asked)
    return Found(manifest.kind, obj), options.done("serverside-applied", options.dry_run(parsed))


def _send(
    session: Session, manifest: Manifest, body: Obj, asked: Obj, subresource: str = ""
) -> Obj:
    place = manifest.kind, manifest.namespace, manifest.name
    more: Obj = {"subresource": subresource} if subresource else {}
    return session.request("patch", *place, body=body, patch_type="apply", options=asked, **more)


def _taken_over(session: Session, manifest: Manifest, obj: Obj, asked: Obj) -> Obj:
    """The object after what client-side apply managed has become the applier's.

    Then the manifest is sent again: what it no longer says goes (client-go csaupgrade). The
    annotation of client-side apply gets a manager of its own, so that it stays.
    """
    manager = str(asked["field_manager"])
    if manager == _DEFAULT and LAST_APPLIED in annotations_of(obj) and not _owners(obj, "Apply"):
        kept = {name: obj["metadata"][name] for name in _IDENTITY if name in obj["metadata"]}
        kept["annotations"] = {LAST_APPLIED: annotations_of(obj)[LAST_APPLIED]}
        body = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": kept}
        obj = _send(session, manifest, body, {"field_manager": _OF_ANNOTATION})
    old = {entry["manager"] for entry in _owners(obj, "Update")}
    if not old:
        return obj
    session.request(
        "patch",
        manifest.kind,
        manifest.namespace,
        manifest.name,
        body={"metadata": {"managedFields": _upgraded(obj, old, manager)}},
        patch_type="merge",
    )
    return _send(session, manifest, manifest.obj, asked)


def _owners(obj: Obj, operation: str) -> Objs:
    """The entries of managers that by such operations wrote the annotation of apply."""
    return [
        entry
        for entry in obj["metadata"].get("managedFields") or ()
        if entry["operation"] == operation and get_in(entry, *_ANNOTATION) is not None
    ]


def _upgraded(obj: Obj, old: set[str], manager: str) -> Objs:
    """The entries with those of the ``old`` managers added to the applier's."""
    entries: Objs = obj["metadata"]["managedFields"]
    going = [each for each in entries if each["operation"] == "Update" and each["manager"] in old
             and not each.get("subresource")]  # fmt: skip
    own = next(
        (each for each in entries if (each["manager"], each["operation"]) == (manager, "Apply")),
        {**going[0], "manager": manager, "operation": "Apply"},
    )
    fields = own["fieldsV1"]
    for each in going:
        fields = _union(fields, each["fieldsV1"])
    rest = [each for each in entries if each not in going and each is not own]
    return [{**own, "fieldsV1": fields}, *rest]


def _union(fields: Obj, more: Obj) -> Obj:
    return {**fields, **{name: _union(fields.get(name, {}), more[name]) for name in more}}
