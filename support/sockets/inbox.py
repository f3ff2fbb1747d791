"""/ws/notifications/: what concerns a person on any page - unread counts, own tickets, presence; for staff the desk.

For an agent the open socket is also their presence: it renews their lease every 20 s. Only edges go further, as a
command: the first page after a lapse, the first input after ten minutes without.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import redis
from django.utils.translation import gettext_noop as _

from core.models import User
from core.problems import Refused
from support import groups, intake, presence
from support.availability import Observed
from support.models import SupportUserStatus
from support.sockets import admission, parse, snapshots
from support.sockets.rights import Asked
from support.sockets.socket import Socket
from support.sockets.threads import read
from support.workflow import Availability

logger = logging.getLogger(__name__)
_partings: set[asyncio.Task[None]] = set()


# How the frames begin that say how things stand; `support.badges` makes the same text of the same facts.
_STANDINGS = frozenset({'{"type":"unread"', '{"type":"presence"', '{"type":"counts"', '{"type":"unseen"'})


class NotificationsConsumer(Socket):
    """A person's page, whichever it is."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, str] = {}
        self._told_before: dict[str, str] = {}

    async def open(self) -> None:
        visitor = await self.hub.line.read(admission.visitor, self.scope["headers"])
        self.user = visitor.user
        self.asked = Asked(self.user.pk, visitor.session_key, None)
        desk = [groups.STAFF] if self.user.is_staff else []
        await self.hub.join(self, groups.person(self.user.pk), groups.PRESENCE, *desk)
        for text in await self.hub.line.read(snapshots.inbox, self.user):
            self.push(text)
        # Opening a page is no input: five tabs reconnect by themselves when a server restarts.
        await self._renew(None)

    def expect_badges(self) -> bool:
        self._told_before = dict(self._told)
        return True

    def push(self, text: str) -> None:
        """What the page was told last of each is remembered: a lost or overtaken frame is made good by a beat."""
        kind, _, _ = text.partition(",")
        if kind in _STANDINGS:
            self._told[kind] = text
        super().push(text)

    def beat(self, *, fresh: bool) -> None:
        """What is not as the page was told last. What it was told while that was read is newer."""
        badges, self.badges = self.badges or (), None
        if fresh and self._told == self._told_before:
            for text in badges:
                if text not in self._told_before.values():
                    self.push(text)
        super().beat(fresh=fresh)

    async def answer(self, frame: parse.Frame) -> None:
        if not isinstance(frame, parse.Ping):
            raise Refused("invalid", _("This socket only takes pings. Write on the ticket’s own."))
        self.beat(fresh=True)
        await self._renew(frame.touched)

    def part(self) -> None:
        """An agent's last page here: let the lease lapse soon. A reload, or a page elsewhere, renews it before that."""
        if hasattr(self, "asked") and self.user.is_staff and not self._has_other_pages():
            parting = asyncio.ensure_future(_let_lapse(self.user))
            _partings.add(parting)
            parting.add_done_callback(_partings.discard)

    def _has_other_pages(self) -> bool:
        return any(isinstance(other, NotificationsConsumer) for other in self.hub.others_of(self))

    async def _renew(self, input_age: float | None) -> None:
        if not self.user.is_staff:
            return
        try:
            renewed = await presence.renew_async(self.user.pk, input_age)
            if renewed.began or renewed.woke:
                await read(_restore, self.user, input_age)
        except (redis.RedisError, OSError, Refused) as error:
            # The presence worker compares leases with rows every five seconds and makes good what is missed here.
            logger.warning(
                "presence: a lease was not renewed, or its edge not told (%s)", type(error).__name__
            )


def _restore(user: User, input_age: float | None) -> None:
    """The lease begins again, or idle pages are touched: say so, if the agent wants to be seen and that changes it."""
    now = datetime.now(UTC)
    touched = None if input_age is None else now - timedelta(seconds=input_age)
    row = SupportUserStatus.objects.filter(user=user).exclude(declared=Availability.OFFLINE).first()
    if row and not row.agrees(Observed(is_present=True, input_at=touched), now):
        intake.restore_presence(user, touched)


async def _let_lapse(user: User) -> None:
    try:
        await presence.part_async(user.pk)
    except (redis.RedisError, OSError) as error:
        logger.info("presence: a lease lapses by itself (%s)", type(error).__name__)
