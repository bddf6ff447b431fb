"""Refusals: what kubectl itself says, and how it words what the API server says."""

from __future__ import annotations

from collections.abc import Sequence

from k8slab.engine.api.errors import ApiError


class Failure(Exception):
    """A verb gave up. ``text`` goes to stderr, as it is, before the exit code; ``plain`` where it
    is one refusal of several."""

    def __init__(self, text: str, exit_code: int = 1, plain: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.plain = plain or text
        self.exit_code = exit_code


def failure(message: str, exit_code: int = 1) -> Failure:
    """A refusal in kubectl's own name: ``error: message``."""
    return Failure(f"error: {message.removeprefix('error: ')}", exit_code, message)


def usage(path: str, message: str) -> Failure:
    """A wrong flag or argument, with the pointer to the verb's help.

    The 1 of ``kubectl diff`` would say that there are differences.
    """
    if path == "kubectl diff":
        return failure(f"{message}\nSee '{path} -h' for help and examples", 2)
    return failure(f"{message}\nSee '{path} --help' for usage.")


def server_text(error: ApiError | Failure) -> str:
    """How kubectl prints a Status (cmd/util checkErr): by field for Invalid, else by reason."""
    if isinstance(error, Failure):
        return error.text
    if error.reason == "Invalid":
        return _invalid(error)
    return plain_text(error)


def plain_text(error: ApiError | Failure) -> str:
    """How kubectl prints one error of several (cmd/util MultipleErrors)."""
    if isinstance(error, Failure):
        return error.plain
    if error.code == 401:
        return f"error: You must be logged in to the server ({error.reason})"
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {error.message}"


def _invalid(error: ApiError) -> str:
    details = error.details or {}
    kind, name = details.get("kind", ""), details.get("name", "")
    faults = [_cause(cause) for cause in details.get("causes") or ()]
    faults = list(dict.fromkeys(faults))
    named = bool(kind or name)
    head = f'The {kind} "{name}" is invalid' if named else "The request is invalid"
    if not faults:
        return head if named else f"{head}: {error.message}"
    if len(faults) == 1:
        return f"{head}: {faults[0]}"
    return f"{head}: \n" + "\n".join(f"* {fault}" for fault in faults)


def _cause(cause: dict[str, str]) -> str:
    return f"{cause['field']}: {cause['message']}"


def together(refusals: Sequence[Failure]) -> Failure | None:
    """Several refusals as one of others: ``[a, b]`` (utilerrors.Aggregate)."""
    texts = list(dict.fromkeys(each.plain for each in refusals))
    if not texts:
        return None
    return Failure(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")


def with_source(verb: str, source: str, error: ApiError) -> ApiError:
    """The same refusal, naming the file that led to it (cmd/util AddSourceToErr)."""
    message = f'error when {verb} "{source}": {error.message}'
    return ApiError(error.code, error.reason, message, error.details)
