"""The mail that lets a guest back in, as a notice.

Pure. It carries nothing that anybody typed, neither name nor subject: the address in a form may be a stranger's, and
nobody shall have words of theirs mailed to somebody by us.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from notifications import wording
from notifications.models import NoticeKind
from notifications.notices import Action, Notice, Reader, where
from support.models import SupportTicket


def guest_link(
    ticket: SupportTicket, reader: Reader, *, others: Sequence[SupportTicket] = (), asked: bool = False
) -> Notice:
    """For a guest: with their first message, or because they `asked`; then `others` begun under the address too."""
    team = _("{brand} Support").format(brand=settings.BRAND_NAME)
    heading = _("Your link back to us") if asked else _("We have your message")
    action = Action(label=_("Open the conversation"), url=where(ticket, reader))
    return Notice(
        kind=NoticeKind.GUEST_LINK,
        template="support/emails/guest_link",
        subject=_("[{reference}] Your conversation with {team}").format(
            reference=ticket.reference, team=team
        ),
        context={
            "reference": ticket.reference,
            "preheader": wording.one_line(f"{heading}: {ticket.reference}"),
            "heading": heading,
            "action": action,
            "days": timedelta(seconds=settings.GUEST_LINK_AGE).days,
            "others": [(_label(other, reader), _to(other, reader)) for other in others],
            "because": _("You get this because somebody gave this address at {team}.").format(team=team),
        },
        actions=(action,),
    )


def _label(ticket: SupportTicket, reader: Reader) -> str:
    return f"{ticket.reference}, {wording.local(ticket.created_at, reader.timezone)}"


def _to(ticket: SupportTicket, reader: Reader) -> str:
    """Under one address there may be several guests, each with links of their own."""
    return where(ticket, replace(reader, guest=ticket.requester))
