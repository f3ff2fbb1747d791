"""The development pages of mail: the mailbox, and a preview of every mail there is. 404 outside DEBUG, whatever the
URL conf says.

A mail's HTML comes from a URL of its own, inside a sandbox: no script, nothing fetched, no form, so that what a mail
brings along cannot act as the signed-in person. Must not write anything.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core import languages, pseudo
from notifications import mailbox, previews

# Links of a mail may leave the frame when a person clicks them: that is how a reset is tried out.
_SANDBOX = "sandbox allow-top-navigation-by-user-activation"
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'self'; {_SANDBOX}"
)

_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body>)", re.DOTALL)


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
    return _framed(_mail(name).html)


@_development_only
def email_list(request: HttpRequest) -> HttpResponse:
    """Every mail of the product."""
    mails = [previews.preview(name, _language(request)) for name in previews.names()]
    return render(request, "notifications/emails.html", {"mails": mails} | _choices(request))


@_development_only
def email_preview(request: HttpRequest, *, name: str) -> HttpResponse:
    """One of them with its example: HTML at both widths, text, headers."""
    return render(request, "notifications/email.html", {"mail": _preview(request, name)} | _choices(request))


@xframe_options_sameorigin
@_development_only
def email_html(request: HttpRequest, *, name: str) -> HttpResponse:
    """Its HTML, as a mail program in the asked scheme shows it."""
    return _framed(previews.in_scheme(_preview(request, name).html, _scheme(request)))


def _framed(html: str) -> HttpResponse:
    """A page of its own. Its main part is the mail, as a mail program has it; a mail itself must not say so."""
    html = html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(_BODY.sub(r"\1<main>\2</main>\3", html, count=1))
    response["Content-Security-Policy"] = _MAIL_POLICY
    return response


def _preview(request: HttpRequest, name: str) -> previews.Preview:
    found = previews.preview(name, _language(request))
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest) -> str:
    return languages.chosen(request.GET.get("language", ""))


def _scheme(request: HttpRequest) -> str:
    asked = request.GET.get("scheme", "")
    return asked if asked in previews.SCHEMES else previews.SCHEMES[0]


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What may be chosen, and what is."""
    codes = [code for code in (*dict(settings.LANGUAGES), *pseudo.PSEUDO) if languages.known(code)]
    return {
        "schemes": previews.SCHEMES,
        "scheme": _scheme(request),
        "languages": codes,
        "language": _language(request) or settings.LANGUAGE_CODE,
    }


def _mail(name: str) -> mailbox.StoredMail:
    mail = mailbox.read(name)
    if mail is None:
        raise Http404
    return mail
