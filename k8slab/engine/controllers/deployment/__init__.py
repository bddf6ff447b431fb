"""The deployment controller (kube-controller-manager pkg/controller/deployment, 1.36)."""

from .controller import Deployments

__all__ = ["Deployments"]
