"""Reach: what somebody has not switched off, and whether a reply to them leaves as mail too. One query at most.

Called by the delivery of a row (services.deliver) and, through templatetags.reach, by the desk's composer. It reads
the same switches for both, so that the desk promises nothing that the delivery then withholds.
"""

from core.models import User
from notifications.models import EMAIL, NoticeKind, Preference
from notifications.rules import switch


def wants(wishes: Preference | None, notice: str, transport: str) -> bool:
    """Whether this switch is on; all are until somebody says otherwise."""
    return wishes is None or switch(notice, transport) not in wishes.muted


def hears_by_mail(person: User) -> bool:
    """Whether support's reply is mailed to them, unless they read it first."""
    if not person.is_active or not person.mail_address:
        return False
    return wants(Preference.objects.filter(user=person).first(), NoticeKind.TICKET_REPLY, EMAIL)
