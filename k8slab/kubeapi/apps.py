"""The app of API access keys."""

from django.apps import AppConfig


class KubeapiConfig(AppConfig):
    """Keys that open a lab's cluster to API clients."""

    name = "k8slab.kubeapi"
    default_auto_field = "django.db.models.BigAutoField"
