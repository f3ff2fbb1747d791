"""Badges: whatever happens, each page ends with the numbers that counting every message by hand gives.

The oracle knows no cursors but those that people moved: a requester has unread what others wrote in public and they
have not read; the team what was written and nobody on staff has read or answered.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import badges, selectors
from support.models import SupportTicket
from support.workflow import ACTIVE
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
STATUSES = ["OPEN", "IN_PROGRESS", "WAITING_USER", "RESOLVED", "CLOSED"]


@dataclass
class Message:
    """As it was written: by whom, and for whom."""

    author: User
    public: bool


@dataclass
class Known:
    """What the oracle knows of a ticket: its messages, and how many of them each side has seen."""

    requester: User
    messages: list[Message] = field(default_factory=list)
    seen_by_requester: int = 0
    seen_by_team: int = 0
    assignee: User | None = None
    status: str = "OPEN"

    def shown_to(self, person: User) -> list[Message]:
        return [message for message in self.messages if message.public or person.is_staff]

    def read(self, person: User, count: int) -> None:
        if person == self.requester and not person.is_staff:
            self.seen_by_requester = max(self.seen_by_requester, count)
        elif person != self.requester:
            self.seen_by_team = max(self.seen_by_team, count)

    def write(self, author: User, public: bool) -> None:
        self.messages.append(Message(author, public))
        if author == self.requester and not author.is_staff:
            self.seen_by_requester = len(self.shown_to(author))
        elif author != self.requester:
            self.seen_by_team = len(self.messages)

    def unread_by(self, person: User) -> int:
        """Of a requester all their tickets count, of an agent the active ones that are theirs or nobody's."""
        if not person.is_staff:
            return len(self.shown_to(person)[self.seen_by_requester :]) if person == self.requester else 0
        is_theirs = self.assignee in {None, person} and self.status in ACTIVE and person != self.requester
        return len(self.messages[self.seen_by_team :]) if is_theirs else 0


class World:
    """Tickets of a requester, of a guest's like and of an agent; what is done is done to both, server and oracle."""

    def __init__(self, desk: Desk, people: list[User], seed: int) -> None:
        self.desk, self.people, self.chance = desk, people, random.Random(seed)
        self.tickets = {person: desk.ask(person) for person in people}
        self.known = {ticket.pk: Known(person) for person, ticket in self.tickets.items()}
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        act = self.chance.choice(
            [self.write, self.write, self.write, self.read, self.read, self.move, self.give]
        )
        ticket = self.chance.choice(list(self.tickets.values()))
        ticket.refresh_from_db()
        act(ticket, self.known[ticket.pk])
        self.done[act.__name__] += 1

    def write(self, ticket: SupportTicket, known: Known) -> None:
        author = self._somebody(known)
        if known.status == "CLOSED":
            return
        public = not author.is_staff or self.chance.random() < 0.6
        self.desk.say(author, ticket, "words", "public" if public else "staff")
        known.write(author, public)
        known.status = SupportTicket.objects.get(pk=ticket.pk).status

    def read(self, ticket: SupportTicket, known: Known) -> None:
        reader = self._somebody(known)
        count = self.chance.randint(0, len(known.shown_to(reader)))
        self.desk.read(reader, ticket, count)
        known.read(reader, count)

    def move(self, ticket: SupportTicket, known: Known) -> None:
        self.desk.move(self._agent(), ticket, self.chance.choice(STATUSES))
        known.status = SupportTicket.objects.get(pk=ticket.pk).status

    def give(self, ticket: SupportTicket, known: Known) -> None:
        known.assignee = self.chance.choice([None, self._agent()])
        self.desk.give(self._agent(), ticket, known.assignee)

    def _agent(self) -> User:
        return self.chance.choice([person for person in self.people if person.is_staff])

    def _somebody(self, known: Known) -> User:
        return self.chance.choice([known.requester, self._agent()])

    def expected(self) -> dict[Any, dict[str, int]]:
        return {
            person.pk: {
                str(ticket): count
                for ticket, known in self.known.items()
                if (count := known.unread_by(person))
            }
            for person in self.people
        }


@pytest.mark.parametrize("seed", range(6))
def test_every_badge_is_what_counting_by_hand_gives(
    seed: int, desk: Desk, amira: User, dora: User, ben: User, chen: User
) -> None:
    world = World(desk, [amira, dora, ben, chen], seed)
    for _ in range(40):
        world.step()
        expected = world.expected()
        assert selectors.unread_of(world.people) == expected
    for person in world.people:
        assert selectors.unread_total(person) == sum(expected[person.pk].values())
        rows = selectors.staff_tickets(person) if person.is_staff else selectors.requester_tickets(person)
        items: list[Any] = rows.items
        listed = {str(ticket.pk): ticket.unread_count for ticket in items}
        assert {ticket: listed[ticket] for ticket in expected[person.pk]} == expected[person.pk]
        if not person.is_staff:
            assert sum(listed.values()) == sum(expected[person.pk].values())
    assert len(world.done) == 4


def test_what_many_pages_count_costs_no_more_than_what_one_does(
    desk: Desk,
    person: Callable[..., User],
    amira: User,
    ben: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agents = [ben, *(person(f"agent{number}", is_staff=True) for number in range(20))]
    askers = [amira, *(person(f"asker{number}") for number in range(20))]
    for asker in askers:
        ticket = desk.ask(asker)
        desk.say(asker, ticket, "Any news?")
        desk.give(ben, ticket, agents[-1])
        desk.say(agents[-1], ticket, "Looking.")
    for people in ([amira, ben], [*askers, *agents]):
        with django_assert_num_queries(4):
            found = badges.badges_of(people)
        assert {key: len(texts) for key, texts in found.items()} == {
            each.pk: 2 if each.is_staff else 1 for each in people
        }
    for agent in agents:
        assert selectors.view_counts_of([agent])[agent.pk] == selectors.view_counts(agent)
    counted = {agent.pk: selectors.view_counts(agent) for agent in agents}
    assert selectors.view_counts_of(agents) == counted
    assert counted[agents[-1].pk]["inbox"] == 21


def test_an_agents_own_question_is_no_news_to_them_and_their_reading_none_for_the_team(
    desk: Desk, ben: User, chen: User
) -> None:
    ticket = desk.ask(ben)
    desk.say(ben, ticket, "Who can help me?")
    desk.read(ben, ticket, 1)

    assert selectors.unread_by_ticket(ben) == {}
    assert selectors.unread_by_ticket(chen) == {str(ticket.pk): 1}
    seen: Any = selectors.ticket_for(chen, ticket.pk)
    own: Any = selectors.ticket_for(ben, ticket.pk)
    assert (seen.unread_count, seen.is_new, own.unread_count) == (1, True, 0)
