"""Addresses of the development pages; core.urls includes them under /dev/ in DEBUG only."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<slug:name>/", views.mailbox_mail, name="mailbox-mail"),
    path("mailbox/<slug:name>/html/", views.mailbox_html, name="mailbox-html"),
]
