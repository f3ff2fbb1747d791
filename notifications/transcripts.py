"""The transcript of a live chat, as a notice: who said what and when, in the reader's own time.

Pure: objects in, words out. Called by notifications.emails with the public messages of one chat, and by previews with
an example. An internal note must never get this far; it is left out once more all the same.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from notifications import wording
from notifications.models import NoticeKind
from notifications.notices import Action, Notice, Reader, manage, where
from notifications.rendering import indented
from support.models import ChatMessage, ChatSession, SupportTicket
from support.richtext import to_html
from support.workflow import Audience

# A mail that is longer than a chat of an afternoon is cut off by mail programs: the page has the rest.
MOST: Final = 200


def chat_transcript(
    ticket: SupportTicket, chat: ChatSession, said: Sequence[ChatMessage], reader: Reader
) -> Notice:
    """For the requester, who asked for it."""
    public = [message for message in said if message.audience == Audience.PUBLIC]
    action = Action(label=_("Open the conversation"), url=where(ticket, reader))
    when = wording.local(chat.created_at, reader.timezone)
    return Notice(
        kind=NoticeKind.CHAT_TRANSCRIPT,
        template="support/emails/chat_transcript",
        subject=f"[{ticket.reference}] {ticket.subject}",
        context={
            "ticket_subject": ticket.subject,
            "reference": ticket.reference,
            "action": action,
            "manage": manage(reader),
            "preheader": wording.one_line(_("Your chat with us, {when}.").format(when=when)),
            "when": when,
            "agent": chat.agent.display_name if chat.agent else "",
            "lines": [_line(message, reader) for message in public[-MOST:]],
            "cut": len(public) > MOST,
            "because": _("You get this because you asked for the transcript of your chat."),
        },
        actions=(action,),
    )


def _line(message: ChatMessage, reader: Reader) -> dict[str, Any]:
    support = _("{brand} Support").format(brand=settings.BRAND_NAME)
    name = message.author.display_name if message.author else support
    return {
        "who": _("{name}, {team}").format(name=name, team=support) if message.is_support else name,
        "when": wording.local(message.created_at, reader.timezone),
        "html": to_html(message.body),
        "indented": indented(message.body),
    }
