"""The pages that give a lab's key out and take it back; the API itself is ASGI (``server.py``)."""

from django.urls import path

from . import views

urlpatterns = [
    path("<str:lab_id>/kubectl/", views.own_kubectl, name="own-kubectl"),
    path("<str:lab_id>/kubectl/revoke/", views.revoke, name="revoke-kubectl"),
]
