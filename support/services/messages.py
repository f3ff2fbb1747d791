"""The service of messages: numbered in both streams, once per id."""

from django.db.models import Model

from core.contracts import Event
from core.ids import derive
from core.models import User
from core.problems import Refused
from support import commands, events
from support.files import as_rows
from support.models import Change, ChatMessage, SupportTicket
from support.policies import may
from support.services import promises
from support.services.offers import answered
from support.services.tickets import reopened_by_reply
from support.services.work import Outcome, Work, record
from support.workflow import Audience, PromiseKind, PromiseOutcome, Status


def post_message(work: Work, command: commands.PostMessage) -> Outcome:
    """A message in its thread; a repeat of the same message is answered with the event of the first time."""
    known = work.messages.get(command.id)
    if known is not None:
        return _repeated(known, command, work.actor(command))
    author, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(author).post_to(ticket, command.audience):
        raise Refused("not-found" if not may(author).see(ticket) else "forbidden")
    if command.audience == Audience.PUBLIC:
        _require_room(work, command, ticket, author)
    message = _numbered(work, command, ticket, author)
    posted = _posted(message, command)
    rows: list[Model] = [ticket, message, _read_by_author(work, ticket, message, author)]
    caused: list[Event] = [posted]
    if message.is_support and message.audience == Audience.PUBLIC:  # a note answers nobody
        accepted = answered(work, command, ticket, author)
        rows += accepted.rows
        caused += accepted.events
    rows += _silence_broken(work, message)
    rows += _promise(work, command, message, author)
    if not message.is_support and message.audience == Audience.PUBLIC:
        before = ticket.status
        moved = reopened_by_reply(command, ticket)
        if moved:
            caused.append(moved)
            rows.append(_moved_along(command, moved, author, before, ticket.status))
    return Outcome(rows=rows, events=caused)


def _require_room(work: Work, command: commands.PostMessage, ticket: SupportTicket, author: User) -> None:
    """A closed ticket takes no reply; an agent who did not see a colleague's is asked to read it first."""
    if ticket.status == Status.CLOSED:
        raise Refused("closed")
    if author.is_staff and command.seen is not None and work.has_colleagues_reply(command):
        raise Refused("overtaken")


def _repeated(known: ChatMessage, command: commands.PostMessage, author: User) -> Outcome:
    asked = (command.ticket_id, command.actor_id, command.audience, command.body)
    if (known.ticket_id, known.author_id, known.audience, known.body) != asked:
        raise Refused("id-taken")
    known.author = author
    return Outcome(events=[_posted(known, command)], is_repeat=True)


def _numbered(work: Work, command: commands.PostMessage, ticket: SupportTicket, author: User) -> ChatMessage:
    ticket.staff_sequence += 1
    if command.audience == Audience.PUBLIC:
        ticket.public_sequence += 1
    ticket.last_message_at = ticket.updated_at = command.at
    return ChatMessage(
        id=command.id,
        ticket=ticket,
        session=work.live_session(ticket),
        author=author,
        audience=command.audience,
        body=command.body,
        is_support=author.is_staff and ticket.requester_id != author.pk,
        public_sequence=ticket.public_sequence if command.audience == Audience.PUBLIC else None,
        staff_sequence=ticket.staff_sequence,
        source=command.source,
        files=as_rows(command.id, command.files),
        created_at=command.at,
    )


def _posted(message: ChatMessage, command: commands.PostMessage) -> Event:
    return events.caused_by(
        command,
        events.MessagePosted,
        ticket_id=message.ticket_id,
        message_id=message.pk,
        author_id=message.author_id,
        is_support=message.is_support,
        audience=message.audience,
        public_sequence=message.public_sequence,
        staff_sequence=message.staff_sequence,
        source=message.source,
    )


def _read_by_author(work: Work, ticket: SupportTicket, message: ChatMessage, author: User) -> Model:
    place = work.participant(ticket, author)
    place.read_sequence = ticket.last_sequence(staff=author.is_staff)
    place.delivered_sequence = place.read_sequence
    if message.is_support:
        ticket.staff_read_sequence = ticket.staff_sequence
    return place


def _silence_broken(work: Work, message: ChatMessage) -> list[Model]:
    """A word in a chat that was about to end for want of one."""
    session = work.live_session(message.ticket)
    if session is None or session.warned_at is None:
        return []
    session.warned_at = None
    return [session]


def _promise(work: Work, command: commands.PostMessage, message: ChatMessage, author: User) -> list[Model]:
    """Support's first word settles what was promised; a requester's next question is promised a reply again."""
    if message.audience != Audience.PUBLIC:
        return []
    waiting = work.promises.get(message.ticket_id)
    if message.is_support:
        return promises.replied(waiting, command.at)
    if waiting and waiting.outcome == PromiseOutcome.OPEN:
        return []
    return promises.promised(command, work.standing, message.ticket, author, PromiseKind.MESSAGE)


def _moved_along(
    command: commands.PostMessage, moved: Event, author: User, before: str, after: str
) -> Change:
    change = record(command, [moved], user=author, **{"from": before, "to": after})
    change.id, change.kind = derive(command.id, "ChangeStatus"), "ChangeStatus"
    return change
