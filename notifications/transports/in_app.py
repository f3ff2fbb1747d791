"""The in-app transport: a frame to every open page of the person. The row itself is what stands behind the bell.

A frame is at most once by nature; whoever has no page open finds the notice in the list. So is what is old: a toast
about this morning helps nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import redis
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import languages, layer
from core.layer import GroupFrame
from core.models import User
from notifications.in_app import actor_of, in_app
from notifications.models import IN_APP, Delivery, Preference, Reason
from notifications.person import Person
from notifications.quiet import quiet_until
from notifications.transports.base import QUICK, Outcome, Send, permanent, sent, transient
from support import frames, groups
from support.models import SupportTicket

NEWS_FOR: Final = timedelta(minutes=10)


class InAppTransport:
    """Toasts and the bell of open pages."""

    name = IN_APP
    label = _("In the app")
    task = QUICK
    claims = 10

    def no_way_to(self, person: Person) -> Reason | None:
        """A bare address has no pages of ours, and a guest's have no bell."""
        return None if person.id and not person.is_guest else Reason.NO_ACCOUNT

    def address_of(self, _person: Person) -> str:
        """Their pages find themselves."""
        return ""

    @contextmanager
    def session(self) -> Iterator[Send]:
        """Nothing to open: the connection to Valkey is the process's own."""
        yield self._send

    def _send(self, delivery: Delivery) -> Outcome:
        if delivery.recipient is None or delivery.ticket is None:
            return permanent("nobody, or nothing, to tell of", Reason.GONE)
        if timezone.now() - delivery.created_at > NEWS_FOR:
            return sent()
        try:
            if layer.listened([groups.person(delivery.recipient.id)]):
                layer.send([_frame(delivery, delivery.ticket, delivery.recipient)])
        except redis.RedisError as error:
            return transient(type(error).__name__, halt=True)
        return sent()


def _frame(delivery: Delivery, ticket: SupportTicket, reader: User) -> GroupFrame:
    actor_id = actor_of(delivery)
    actor = get_user_model().objects.filter(id=actor_id).first() if actor_id else None
    calls = {"quiet": True} if _wants_quiet(reader) else {}
    with languages.reading(reader.language):
        line = frames.text(in_app(delivery, ticket, reader, actor).frame(ticket.id) | calls)
    return GroupFrame(group=groups.person(reader.id), public=line, staff=line)


def _wants_quiet(reader: User) -> bool:
    """Their quiet hours: the notice is there for whoever looks, and calls nobody."""
    wishes = Preference.objects.filter(user=reader).exclude(quiet_from=None).first()
    if wishes is None:
        return False
    return quiet_until(timezone.now(), reader.timezone, wishes.quiet_from, wishes.quiet_until) is not None
