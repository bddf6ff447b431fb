"""Custom resources: kinds that a CustomResourceDefinition adds to one cluster."""

from __future__ import annotations

from .kinds import kinds_of

__all__ = ["kinds_of"]
