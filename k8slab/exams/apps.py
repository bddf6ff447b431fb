"""The app of exams."""

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """Exams and their tasks."""

    name = "k8slab.exams"
    default_auto_field = "django.db.models.BigAutoField"
