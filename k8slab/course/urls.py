"""The pages of the course."""

from django.urls import path

from . import mine, placement, review, sandbox, views

urlpatterns = [
    path("", views.home, name="home"),
    path("course/", views.course_map, name="course"),
    path("placement/", placement.placement, name="placement"),
    path("labs/", mine.labs, name="labs"),
    path("labs/<str:lab_id>/delete/", mine.delete_lab, name="delete-lab"),
    path("review/", review.review, name="review"),
    path("review/<slug:slug>/<slug:question_id>/", review.review_question, name="review_question"),
    path("review/<slug:slug>/<slug:question_id>/lab/", review.drill, name="drill"),
    path(
        "review/<slug:slug>/<slug:question_id>/lab/begin/", review.begin_drill, name="begin-drill"
    ),
    path("sandbox/", sandbox.sandbox, name="sandbox"),
    path("sandbox/<slug:slug>/", sandbox.open_preset, name="open_preset"),
    path("shared/<str:token>/", sandbox.shared, name="shared"),
    path("shared/<str:token>/withdraw/", sandbox.withdraw, name="withdraw"),
    path("glossary/", views.glossary_page, name="glossary"),
    path("lessons/<slug:slug>/", views.lesson_page, name="lesson"),
    path("lessons/<slug:slug>/compare/", views.compare, name="compare"),
    path("lessons/<slug:slug>/start/", views.start, name="start"),
    path("lessons/<slug:slug>/questions/<slug:question_id>/", views.answer, name="answer"),
]
