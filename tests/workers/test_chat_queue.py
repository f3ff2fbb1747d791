"""Places in the queue, and two agents who accept one chat at once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from core import dispatch, layer, valkey
from core.models import User
from support import chat_commands, groups, selectors
from support.models import Change, SupportTicket
from support.models.sessions import Place
from tests.support.conftest import Desk
from tests.workers.chatting import Clock, chat_at, standing, take
from workers import broadcast

pytestmark = pytest.mark.django_db(transaction=True)


def test_places_are_first_come_first_served_with_the_last_hours_wait(
    chat_clock: Clock, amira: User, dora: User, ben: User, person: Any
) -> None:
    for number in range(3):
        old = chat_at(chat_clock, person(f"old{number}"), number)
        chat_clock.to(number + 100)
        take(ben, chat_commands.AcceptChat, old)
    first, second = chat_at(chat_clock, amira, 200), chat_at(chat_clock, dora, 210)
    assert selectors.places(datetime.now(UTC)) == {first.pk: Place(1, 120), second.pk: Place(2, 120)}
    assert selectors.chat_of(second).place == Place(2, 120)
    take(ben, chat_commands.AcceptChat, first)
    assert selectors.places(datetime.now(UTC)) == {second.pk: Place(1, 120)}
    chat_clock.to(200 + 3600)
    assert selectors.places(datetime.now(UTC)) == {second.pk: Place(1, None)}


def test_places_are_told_to_each_at_most_once_a_second_and_once_more_at_its_end(
    chat_clock: Clock, amira: User, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = chat_at(chat_clock, amira, 0), chat_at(chat_clock, dora, 10)
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(layer, "send", lambda told: sent.extend((f.group, json.loads(f.staff)) for f in told))
    later: list[Any] = []
    monkeypatch.setattr(dispatch, "publish", lambda name, **more: later.append((name, more)))
    valkey.ephemeral().delete("queue:told", "queue:due")
    for _ in range(5):
        broadcast.queue.run(events=[])
    frame = {"type": "queue", "expected_wait": None}
    assert sent == [
        (groups.STAFF, {"type": "queue", "waiting": 2}),
        (groups.chat(first.pk), {**frame, "ticket_id": str(first.pk), "position": 1}),
        (groups.chat(second.pk), {**frame, "ticket_id": str(second.pk), "position": 2}),
    ]
    assert later == [("broadcast.queue", {"events": [], "countdown": 1})]


@pytest.mark.usefixtures("draining")
def test_a_hundred_times_two_agents_accept_at_once_one_wins_and_the_other_hears_who(
    desk: Desk, person: Any, ben: User, chen: User, calling: Any, settings: Any
) -> None:
    settings.WRITES_AT_ONCE = 1000
    callers = {agent.username: calling(agent) for agent in (ben, chen)}
    start = threading.Barrier(2)

    def accept(name: str, ticket: SupportTicket) -> Any:
        start.wait()
        return callers[name].post(f"tickets/{ticket.pk}/chat/accept/", Prefer="wait=10")

    with ThreadPoolExecutor(2) as both:
        for number in range(100):
            ticket = desk.chat(person(f"asker{number}"))
            tries = {name: both.submit(accept, name, ticket) for name in callers}
            answers = {name: attempt.result() for name, attempt in tries.items()}
            winner, loser = sorted(answers, key=lambda name: answers[name].status_code)
            assert (answers[winner].status_code, answers[loser].status_code) == (200, 409)
            assert answers[winner].json()["agent"]["first_name"] == winner.title()
            problem = answers[loser].json()
            assert (problem["code"], problem["error"]) == (
                "taken",
                f"{winner.title()} has taken this chat already.",
            )
            assert standing(ticket) == ("active", winner)
            assert Change.objects.filter(ticket=ticket, kind="AcceptChat").count() == 1
        leaving = [both.submit(leave, start) for _ in callers]
        for left in leaving:
            left.result()


def leave(together: threading.Barrier) -> None:
    """A thread's own connections; both threads at once, so that each closes its own."""
    together.wait()
    connections.close_all()
