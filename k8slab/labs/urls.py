"""Pages of a lab by its id."""

from django.urls import path

from . import views

urlpatterns = [path("<str:lab_id>/", views.lab, name="lab")]
