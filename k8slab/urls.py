"""The addresses of the pages. Websockets are in ``asgi.py``."""

from django.urls import include, path

urlpatterns = [
    path("labs/", include("k8slab.labs.urls")),
    path("labs/", include("k8slab.kubeapi.urls")),
    path("", include("k8slab.accounts.urls")),
    path("", include("k8slab.workshops.urls")),
    path("", include("k8slab.exams.urls")),
    path("", include("k8slab.course.urls")),
]
