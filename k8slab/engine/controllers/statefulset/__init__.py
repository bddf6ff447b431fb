"""The StatefulSet controller, one file a concern: controller, identity, pods, update, status."""

from .controller import StatefulSets

__all__ = ["StatefulSets"]
