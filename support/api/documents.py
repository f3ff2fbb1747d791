"""Documents: tickets, messages and outcomes as the API shows them, whole, with exactly the contract's keys and more.

Built from rows that a selector has annotated for their reader. `staff` is the reader's side: it decides which stream
counts, whether notes are seen, and whether an agent's own address is shown.
"""

from typing import Any

from django.utils.translation import gettext

from support.files import file_json
from support.frames import messages_json, moment, person_json
from support.models import SupportTicket
from support.selectors import MessagePage

Document = dict[str, Any]


def created(ticket: SupportTicket) -> Document:
    """The answer to a new ticket."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "reference": ticket.reference,
        "ticket_type": ticket.ticket_type,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "created_at": moment(ticket.created_at),
        "message": gettext("Ticket {reference} created. We’ll reply here and by email.").format(
            reference=ticket.reference
        ),
    }


def item(ticket: Any, *, staff: bool) -> Document:
    """One row of a list."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "reference": ticket.reference,
        "ticket_type": ticket.ticket_type,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "has_unread_messages": ticket.unread_count > 0,
        "unread_count": ticket.unread_count,
        "last_message_at": moment(ticket.last_message_at),
        "last_message_preview": ticket.last_message_preview,
        "assigned_to": person_json(ticket.assigned_to, staff=staff),
        "tags": ticket.tags,
    }


def staff_item(ticket: Any) -> Document:
    """One row of the desk's lists."""
    return item(ticket, staff=True) | {
        "description": ticket.description,
        "user": person_json(ticket.requester, staff=True),
        "session_id": str(ticket.session_id) if ticket.session_id else None,
        "is_new": ticket.is_new,
    }


def detail(ticket: Any, page: MessagePage, *, staff: bool) -> Document:
    """A whole ticket with its newest messages."""
    return item(ticket, staff=staff) | {
        "description": ticket.description,
        "files": [file_json(ticket.pk, file) for file in ticket.files],
        "user": person_json(ticket.requester, staff=staff),
        "resolved_at": moment(ticket.resolved_at),
        "session_id": str(ticket.session_id) if ticket.session_id else None,
        "context_data": ticket.context_data,
        "current_url": ticket.current_url,
        "browser_info": ticket.browser_info,
        "messages": messages_json(page, staff=staff),
        "last_sequence": page.last_sequence,
    }


def changed(ticket: SupportTicket, sentence: str, *, staff: bool) -> Document:
    """What a change of a ticket led to."""
    return {
        "id": str(ticket.pk),
        "status": ticket.status,
        "priority": ticket.priority,
        "tags": ticket.tags,
        "assigned_to": person_json(ticket.assigned_to, staff=staff),
        "message": sentence,
    }
