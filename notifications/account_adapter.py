"""allauth's mails leave like every other: as a command, sent by a worker, seen in the ledger. Who signs in, or confirms
an address, finds there what they asked as a guest.

Chosen by ACCOUNT_ADAPTER. The words come from templates/account/email/; the HTML twin is made from the same words,
so that a mail has one text to keep right. Must not send, log or store what it renders: it holds secrets.
"""

import logging
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core import languages
from core.models import User
from core.problems import Refused
from notifications.notices import Action
from notifications.rendering import Rendered, render_html
from support import intake
from support.guests import joining, sessions
from support.guests.limits import client_of

logger = logging.getLogger(__name__)

# Somebody is waiting for these: when the log takes nothing, they are told to try again. The others only accompany
# what has happened already (signed up, password changed), which must not look as if it had failed.
_ASKED_FOR: Final = frozenset(
    f"account/email/{name}"
    for name in (
        "password_reset_key",
        "password_reset_code",
        "unknown_account",
        "login_code",
        "email_confirmation",
    )
)
# What the button of a mail's link says; a mail without its link here has none.
_LINKS: Final = {
    "password_reset_url": _("Choose a new password"),
    "activate_url": _("Confirm this address"),
    "signup_url": _("Sign up"),
}


SIGNATURE: Final = "--\n"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter, without its own way out for mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render in the account's own language, else in that of the page; hand the result to the workers."""
        language = getattr(context.get("user"), "language", "") or get_language() or ""
        with languages.reading(language):
            mail = rendered(template_prefix, email, context)
        try:
            intake.send_account_mail(
                template=template_prefix, to=email, subject=mail.subject, text=mail.text, html=mail.html
            )
        except Refused as refused:
            if template_prefix in _ASKED_FOR:
                raise
            logger.warning("%s was not accepted (%s)", template_prefix, refused.code)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Whoever signs up with a known address waits as long as with a new one: its password is hashed as well."""
        make_password(get_random_string(16))
        super().send_account_already_exists_mail(email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """allauth hands an address over under two names and checks the password for each: known ones took longer."""
        if credentials.get("username") == credentials.get("email"):
            credentials.pop("email", None)
        return super().authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """For whoever watches the log for guessing; what was typed may be a password in the wrong field."""
        logger.warning("accounts: a sign-in failed from %r", self.get_client_ip(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind a proxy every browser has the proxy's address: one limit for all of them would lock everybody out."""
        return client_of(request)

    def login(self, request: HttpRequest, user: Any) -> None:
        """The browser's session becomes the account's: whose it was is asked before."""
        guest = sessions.guest_of(request)
        super().login(request, user)
        logger.info("accounts: %s signed in from %r", user.actor, self.get_client_ip(request))
        joining.signed_in(request, user, guest)

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """The account's address is proven."""
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            joining.signed_in(request, email_address.user, _guest_beside(request, email_address.user))
        return confirmed


def _guest_beside(request: HttpRequest, user: Any) -> User | None:
    """The guest of this browser, unless somebody else is signed in on it."""
    other = request.user.is_authenticated and request.user.pk != user.pk
    return None if other else sessions.guest_of(request)


def rendered(template_prefix: str, email: str, context: dict[str, Any]) -> Rendered:
    """The mail in the active language; also for previews."""
    known = {"email": email, "brand": settings.BRAND_NAME, "request": request_context.request} | context
    subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", known).split())
    text = render_to_string(f"{template_prefix}_message.txt", known).strip() + "\n"
    return Rendered(subject=subject, text=text, html=_html(subject, text, known))


def _html(subject: str, text: str, known: dict[str, Any]) -> str:
    """The same words with the brand's frame; the link on a line of its own becomes a button as well."""
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
    paragraphs = [
        paragraph for paragraph in paragraphs if not paragraph.startswith(SIGNATURE)
    ]  # the frame signs
    action = next(
        (Action(label=str(label), url=known[name]) for name, label in _LINKS.items() if known.get(name)), None
    )
    return render_html(
        "support/emails/account.html",
        {
            "subject": subject,
            "heading": subject,
            "preheader": paragraphs[0] if paragraphs else subject,
            "paragraphs": paragraphs,
            "action": action,
            "because": gettext("You get this because somebody used this address at {brand} Support.").format(
                brand=settings.BRAND_NAME
            ),
        },
    )
