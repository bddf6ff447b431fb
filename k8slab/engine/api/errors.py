"""The API server's refusals, in its own words (apimachinery/pkg/api/errors, 1.36)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..base.objects import Obj


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field (apimachinery field.Error). ``str()`` is the text that users see."""

    path: str
    reason: str  # FieldValueRequired, FieldValueInvalid, ...
    message: str  # "Required value: must specify a handler type"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ApiError(Exception):
    """A metav1.Status with status Failure: HTTP ``code``, ``reason``, message and details."""

    def __init__(self, code: int, reason: str, message: str, details: Obj | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    def because(self, cause: str) -> bool:
        """Whether one of its causes has that reason (HasStatusCause)."""
        causes = (self.details or {}).get("causes") or ()
        return any(it.get("reason") == cause for it in causes)

    def status(self) -> Obj:
        """The Status object that goes over the wire."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            status["details"] = self.details
        return {**status, "code": self.code}


def _details(resource: str, group: str, name: str) -> Obj:
    details = {"name": name, "group": group, "kind": resource}
    return {field: value for field, value in details.items() if value}


def _qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def not_found(resource: str, group: str, name: str) -> ApiError:
    """404: ``deployments.apps "web" not found``."""
    message = f'{_qualified(resource, group)} "{name}" not found'
    return ApiError(404, "NotFound", message, _details(resource, group, name))


def already_exists(resource: str, group: str, name: str) -> ApiError:
    """409: ``deployments.apps "web" already exists``."""
    message = f'{_qualified(resource, group)} "{name}" already exists'
    return ApiError(409, "AlreadyExists", message, _details(resource, group, name))


def conflict(resource: str, group: str, name: str, why: str | None = None) -> ApiError:
    """409: the stored object has moved on (or a precondition ``why`` failed)."""
    why = why or (
        "the object has been modified; please apply your changes to the latest version and try "
        "again"
    )
    message = f'Operation cannot be fulfilled on {_qualified(resource, group)} "{name}": {why}'
    return ApiError(409, "Conflict", message, _details(resource, group, name))


def bad_request(message: str) -> ApiError:
    """400: the request can't be read as what it says it is."""
    return ApiError(400, "BadRequest", message)


NAMESPACE_TERMINATING = "NamespaceTerminating"
"""The cause of a refusal to make something in a namespace that goes."""


def forbidden(resource: str, group: str, name: str, why: str) -> ApiError:
    """403: admission or authorization refuses."""
    named = f' "{name}"' if name else ""
    message = f"{_qualified(resource, group)}{named} is forbidden: {why}"
    return ApiError(403, "Forbidden", message, _details(resource, group, name))


def invalid(kind: str, group: str, name: str, faults: list[FieldError]) -> ApiError:
    """422: all faults of the object at once, as ``field.ErrorList.ToAggregate`` prints them."""
    texts = list(dict.fromkeys(str(fault) for fault in faults))
    body = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    causes = [
        {"reason": fault.reason, "message": fault.message, "field": fault.path} for fault in faults
    ]
    details = {**_details(kind, group, name), "causes": causes}
    return ApiError(
        422, "Invalid", f'{_qualified(kind, group)} "{name}" is invalid: {body}', details
    )
