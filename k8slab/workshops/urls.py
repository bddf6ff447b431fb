"""The pages of workshops."""

from django.urls import path

from . import views

urlpatterns = [
    path("workshops/", views.workshops, name="workshops"),
    path("join/", views.join, name="join-any"),
    path("join/<str:code>/", views.join, name="join"),
    path("rooms/<str:room_id>/", views.console, name="room"),
    path("rooms/<str:room_id>/projector/", views.projector, name="projector"),
    path("rooms/<str:room_id>/results.csv", views.results, name="results"),
    path("rooms/<str:room_id>/delete/", views.delete_room, name="delete-room"),
    path("rooms/<str:room_id>/seat/", views.seat, name="seat"),
    path("rooms/<str:room_id>/seats/<int:seat_id>/", views.watch, name="watch"),
    path("rooms/<str:room_id>/seats/<int:seat_id>/replay/", views.replay_session, name="replay"),
]
