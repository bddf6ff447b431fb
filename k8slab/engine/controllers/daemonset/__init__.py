"""The DaemonSet controller, one file a concern: controller, nodes, pods, rolling, status."""

from .controller import DaemonSets

__all__ = ["DaemonSets"]
