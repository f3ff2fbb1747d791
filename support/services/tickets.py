"""Services of tickets: opened, moved along the workflow, assigned, prioritised, tagged."""

import uuid

import msgspec
from django.utils.translation import gettext_noop as _

from core.contracts import Event
from core.models import User
from core.problems import Refused
from support import chat_events, commands, events
from support.files import as_rows
from support.models import ChatSession, SupportTicket
from support.models.sessions import EndCause
from support.policies import may
from support.probing import ACTOR as PROBE
from support.probing import number_at
from support.services import promises, session_moves
from support.services.chats import chat_ended
from support.services.work import Outcome, Work, record
from support.workflow import ACTIVE, PromiseKind, Status, allowed


def open_ticket(work: Work, command: commands.OpenTicket) -> Outcome:
    """A new ticket of the actor's."""
    requester = work.actor(command)
    ticket = SupportTicket(
        id=command.ticket_id,
        number=number_at(command.at.timestamp()) if command.actor == PROBE else next(work.numbers),
        requester=requester,
        subject=command.subject,
        description=command.description,
        priority=command.priority,
        ticket_type=command.ticket_type,
        tags=list(command.tags),
        current_url=command.current_url,
        browser_info=command.browser_info,
        context_data=msgspec.json.decode(command.context_data),
        files=as_rows(command.ticket_id, command.files),
        created_at=command.at,
        updated_at=command.at,
    )
    return _opened(work, command, ticket, requester)


def start_chat(work: Work, command: commands.StartChat) -> Outcome:
    """The ticket and session behind a live chat. Every tab names the same ids: the second one finds it done.

    A page that did not hear its last words stored before that chat ended sends them again: they begin no other.
    """
    requester = work.actor(command)
    if command.ticket_id in work.tickets or command.first_message_id in work.messages:
        return Outcome()
    ticket = SupportTicket(
        id=command.ticket_id,
        number=next(work.numbers),
        requester=requester,
        subject=command.subject,
        description="",
        created_at=command.at,
        updated_at=command.at,
    )
    if work.has_live_chat(
        requester
    ):  # begun elsewhere, and joined their account meanwhile: the words are a ticket
        return _opened(work, command, ticket, requester)
    session = ChatSession(id=command.session_id, ticket=ticket, requester=requester, created_at=command.at)
    waits = events.caused_by(command, chat_events.ChatStarted, ticket_id=ticket.pk, session_id=session.pk)
    opened = _opened(work, command, ticket, requester, waits)
    return Outcome(rows=[*opened.rows, session], events=opened.events)


def _opened(
    work: Work,
    command: commands.OpenTicket | commands.StartChat,
    ticket: SupportTicket,
    requester: User,
    *more: Event,
) -> Outcome:
    opened = events.caused_by(
        command, events.TicketOpened, ticket_id=ticket.pk, requester_id=requester.pk, number=ticket.number
    )
    place = work.participant(ticket, requester)
    caused = [opened, *more]
    change = record(command, caused, user=requester, to=ticket.status)
    kind = PromiseKind.CHAT if isinstance(command, commands.StartChat) else PromiseKind.TICKET
    promise = promises.promised(command, work.standing, ticket, requester, kind)
    return Outcome(rows=[ticket, place, change, *promise], events=caused)


