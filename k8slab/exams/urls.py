"""The pages of the mock exam."""

from django.urls import path

from . import views

urlpatterns = [
    path("exam/", views.exams, name="exams"),
    path("exam/<str:exam_id>/", views.exam, name="exam"),
    path("exam/<str:exam_id>/hand-in/", views.hand_in, name="hand-in"),
    path("exam/<str:exam_id>/<int:number>/", views.part, name="exam-task"),
]
