"""The addresses of the pages. Websockets are in ``asgi.py``."""

from django.urls import include, path
from django.views.i18n import set_language

from .languages import words

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("words/<str:language>.js", words, name="words"),
    path("labs/", include("k8slab.labs.urls")),
    path("labs/", include("k8slab.kubeapi.urls")),
    path("", include("k8slab.accounts.urls")),
    path("", include("k8slab.workshops.urls")),
    path("", include("k8slab.exams.urls")),
    path("", include("k8slab.course.urls")),
]
