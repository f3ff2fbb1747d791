"""Unread counts and previews: each side has its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.models import User
from support import selectors
from support.models import SupportTicket
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def numbers(page: Any) -> list[int]:
    return [ticket.number for ticket in page.items]


class TestUnread:
    def test_each_side_counts_what_it_has_not_seen(self, desk: Desk, amira: User, ben: User) -> None:
        ticket = desk.ask(amira)
        desk.say(amira, ticket, "Any news?")
        desk.say(amira, ticket, "Please.")
        assert self.of(amira, ticket) == 0
        assert self.of(ben, ticket) == 2

        desk.say(ben, ticket, "Looking.")
        desk.say(ben, ticket, "Her logbook is odd.", audience="staff")
        assert self.of(amira, ticket) == 1
        assert self.of(ben, ticket) == 0

        desk.read(amira, ticket, 3)
        assert self.of(amira, ticket) == 0

    def of(self, user: User, ticket: SupportTicket) -> int:
        found: Any = selectors.ticket_for(user, ticket.pk)
        return int(found.unread_count)

    def test_a_ticket_nobody_on_staff_has_opened_is_new(self, desk: Desk, amira: User, ben: User) -> None:
        ticket = desk.ask(amira)
        before: Any = selectors.ticket_for(ben, ticket.pk)
        desk.read(ben, ticket, 0)
        after: Any = selectors.ticket_for(ben, ticket.pk)

        assert (before.is_new, after.is_new) == (True, False)

    def test_the_badge_adds_up_a_requesters_tickets(self, desk: Desk, amira: User, ben: User) -> None:
        one, two = desk.ask(amira), desk.ask(amira)
        desk.say(ben, one, "1")
        desk.say(ben, one, "2")
        desk.say(ben, two, "3")

        assert selectors.unread_total(amira) == 3
        assert selectors.unread_by_ticket(amira) == {str(one.pk): 2, str(two.pk): 1}

    def test_an_agents_badge_leaves_out_colleagues_and_finished_tickets(
        self, desk: Desk, amira: User, ben: User, chen: User
    ) -> None:
        free, own, chens, done = (desk.ask(amira) for _ in range(4))
        for ticket in (free, own, chens, done):
            desk.say(amira, ticket, "Any news?")
        desk.give(ben, own, ben)
        desk.give(ben, chens, chen)
        desk.move(ben, done, "CLOSED")

        assert selectors.unread_by_ticket(ben) == {str(free.pk): 1, str(own.pk): 1}
        assert selectors.unread_total(ben) == 2


class TestPreview:
    def test_a_requester_reads_the_last_public_message_staff_the_last_of_all(
        self, desk: Desk, amira: User, ben: User
    ) -> None:
        ticket = desk.ask(amira)
        desk.say(ben, ticket, "Looking.")
        desk.say(ben, ticket, "Her logbook is odd.", audience="staff")
        hers: Any = selectors.ticket_for(amira, ticket.pk)
        his: Any = selectors.ticket_for(ben, ticket.pk)

        assert (hers.last_message_preview, hers.last_message_author_id) == ("Looking.", ben.pk)
        assert (his.last_message_preview, his.last_message_audience) == ("Her logbook is odd.", "staff")

    def test_a_long_message_is_cut_and_none_is_empty(self, desk: Desk, amira: User) -> None:
        long, none = desk.ask(amira), desk.ask(amira)
        desk.say(amira, long, "x" * 500)
        found: Any = {ticket.pk: ticket for ticket in selectors.requester_tickets(amira).items}

        assert found[long.pk].last_message_preview == "x" * 160
        assert (found[none.pk].last_message_preview, found[none.pk].last_message_author_id) == ("", None)
