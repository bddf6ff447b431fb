"""The app of workshops."""

from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    """Rooms, seats and polls."""

    name = "k8slab.workshops"
    default_auto_field = "django.db.models.BigAutoField"
