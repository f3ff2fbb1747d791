"""Addresses of the development pages; core.urls includes them under /dev/ in DEBUG only."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("emails/", views.email_list, name="emails"),
    path("emails/<slug:name>/", views.email_preview, name="email-preview"),
    path("emails/<slug:name>/html/", views.email_html, name="email-html"),
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<slug:name>/", views.mailbox_mail, name="mailbox-mail"),
    path("mailbox/<slug:name>/html/", views.mailbox_html, name="mailbox-html"),
]
