"""Services of waiting chats: offered, passed on, accepted, taken over, flagged while their agent is away.

Whoever accepts first has the chat, whether by button or by answering; the second hears who. An offer is made under its
number: two who match at once make one. Agents' rows are locked while they are offered something, so that no two
shards fill one place twice.
"""

from django.utils.translation import gettext_noop as _

from core.contracts import Command, Event
from core.ids import derive
from core.models import User
from core.problems import Refused
from support import chat_commands, chat_events, commands, events
from support.models import ChatSession, SupportTicket
from support.models.sessions import SessionState
from support.policies import may
from support.services import session_moves
from support.services.work import Outcome, Work, record
from support.workflow import Availability


def offer_chat(work: Work, command: chat_commands.OfferChat) -> Outcome:
    """To one agent, if nobody was faster and they still have room; they have 30 s to answer."""
    ticket, session = work.chat(command)
    if session.offers + 1 != command.number or not _has_room(work, command):
        return Outcome()
    agent = work.users[command.user_id]
    if not session_moves.offer(session, agent, command.at):
        return Outcome()
    offered = events.caused_by(
        command,
        chat_events.ChatOffered,
        ticket_id=ticket.pk,
        session_id=session.pk,
        user_id=agent.pk,
        number=session.offers,
    )
    change = record(command, [offered], user=None, to=agent.pk)
    return Outcome(rows=[ticket, session, change], events=[offered])


def _has_room(work: Work, command: chat_commands.OfferChat) -> bool:
    row, agent = work.agents.get(command.user_id), work.users.get(command.user_id)
    if row is None or agent is None or not may(agent).help:
        return False
    here = row.availability == Availability.ONLINE and row.is_present
    return here and work.load_of(command.user_id) < row.capacity


def decline_chat(work: Work, command: chat_commands.DeclineChat) -> Outcome:
    """Whoever it is offered to would rather not; nothing when it is offered to them no more."""
    actor = work.actor(command)
    ticket, session = work.chat(command)
    if not may(actor).help:
        raise Refused("forbidden")
    if session.offered_to_id != actor.pk:
        return Outcome()
    return _passed_on(command, ticket, session, actor, "declined")


def expire_offer(work: Work, command: chat_commands.ExpireOffer) -> Outcome:
    """Nobody answered the offer of this number."""
    ticket, session = work.chat(command)
    if session.state != SessionState.OFFERED or session.offers != command.number:
        return Outcome()
    return _passed_on(command, ticket, session, None, "expired")


def hand_on_chat(work: Work, command: chat_commands.HandOnChat) -> Outcome:
    """An agent is gone: what was offered to them, or waits as theirs, is everybody's again."""
    ticket, session = work.chat(command)
    row = work.agents.get(command.user_id)
    if row is not None and row.is_present:
        return Outcome()
    if session.state == SessionState.OFFERED and session.offered_to_id == command.user_id:
        return _passed_on(command, ticket, session, None, "gone")
    if session.state != SessionState.WAITING or ticket.assigned_to_id != command.user_id:
        return Outcome()
    caused = [
        _assigned(command, ticket, None),
        _passed(command, session, command.user_id, "gone"),
    ]
    change = record(command, caused, user=None, **{"from": command.user_id, "reason": "gone"})
    return Outcome(rows=[ticket, session, change], events=caused)


def _passed_on(
    command: chat_commands.DeclineChat | chat_commands.ExpireOffer | chat_commands.HandOnChat,
    ticket: SupportTicket,
    session: ChatSession,
    actor: User | None,
    reason: str,
) -> Outcome:
    whose = session.offered_to_id
    session_moves.pass_on(session, command.at)
    caused = [_passed(command, session, whose, reason)]
    change = record(command, caused, user=actor, **{"from": whose, "reason": reason})
    return Outcome(rows=[ticket, session, change], events=caused)


def _passed(command: Command, session: ChatSession, whose: object, reason: str) -> Event:
    return events.caused_by(
        command,
        chat_events.ChatPassedOn,
        ticket_id=session.ticket_id,
        session_id=session.pk,
        user_id=whose,
        reason=reason,
    )


def accept_chat(work: Work, command: chat_commands.AcceptChat) -> Outcome:
    """The first one has it, and the ticket; a colleague may go on with a chat whose agent is away."""
    actor = work.actor(command)
    ticket, session = work.chat(command)
    if not may(actor).help:
        raise Refused("not-found" if not may(actor).see(ticket) else "forbidden")
    if session.state == SessionState.ENDED:
        raise Refused("closed", _("This chat has ended already."))
    if session.state == SessionState.ACTIVE and session.agent_id == actor.pk:
        return Outcome()
    before = session.agent
    if not (session_moves.accept(session, actor, command.at) or session_moves.take_over(session, actor)):
        name = before.display_name if before else ""
        raise Refused("taken", _("{name} has taken this chat already."), values={"name": name})
    caused = [_accepted(command, session)]
    if ticket.assigned_to_id != actor.pk:
        caused.append(_assigned(command, ticket, actor))
    change = record(command, caused, user=actor, **{"from": before.pk if before else None, "to": actor.pk})
    return Outcome(rows=[ticket, session, change], events=caused)


def answered(work: Work, command: commands.PostMessage, ticket: SupportTicket, agent: User) -> Outcome:
    """Support's answer accepts a chat that waits, or goes on with one whose agent is away."""
    session = work.live_session(ticket)
    if session is None or session.agent_id == agent.pk:
        return Outcome()
    before = session.agent
    if not (session_moves.accept(session, agent, command.at) or session_moves.take_over(session, agent)):
        return Outcome()
    caused = [_accepted(command, session)]
    if before or ticket.assigned_to_id is None:
        caused.append(_assigned(command, ticket, agent))
    change = record(command, caused, user=agent, **{"from": before.pk if before else None, "to": agent.pk})
    change.id, change.kind = derive(command.id, "AcceptChat"), "AcceptChat"
    return Outcome(rows=[session, change], events=caused)


def _accepted(command: Command, session: ChatSession) -> Event:
    return events.caused_by(
        command,
        events.ChatAccepted,
        ticket_id=session.ticket_id,
        session_id=session.pk,
        agent_id=session.agent_id,
    )


def _assigned(command: Command, ticket: SupportTicket, agent: User | None) -> Event:
    before, ticket.assigned_to, ticket.updated_at = ticket.assigned_to_id, agent, command.at
    return events.caused_by(
        command,
        events.TicketAssigned,
        ticket_id=ticket.pk,
        before=before,
        after=agent.pk if agent else None,
    )


def flag_chat(work: Work, command: chat_commands.FlagChat) -> Outcome:
    """Its agent has no page open any more, or has one again; colleagues see it at the desk."""
    ticket, session = work.chat(command)
    row = work.agents.get(command.user_id)
    gone = row is None or not row.is_present
    if session.state != SessionState.ACTIVE or session.agent_id != command.user_id:
        return Outcome()
    if gone == (session.unattended_since is not None):
        return Outcome()
    session.unattended_since = command.at if gone else None
    flagged = events.caused_by(
        command,
        chat_events.ChatFlagged,
        ticket_id=ticket.pk,
        session_id=session.pk,
        user_id=command.user_id,
        is_flagged=gone,
    )
    change = record(command, [flagged], user=None, to="unattended" if gone else "attended")
    return Outcome(rows=[ticket, session, change], events=[flagged])
