"""The ledger's services: plan, claim, deliver, settle. Importable by workers only; the web never writes a delivery.

`apply` runs the commands that are about notifications (SERVICES), as `support.services.apply` runs the others.
"""

from collections.abc import Callable, Sequence
from typing import Any

from core.contracts import Command, Event
from notifications.services.accounts import empty_old, record_account_mail, send_account_mail
from notifications.services.claimed import follow_claims
from notifications.services.deliver import Tally, deliver
from notifications.services.digests import plan_digests
from notifications.services.forgetting import forget_sources
from notifications.services.handling import (
    cancel_delivery_run,
    handle_delivery,
    lift_suppression,
    release_breaker,
    running,
    start_delivery_run,
    step,
)
from notifications.services.ledger import claim, find_due, find_replayed, mark_uncertain, planned_by, settle
from notifications.services.muting import Wishes, ask_wishes
from notifications.services.plan import plan, record, store
from notifications.services.preferences import mute_notice, set_notice_preferences
from notifications.services.probes import forget_probe, probe_mail
from notifications.services.receiving import decide_mail, receive_mail
from notifications.services.seen import mark_notices_seen, see_what_was_read
from notifications.services.signals import forget_signals, record_signal, say_again
from notifications.services.sorting import find_waiting, sort
from notifications.services.suppression import lift, suppress
from notifications.services.tracking import observe
from support import commands, delivery_commands, mail_commands

SERVICES: dict[type[Command], Callable[[Any], Sequence[Event]]] = {
    commands.SendAccountMail: send_account_mail,
    commands.MarkNoticesSeen: mark_notices_seen,
    commands.SetNoticePreferences: set_notice_preferences,
    delivery_commands.MuteNotice: mute_notice,
    delivery_commands.HandleDelivery: handle_delivery,
    delivery_commands.StartDeliveryRun: start_delivery_run,
    delivery_commands.CancelDeliveryRun: cancel_delivery_run,
    delivery_commands.ReleaseBreaker: release_breaker,
    delivery_commands.LiftSuppression: lift_suppression,
    mail_commands.ReceiveMail: receive_mail,
    mail_commands.DecideMail: decide_mail,
    mail_commands.RecordSignal: record_signal,
}


def apply(command: Command) -> Sequence[Event]:
    """Run the service of a command that is about notifications. Raises Refused."""
    return SERVICES[type(command)](command)


__all__ = [
    "SERVICES",
    "Tally",
    "Wishes",
    "apply",
    "ask_wishes",
    "claim",
    "deliver",
    "empty_old",
    "find_due",
    "find_replayed",
    "find_waiting",
    "follow_claims",
    "forget_probe",
    "forget_signals",
    "forget_sources",
    "lift",
    "mark_uncertain",
    "observe",
    "plan",
    "plan_digests",
    "planned_by",
    "probe_mail",
    "record",
    "record_account_mail",
    "running",
    "say_again",
    "see_what_was_read",
    "settle",
    "sort",
    "step",
    "store",
    "suppress",
]
