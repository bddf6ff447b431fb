"""Requests from outside: what a client puts on the wire, as a JSON value."""

from __future__ import annotations

from ..base.objects import Obj
from .server import Api


def is_mutating(request: Obj) -> bool:
    """Whether a request can change the cluster."""
    return request["verb"] not in ("get", "list")


def handle(api: Api, request: Obj) -> Obj:
    """Carry out a request; ApiError where it is refused."""
    raise NotImplementedError
