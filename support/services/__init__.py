"""The only code that writes the domain; importable by workers only.

One service per command, of its name in snake case: `service(work, command) -> Outcome`. It works on loaded objects
inside the drain's transaction and returns rows and events; it commits nothing and enqueues nothing.
"""

from collections.abc import Callable
from typing import Any

from core.contracts import Command, Event, decode
from core.problems import Refused
from support import chat_commands, commands
from support.services.agents import (
    expire_presence,
    observe_presence,
    restore_presence,
    set_availability,
    set_chat_capacity,
)
from support.services.canaries import send_canary
from support.services.chats import (
    announce_quiet,
    choose_topic,
    end_chat,
    end_quiet_chat,
    rate_chat,
    send_transcript,
)
from support.services.cursors import mark_delivered, mark_read
from support.services.guests import claim_ticket, send_guest_link
from support.services.messages import post_message
from support.services.offers import (
    accept_chat,
    decline_chat,
    expire_offer,
    flag_chat,
    hand_on_chat,
    offer_chat,
)
from support.services.tickets import (
    assign_ticket,
    change_priority,
    change_status,
    change_tags,
    open_ticket,
    start_chat,
)
from support.services.work import Outcome, Work

Service = Callable[[Work, Any], Outcome]

SERVICES: dict[type[Command], Service] = {
    commands.OpenTicket: open_ticket,
    commands.StartChat: start_chat,
    commands.ChooseTopic: choose_topic,
    chat_commands.OfferChat: offer_chat,
    chat_commands.AcceptChat: accept_chat,
    chat_commands.DeclineChat: decline_chat,
    chat_commands.ExpireOffer: expire_offer,
    chat_commands.HandOnChat: hand_on_chat,
    chat_commands.FlagChat: flag_chat,
    chat_commands.AnnounceQuiet: announce_quiet,
    commands.EndChat: end_chat,
    chat_commands.EndQuietChat: end_quiet_chat,
    commands.RateChat: rate_chat,
    commands.SendTranscript: send_transcript,
    commands.PostMessage: post_message,
    commands.ChangeStatus: change_status,
    commands.AssignTicket: assign_ticket,
    commands.ChangePriority: change_priority,
    commands.ChangeTags: change_tags,
    commands.MarkRead: mark_read,
    commands.MarkDelivered: mark_delivered,
    commands.SetAvailability: set_availability,
    chat_commands.SetChatCapacity: set_chat_capacity,
    commands.ExpirePresence: expire_presence,
    commands.RestorePresence: restore_presence,
    commands.ObservePresence: observe_presence,
    commands.SendGuestLink: send_guest_link,
    commands.ClaimTicket: claim_ticket,
    commands.SendCanary: send_canary,
}


def recorded(work: Work, command: Command) -> Outcome | None:
    """What a repeated command caused the first time; None when it is new. Raises Refused id-taken on a clash."""
    change = work.changes.get(command.id)
    if change is None:
        return None
    if change.fingerprint != command.fingerprint():
        raise Refused("id-taken")
    events = [decode(event) for event in change.events]
    return Outcome(events=[event for event in events if isinstance(event, Event)], is_repeat=True)


def apply(work: Work, command: Command) -> Outcome:
    """Run a command's service once: a repeat returns the recorded events. Raises Refused."""
    outcome = recorded(work, command) or SERVICES[type(command)](work, command)
    work.keep(outcome)
    return outcome
