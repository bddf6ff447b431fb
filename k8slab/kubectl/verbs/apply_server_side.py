"""kubectl apply --server-side: the server merges; fields have managers."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, annotations_of

from ..errors import failure, with_source
from ..flags import Parsed
from ..manifests import Manifest
from ..resources import Found
from ..session import Session
from . import options
from .create import LAST_APPLIED

CLIENT_SIDE = "kubectl-client-side-apply"
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


def apply_on_server(
    session: Session, parsed: Parsed, manifest: Manifest
) -> tuple[Found, str] | None:
    """Apply one manifest: the object and what happened, None where it was refused; Failure with
    advice where other managers' fields are in the way."""
    asked = options.request_options(parsed)
    asked["force"] = parsed.options["force-conflicts"]
    _take_over(session, manifest, str(asked["field_manager"]), dry_run=bool(asked.get("dry_run")))
    try:
        obj = session.request(
            "patch",
            manifest.kind,
            manifest.namespace,
            manifest.name,
            body=manifest.obj,
            patch_type="apply",
            options=asked,
        )
    except ApiError as error:
        causes = (error.details or {}).get("causes") or ()
        if any(cause["reason"] == "FieldManagerConflict" for cause in causes):
            raise failure(f"{error.message}\n{_ADVICE}") from None
        session.fail(with_source("patching", manifest.source, error))
        return None
    done = options.done("serverside-applied", options.dry_run(parsed))
    return Found(manifest.kind, obj), done


def _take_over(session: Session, manifest: Manifest, manager: str, *, dry_run: bool) -> None:
    """What client-side apply managed becomes the applier's (client-go csaupgrade)."""
    live = session.find(manifest.kind, manifest.namespace, manifest.name)
    if live is None or dry_run or LAST_APPLIED not in annotations_of(live):
        return
    entries = live["metadata"].get("managedFields") or []
    if not any(_is_client_side(entry) for entry in entries):
        return
    kept = [
        {**entry, "manager": manager, "operation": "Apply"} if _is_client_side(entry) else entry
        for entry in entries
        if (entry["manager"], entry["operation"]) != (manager, "Apply")
    ]
    session.request(
        "patch",
        manifest.kind,
        manifest.namespace,
        manifest.name,
        body={"metadata": {"managedFields": kept}},
        patch_type="merge",
    )


def _is_client_side(entry: Obj) -> bool:
    return bool(entry["manager"] == CLIENT_SIDE and entry["operation"] == "Update")
