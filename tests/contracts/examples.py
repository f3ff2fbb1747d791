"""One example of every contract, each field filled in; `golden/` holds how each looks on the wire.

`python -m tests.contracts.examples` writes the golden file of a kind that has none. It never changes one: a contract
that is in somebody's log or queue must still be understood after an upgrade.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from core.contracts import Contract, encode, kind_of
from support import (
    chat_commands,
    chat_events,
    commands,
    delivery_commands,
    delivery_events,
    events,
    mail_commands,
    mail_events,
)
from support.files import KeptFile

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 3, 10, 10, 24, 5, 123456, tzinfo=UTC)

LATER = AT.replace(hour=14)


def _id(number: int) -> uuid.UUID:
    return uuid.UUID(f"0195f000-0000-7000-8000-{number:012d}")


AMIRA, BEN, CHEN = _id(1), _id(2), _id(3)
TICKET, SESSION, MESSAGE, MAIL = _id(10), _id(11), _id(12), _id(13)
BY_AMIRA: dict[str, Any] = {"id": _id(20), "actor": f"user:{AMIRA}", "at": AT}
BY_BEN: dict[str, Any] = {"id": _id(21), "actor": f"user:{BEN}", "at": AT}
BY_SUPPORT: dict[str, Any] = {"id": _id(22), "actor": "system:support", "at": AT}
BY_MAIL: dict[str, Any] = {"id": _id(23), "actor": "system:mail", "at": AT}
CAUSED: dict[str, Any] = {"id": _id(30), "command_id": _id(20), "actor": f"user:{AMIRA}", "at": AT}
CAUSED_BY_BEN: dict[str, Any] = {"id": _id(31), "command_id": _id(21), "actor": f"user:{BEN}", "at": AT}

FILE = KeptFile(
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    name="week14.png",
    content_type="image/png",
    size=2048,
    is_inline=True,
)

COMMANDS: tuple[Contract, ...] = (
    commands.SendCanary(id=_id(24), actor="system:canary-0", at=AT, shard=0),
    commands.OpenTicket(
        **BY_AMIRA,
        ticket_id=TICKET,
        subject="Logbook export",
        description="Week 14 is missing.\nIt says “0 hours”.",
        priority="HIGH",
        ticket_type="BUG",
        tags=("logbook", "export"),
        current_url="https://app.psychpath.com.au/logbook",
        browser_info="Firefox",
        context_data='{"week":14}',
        files=(FILE,),
    ),
    commands.StartChat(
        **BY_AMIRA,
        ticket_id=TICKET,
        session_id=SESSION,
        subject="Is somebody there?",
        first_message_id=MESSAGE,
    ),
    commands.ChooseTopic(**BY_AMIRA, ticket_id=TICKET, topic="Logbook and hours"),
    chat_commands.OfferChat(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, user_id=BEN, number=2),
    chat_commands.AcceptChat(**BY_BEN, ticket_id=TICKET, session_id=SESSION),
    chat_commands.DeclineChat(**BY_BEN, ticket_id=TICKET, session_id=SESSION),
    chat_commands.ExpireOffer(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, number=2),
    chat_commands.HandOnChat(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, user_id=BEN),
    chat_commands.FlagChat(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, user_id=BEN),
    chat_commands.AnnounceQuiet(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, quiet_since=AT),
    chat_commands.EndQuietChat(**BY_SUPPORT, ticket_id=TICKET, session_id=SESSION, quiet_since=AT),
    commands.EndChat(**BY_BEN, ticket_id=TICKET, session_id=SESSION),
    commands.RateChat(**BY_AMIRA, ticket_id=TICKET, session_id=SESSION, score=4, comment="Quick and kind."),
    commands.SendTranscript(**BY_AMIRA, ticket_id=TICKET, session_id=SESSION),
    commands.PostMessage(
        **BY_BEN,
        ticket_id=TICKET,
        body="Good morning 👋",
        audience="staff",
        source="chat",
        seen=7,
        files=(FILE,),
    ),
    commands.ChangeStatus(
        **BY_BEN, ticket_id=TICKET, status="RESOLVED", expected="IN_PROGRESS", assigned_to=CHEN
    ),
    commands.AssignTicket(**BY_BEN, ticket_id=TICKET, assignee=CHEN),
    commands.ChangePriority(**BY_BEN, ticket_id=TICKET, priority="URGENT"),
    commands.ChangeTags(**BY_BEN, ticket_id=TICKET, tags=("logbook",)),
    commands.MarkRead(**BY_AMIRA, ticket_id=TICKET, sequence=3),
    commands.MarkDelivered(**BY_AMIRA, ticket_id=TICKET, sequence=4),
    commands.SetAvailability(**BY_BEN, availability="online", pinned_until=LATER),
    chat_commands.SetChatCapacity(**BY_BEN, capacity=2),
    commands.ExpirePresence(**BY_SUPPORT, user_id=BEN),
    commands.RestorePresence(**BY_BEN, input_at=AT),
    commands.ObservePresence(**BY_SUPPORT, user_id=BEN, is_present=True, input_at=AT),
    commands.SendAccountMail(
        id=_id(23),
        actor="system:accounts",
        at=AT,
        template="account/email/password_reset_key",
        to="amira@example.com",
        subject="Reset your password",
        text="Open the link.",
        html="<p>Open the link.</p>",
    ),
    mail_commands.ReceiveMail(
        **BY_MAIL,
        digest=FILE.digest,
        size=20480,
        via="imap",
        account="support@imap.example/INBOX",
        uid_validity=1773100800,
        uid=42,
        recipients=("support@psychpath.com.au",),
        is_cut=True,
    ),
    mail_commands.DecideMail(**BY_BEN, mail_id=MAIL, decision="thread"),
    mail_commands.RecordSignal(
        **BY_MAIL,
        state="bounced",
        happened_at=LATER,
        source="postmark",
        message_id="<1@psychpath.com.au>",
        provider_id="883953f4",
        address="amira@example.com",
        cause="550 5.1.1 User unknown",
    ),
    commands.SendGuestLink(id=_id(24), actor="system:guests", at=AT, address="grace@example.com"),
    commands.ClaimTicket(id=_id(50), actor=f"user:{AMIRA}", at=AT, ticket_id=TICKET, guest_id=_id(51)),
    commands.MarkNoticesSeen(**BY_AMIRA, notices=(_id(14),), about=TICKET),
    commands.SetNoticePreferences(
        **BY_AMIRA,
        browser=True,
        sound=True,
        muted=("ticket_update:email",),
        quiet_from="22:00",
        quiet_until="06:30",
    ),
    delivery_commands.MuteNotice(**BY_AMIRA, switch="ticket_reply:email"),
    delivery_commands.HandleDelivery(**BY_BEN, delivery_id=_id(15), action="replay"),
    delivery_commands.StartDeliveryRun(**BY_BEN, action="replay", filter={"state": "failed"}),
    delivery_commands.CancelDeliveryRun(**BY_BEN, run_id=_id(16)),
    delivery_commands.ReleaseBreaker(**BY_BEN, breaker_id="address:amira@psychpath.example"),
    delivery_commands.LiftSuppression(**BY_BEN, address="amira@psychpath.example"),
)

EVENTS: tuple[Contract, ...] = (
    events.TicketOpened(**CAUSED, ticket_id=TICKET, requester_id=AMIRA, number=1042),
    events.MessagePosted(
        **CAUSED_BY_BEN,
        ticket_id=TICKET,
        message_id=MESSAGE,
        author_id=BEN,
        is_support=True,
        audience="public",
        public_sequence=3,
        staff_sequence=4,
        source="web",
    ),
    chat_events.ChatStarted(**CAUSED, ticket_id=TICKET, session_id=SESSION),
    chat_events.ChatOffered(**CAUSED, ticket_id=TICKET, session_id=SESSION, user_id=BEN, number=2),
    chat_events.ChatPassedOn(**CAUSED, ticket_id=TICKET, session_id=SESSION, user_id=BEN, reason="declined"),
    chat_events.ChatFlagged(**CAUSED, ticket_id=TICKET, session_id=SESSION, user_id=BEN, is_flagged=True),
    chat_events.QuietAnnounced(**CAUSED, ticket_id=TICKET, session_id=SESSION),
    chat_events.ChatCapacitySet(**CAUSED_BY_BEN, user_id=BEN),
    events.ChatAccepted(**CAUSED_BY_BEN, ticket_id=TICKET, session_id=SESSION, agent_id=BEN),
    events.ChatEnded(**CAUSED_BY_BEN, ticket_id=TICKET, session_id=SESSION, by="agent", cause="person"),
    events.ChatRated(**CAUSED, ticket_id=TICKET, session_id=SESSION, score=4),
    events.TranscriptRequested(**CAUSED, ticket_id=TICKET, session_id=SESSION),
    events.StatusChanged(**CAUSED_BY_BEN, ticket_id=TICKET, before="OPEN", after="IN_PROGRESS"),
    events.TicketAssigned(**CAUSED_BY_BEN, ticket_id=TICKET, before=BEN, after=CHEN),
    events.PriorityChanged(**CAUSED_BY_BEN, ticket_id=TICKET, before="MEDIUM", after="HIGH"),
    events.TagsChanged(**CAUSED_BY_BEN, ticket_id=TICKET),
    events.ReadMoved(**CAUSED, ticket_id=TICKET, user_id=AMIRA, sequence=3, is_support=False),
    events.DeliveredMoved(**CAUSED, ticket_id=TICKET, user_id=AMIRA, sequence=4, is_support=False),
    events.AvailabilityChanged(
        **CAUSED_BY_BEN, user_id=BEN, before="offline", after="online", is_online=True, reason="active"
    ),
    events.AvailabilityShown(**CAUSED_BY_BEN, user_id=BEN, before="offline", after="online"),
    events.GuestLinkRequested(id=_id(32), command_id=_id(24), actor="system:guests", at=AT, ticket_id=TICKET),
    events.TicketClaimed(**CAUSED, ticket_id=TICKET, guest_id=_id(51), user_id=AMIRA),
    events.AccountMailRequested(**CAUSED, mail_id=MAIL),
    mail_events.MailReceived(**CAUSED, mail_id=MAIL),
    mail_events.MailMoved(**CAUSED, ticket_id=TICKET),
    mail_events.MailFailed(
        **CAUSED, ticket_id=TICKET, delivery_id=_id(14), recipient_id=AMIRA, state="bounced"
    ),
    events.NoticesSeen(**CAUSED, user_id=AMIRA),
    delivery_events.DeliveriesReleased(**CAUSED_BY_BEN),
    delivery_events.DeliveryRunStarted(**CAUSED_BY_BEN, run_id=_id(16)),
)

EXAMPLES: dict[str, Contract] = {kind_of(example): example for example in (*COMMANDS, *EVENTS)}


def golden_path(kind: str) -> Path:
    return GOLDEN / f"{kind}.json"


def readable(example: Contract) -> str:
    """The JSON of a contract, a field a line, in the order of the wire."""
    return msgspec.json.format(encode(example), indent=2).decode() + "\n"


def write_missing() -> Iterable[Path]:
    """Give kinds without a golden file theirs."""
    for kind, example in EXAMPLES.items():
        if not golden_path(kind).exists():
            golden_path(kind).write_text(readable(example), encoding="utf-8")
            yield golden_path(kind)


if __name__ == "__main__":
    for path in write_missing():
        print(path)  # noqa: T201  (its answer to the person who ran it)