def change_status(work: Work, command: commands.ChangeStatus) -> Outcome:
    """Along the workflow, and to another agent in the same step if asked."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    handing_over = command.assigned_to is not None and command.assigned_to != ticket.assigned_to_id
    if not may(actor).change_status_of(ticket) or (handing_over and not may(actor).change(ticket)):
        raise Refused("forbidden")
    if command.expected is not None and command.expected != ticket.status:
        raise Refused(
            "stale",
            _("This ticket’s status is “{status}” by now. Look again, then decide."),
            values={"status": _label(ticket)},
        )
    moving = command.status != ticket.status
    if moving and not allowed(ticket.status, command.status, staff=actor.is_staff):
        raise Refused("transition")
    if not moving and not handing_over:
        raise Refused(
            "transition", _("This ticket’s status is “{status}” already."), values={"status": _label(ticket)}
        )
    before, caused = ticket.status, list[Event]()
    if handing_over:
        caused.append(_give(work, command, ticket, command.assigned_to))
    if moving:
        caused.append(_move(command, ticket, command.status))
    chat = _ended_chat(work, command, ticket, actor)
    caused += [chat_ended(command, session, actor) for session in chat]
    change = record(command, caused, user=actor, **{"from": before, "to": ticket.status})
    over = () if ticket.is_active else promises.withdrawn(work.promises.get(ticket.pk), command.at)
    return Outcome(rows=[ticket, *chat, change, *over], events=caused)


def _label(ticket: SupportTicket) -> str:
    """A word of the catalogue, for the refusal's reader to be told in their language."""
    return str(Status(ticket.status).label)


def _move(command: commands.ChangeStatus | commands.PostMessage, ticket: SupportTicket, after: str) -> Event:
    before, ticket.status, ticket.updated_at = ticket.status, after, command.at
    if after == Status.RESOLVED:
        ticket.resolved_at = command.at
    elif after in ACTIVE:
        ticket.resolved_at = None
    return events.caused_by(command, events.StatusChanged, ticket_id=ticket.pk, before=before, after=after)


def _ended_chat(
    work: Work, command: commands.ChangeStatus, ticket: SupportTicket, actor: User
) -> list[ChatSession]:
    """What is resolved or closed is not chatted about any more."""
    session = work.live_session(ticket)
    if session is None or ticket.status in ACTIVE:
        return []
    return [session] if session_moves.end(session, command.at, by=actor, cause=EndCause.TICKET) else []


def reopened_by_reply(command: commands.PostMessage, ticket: SupportTicket) -> Event | None:
    """A requester who writes is not waited for any more, and has not been helped yet."""
    if ticket.status not in {Status.WAITING_USER, Status.RESOLVED}:
        return None
    return _move(command, ticket, Status.IN_PROGRESS if ticket.assigned_to_id else Status.OPEN)


def assign_ticket(work: Work, command: commands.AssignTicket) -> Outcome:
    """To an agent, or to nobody."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).change(ticket):
        raise Refused("forbidden")
    before = ticket.assigned_to_id
    given = _give(work, command, ticket, command.assignee)
    change = record(command, [given], user=actor, **{"from": before, "to": command.assignee})
    return Outcome(rows=[ticket, change], events=[given])


def _give(
    work: Work,
    command: commands.AssignTicket | commands.ChangeStatus,
    ticket: SupportTicket,
    assignee: uuid.UUID | None,
) -> Event:
    agent = work.users.get(assignee) if assignee else None
    if assignee and (agent is None or not may(agent).help):
        raise Refused("invalid", _("Tickets can only be assigned to an active agent. Choose another."))
    before, ticket.assigned_to, ticket.updated_at = ticket.assigned_to_id, agent, command.at
    return events.caused_by(
        command, events.TicketAssigned, ticket_id=ticket.pk, before=before, after=assignee
    )


def change_priority(work: Work, command: commands.ChangePriority) -> Outcome:
    """How much it presses."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).change(ticket):
        raise Refused("forbidden")
    before, ticket.priority, ticket.updated_at = ticket.priority, command.priority, command.at
    changed = events.caused_by(
        command, events.PriorityChanged, ticket_id=ticket.pk, before=before, after=command.priority
    )
    change = record(command, [changed], user=actor, **{"from": before, "to": command.priority})
    return Outcome(rows=[ticket, change], events=[changed])


def change_tags(work: Work, command: commands.ChangeTags) -> Outcome:
    """Other tags."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).change(ticket):
        raise Refused("forbidden")
    before, ticket.tags, ticket.updated_at = ", ".join(ticket.tags), list(command.tags), command.at
    changed = events.caused_by(command, events.TagsChanged, ticket_id=ticket.pk)
    change = record(command, [changed], user=actor, **{"from": before, "to": ", ".join(ticket.tags)})
    return Outcome(rows=[ticket, change], events=[changed])
