"""The development mailbox's pages. They answer 404 outside DEBUG, whatever the URL conf says.

A mail's HTML comes from a URL of its own, inside a sandbox: no script, nothing fetched, no form, so that what a mail
brings along cannot act as the signed-in person. Must not write anything.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import mailbox

# Links of a mail may leave the frame when a person clicks them: that is how a reset is tried out.
_SANDBOX = "sandbox allow-top-navigation-by-user-activation"
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'self'; {_SANDBOX}"
)


def _development_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, **arguments)

    return guarded


@_development_only
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Every message that was sent, newest first."""
    return render(request, "notifications/mailbox.html", {"mails": mailbox.stored()})


@_development_only
def mailbox_mail(request: HttpRequest, *, name: str) -> HttpResponse:
    """One message: its HTML in a frame, its text, its headers."""
    return render(request, "notifications/mailbox_mail.html", {"mail": _mail(name)})


@xframe_options_sameorigin
@_development_only
def mailbox_html(_request: HttpRequest, *, name: str) -> HttpResponse:
    """The HTML of one message, as a mail client would get it."""
    framed = _mail(name).html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(framed)
    response["Content-Security-Policy"] = _MAIL_POLICY
    return response


def _mail(name: str) -> mailbox.StoredMail:
    mail = mailbox.read(name)
    if mail is None:
        raise Http404
    return mail
