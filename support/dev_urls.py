"""Addresses of support's development pages; core.urls includes them under /dev/ in DEBUG only."""

from django.urls import path

from support.views import gallery

urlpatterns = [
    path("components/", gallery.components, name="components"),
    path("components/<slug:name>/", gallery.components, name="component"),
]
