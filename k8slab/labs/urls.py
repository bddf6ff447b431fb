"""Pages of a lab by its id."""

from django.urls import path

from . import views

urlpatterns = [
    path("<str:lab_id>/", views.lab, name="lab"),
    path("<str:lab_id>/manifests.yaml", views.export, name="manifests"),
]
