"""The Job controller, one file a concern: controller, manage, counting, verdict, conditions ..."""

from .controller import JobPods, Jobs

__all__ = ["JobPods", "Jobs"]
