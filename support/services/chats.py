"""Services of live chats: what they are about, ended by a person or by silence, rated, asked for by mail.

A chat begins in `services.tickets.start_chat` and finds its agent in `services.offers`.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop as _

from core.contracts import Event
from core.models import User
from core.problems import Refused
from support import chat_commands, chat_events, commands, events
from support.models import ChatSession, SupportTicket
from support.models.sessions import RATABLE_FOR, EndCause, SessionState
from support.policies import may
from support.services import session_moves
from support.services.work import Outcome, Work, record
from support.validators import MOST_TAGS

TRANSCRIPT_EVERY: Final = timedelta(minutes=10)


def choose_topic(work: Work, command: commands.ChooseTopic) -> Outcome:
    """What a chat is about is its ticket's first tag."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).own(ticket):
        raise Refused("not-found")
    before = list(ticket.tags)
    ticket.tags = list(dict.fromkeys([command.topic, *before]))[:MOST_TAGS]
    changed = events.caused_by(command, events.TagsChanged, ticket_id=ticket.pk)
    change = record(
        command, [changed], user=actor, **{"from": ", ".join(before), "to": ", ".join(ticket.tags)}
    )
    return Outcome(rows=[ticket, change], events=[changed])


def end_chat(work: Work, command: commands.EndChat) -> Outcome:
    """Over, by whoever asks first; the second one finds it done. Who stops waiting leaves their words as a ticket."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).end_chat_of(ticket):
        raise Refused("not-found")
    _same_ticket, session = work.chat(command)
    stops_waiting = session.is_queued and actor.pk == session.requester_id
    cause = EndCause.LEFT if stops_waiting else EndCause.PERSON
    return _ended(command, ticket, session, actor, cause)


def announce_quiet(work: Work, command: chat_commands.AnnounceQuiet) -> Outcome:
    """Once for each silence, unless somebody broke it."""
    ticket, session = work.chat(command)
    if not _silent(session, ticket, command.quiet_since) or session.was_warned_since(command.quiet_since):
        return Outcome()
    session.warned_at = command.at
    told = events.caused_by(command, chat_events.QuietAnnounced, ticket_id=ticket.pk, session_id=session.pk)
    minutes = max(1, round(settings.CHAT_QUIET_NOTICE / 60))
    change = record(command, [told], user=None, minutes=minutes)
    return Outcome(rows=[ticket, session, change], events=[told])


def end_quiet_chat(work: Work, command: chat_commands.EndQuietChat) -> Outcome:
    """Only if nobody wrote meanwhile, and only after the thread was told."""
    ticket, session = work.chat(command)
    if not _silent(session, ticket, command.quiet_since) or not session.was_warned_since(command.quiet_since):
        return Outcome()
    return _ended(command, ticket, session, None, EndCause.QUIET)


def _silent(session: ChatSession, ticket: SupportTicket, since: datetime) -> bool:
    return session.state == SessionState.ACTIVE and session.quiet_since(ticket) == since


def _ended(
    command: commands.EndChat | chat_commands.EndQuietChat,
    ticket: SupportTicket,
    session: ChatSession,
    by: User | None,
    cause: EndCause,
) -> Outcome:
    if not session_moves.end(session, command.at, by=by, cause=cause):
        return Outcome()
    ticket.updated_at = command.at
    ended = chat_ended(command, session, by)
    change = record(command, [ended], user=by, to="ended", cause=cause.value)
    return Outcome(rows=[ticket, session, change], events=[ended])


def chat_ended(
    command: commands.EndChat | chat_commands.EndQuietChat | commands.ChangeStatus,
    session: ChatSession,
    by: User | None,
) -> Event:
    """Says who ended it, as a side."""
    side = "system" if by is None else "requester" if by.pk == session.requester_id else "agent"
    return events.caused_by(
        command,
        events.ChatEnded,
        ticket_id=session.ticket_id,
        session_id=session.pk,
        by=side,
        cause=session.end_cause,
    )


def rate_chat(work: Work, command: commands.RateChat) -> Outcome:
    """The requester's word on an ended chat; a later word replaces it until a new chat begins, seven days at most."""
    actor, session = _own(work, command)
    if session.state != SessionState.ENDED:
        raise Refused("transition", _("You can rate this chat once it has ended."))
    if not _is_ratable(work, session, command):
        raise Refused("closed", _("This chat can’t be rated any more. Thank you all the same."))
    before, session.rating = session.rating, command.score
    session.rating_comment, session.rated_at = command.comment, command.at
    rated = events.caused_by(
        command, events.ChatRated, ticket_id=session.ticket_id, session_id=session.pk, score=command.score
    )
    change = record(command, [rated], user=actor, **{"from": before, "to": command.score})
    return Outcome(rows=[session, change], events=[rated])


def _is_ratable(work: Work, session: ChatSession, command: commands.RateChat) -> bool:
    newer = any(
        other.requester_id == session.requester_id and other.created_at > session.created_at
        for other in work.sessions.values()
    )
    return not newer and session.ended_at is not None and command.at - session.ended_at <= RATABLE_FOR


def send_transcript(work: Work, command: commands.SendTranscript) -> Outcome:
    """Asked for at most once in ten minutes, so that nobody floods an inbox."""
    actor, session = _own(work, command)
    if session.transcript_at and command.at - session.transcript_at < TRANSCRIPT_EVERY:
        wait = session.transcript_at + TRANSCRIPT_EVERY - command.at
        sentence = _("We’ve just sent this transcript. Look in your inbox, or ask again in ten minutes.")
        raise Refused("too-fast", sentence, retry_after=max(1, int(wait.total_seconds())))
    session.transcript_at = command.at
    asked = events.caused_by(
        command, events.TranscriptRequested, ticket_id=session.ticket_id, session_id=session.pk
    )
    return Outcome(rows=[session, record(command, [asked], user=actor)], events=[asked])


def _own(work: Work, command: commands.RateChat | commands.SendTranscript) -> tuple[User, ChatSession]:
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).own(ticket):
        raise Refused("forbidden" if may(actor).see(ticket) else "not-found")
    return actor, work.chat(command)[1]
