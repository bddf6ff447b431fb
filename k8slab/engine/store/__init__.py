"""etcd: versioned objects, compare-and-swap, and the changes since a version."""

from .store import Change, Conflict, Gone, Store

__all__ = ["Change", "Conflict", "Gone", "Store"]
