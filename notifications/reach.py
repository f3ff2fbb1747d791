"""Reach: what somebody has not switched off, and whether a reply to them leaves as mail too. One query each.

Called by the delivery of a row (services.deliver) and, through templatetags.reach, by the desk's composer. It reads
the same switches for both, so that the desk promises nothing that the delivery then withholds.
"""

from core.models import User
from notifications.models import EMAIL, NoticeKind, Preference
from notifications.rules import switch


def wants(person: User, notice: str, transport: str) -> bool:
    """Whether this switch of theirs is on; all are until somebody says otherwise."""
    off = Preference.objects.filter(user=person, muted__contains=[switch(notice, transport)])
    return not off.exists()


def hears_by_mail(person: User) -> bool:
    """Whether support's reply is mailed to them, unless they read it first."""
    return person.is_active and bool(person.mail_address) and wants(person, NoticeKind.TICKET_REPLY, EMAIL)
