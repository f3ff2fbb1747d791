"""Previews: every mail of the product with its example, as it would leave, in any language and either scheme.

Called by the development pages at /dev/emails/ and by tests. Nothing is stored or sent. Must not be reachable outside
DEBUG; notifications.views sees to that.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives

from core import languages
from core.models import User
from notifications import account_adapter, addresses, emails
from notifications.examples import EXAMPLES
from notifications.models import BY_CALENDAR, Delivery

DARK: Final = "(prefers-color-scheme: dark)"
SCHEMES: Final = ("light", "dark")
_ID: Final = uuid.UUID("0195740a-0000-7000-8000-000000000001")
_TICKET: Final = uuid.UUID("0195740a-1042-7000-8000-000000000001")
_MIA: Final = User(username="mia", first_name="Mia")
_PRIYA: Final = User(username="priya", first_name="Priya", is_staff=True)
# Who a notice is from; the others are from support itself.
_AUTHORS: Final = {
    "new_ticket": _MIA,
    "ticket_reply": _PRIYA,
    "ticket_update": _PRIYA,
    "ticket_assigned": _PRIYA,
}
_WHERE: Final = {
    "ip": "192.0.2.7",
    "user_agent": "Firefox on Windows",
    "timestamp": datetime(2026, 3, 9, 23, 22, tzinfo=UTC),
}
_RESET: Final = "https://psychpath.example/accounts/password/reset/key/example/"
_CONFIRM: Final = "https://psychpath.example/accounts/confirm-email/example/"
_SIGN_UP: Final = "https://psychpath.example/accounts/signup/"
ACCOUNT_MAILS: Final[dict[str, dict[str, Any]]] = {
    "account/email/account_already_exists": {"password_reset_url": _RESET},
    "account/email/email_changed": {"from_email": "mia@old.example", "to_email": "mia@new.example"},
    "account/email/email_confirm": {},
    "account/email/email_confirmation": {"activate_url": _CONFIRM},
    "account/email/email_confirmation_signup": {"activate_url": _CONFIRM},
    "account/email/email_deleted": {"deleted_email": "mia@old.example"},
    "account/email/login_code": {"code": "K7T-2QX"},
    "account/email/password_changed": {},
    "account/email/password_reset": {},
    "account/email/password_reset_code": {"code": "K7T-2QX"},
    "account/email/password_reset_key": {"password_reset_url": _RESET, "username": "mia"},
    "account/email/password_set": {},
    "account/email/unknown_account": {"signup_url": _SIGN_UP},
    "mfa/email/recovery_codes_generated": {},
    "mfa/email/totp_activated": {},
    "mfa/email/totp_deactivated": {},
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One mail as it would leave."""

    name: str
    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: str


def names() -> list[str]:
    """Every mail there is, as its address spells it."""
    return [*EXAMPLES, *(_slug(template) for template in ACCOUNT_MAILS)]


def preview(name: str, language: str = "") -> Preview | None:
    """One of them in this language; None when there is none of that name."""
    if name not in names():
        return None
    with languages.reading(language):
        message = _message(name)
        message.extra_headers["Date"] = "Tue, 10 Mar 2026 10:22:00 +1100"
        headers = [(key, str(value)) for key, value in message.message().items()]
    # A mail's HTML is its only alternative.
    html = str(message.alternatives[0][0])
    return Preview(
        name=name, subject=str(message.subject), headers=headers, text=str(message.body), html=html
    )


def in_scheme(html: str, scheme: str) -> str:
    """The HTML as a reader in this scheme sees it, whatever the machine that previews it prefers."""
    return html.replace(DARK, "all" if scheme == "dark" else "not all")


def _message(name: str) -> EmailMultiAlternatives:
    if name in EXAMPLES:
        about = _TICKET if name not in BY_CALENDAR else None
        delivery = Delivery(id=_ID, ticket_id=about, address="mia@psychpath.example")
        delivery.message_id_header = addresses.message_id(_ID)
        return emails.message_of(delivery, EXAMPLES[name](), _AUTHORS.get(name))
    template = next(template for template in ACCOUNT_MAILS if _slug(template) == name)
    mail = account_adapter.rendered(template, "mia@psychpath.example", ACCOUNT_MAILS[template] | _WHERE)
    delivery = Delivery(id=_ID, address="mia@psychpath.example")
    delivery.message_id_header = addresses.message_id(_ID)
    return emails.compose(delivery, mail, addresses.sender())


def _slug(template: str) -> str:
    return template.replace("/email/", "-")
