"""A drain that has emptied its shard listens: what is said next is taken without a task, and nothing left unheard."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from core import command_log, dispatch, listening, valkey
from core.models import User
from support.models import ChatMessage, SupportTicket
from tests.system.waiting import until
from tests.workers.test_drain import accept, saying, ticket
from workers.persistence import drain

__all__ = ["ticket"]
pytestmark = pytest.mark.django_db(transaction=True)
Listening = Callable[..., threading.Thread]


@pytest.fixture
def begin() -> Iterator[Listening]:
    """Has a drain listen in a thread of its own."""
    threads = []

    def run(shard: int) -> None:
        drain(shard, listens=True)
        connection.close()

    def start(shard: int = 0) -> threading.Thread:
        threads.append(threading.Thread(target=run, args=(shard,)))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slower than a twentieth of a second."""
    monkeypatch.setattr(listening, "STAY_SECONDS", 1.0)
    monkeypatch.setattr(listening, "_WORD_MILLISECONDS", 20_000)


def is_heard(shard: int = 0) -> bool:
    return bool(valkey.durable().exists(listening.key(shard)))


def test_what_is_said_while_a_drain_listens_is_stored_and_the_append_hears_that_it_need_not_ring(
    begin: Listening, patient: None, ticket: SupportTicket, amira: User
) -> None:
    accept(saying(amira, ticket.pk, "one"))
    begin()
    until(is_heard, what="the drain says that it listens")

    appended = command_log.append([saying(amira, ticket.pk, "two")])

    assert (appended.was_empty, appended.is_heard) == (True, True)
    until(lambda: ChatMessage.objects.count() == 2, what="both are stored")


def test_a_drain_that_hears_nothing_takes_its_word_back(
    begin: Listening, patient: None, ticket: SupportTicket, amira: User
) -> None:
    accept(saying(amira, ticket.pk, "one"))
    begin().join()

    assert not is_heard()
    assert not command_log.append([saying(amira, ticket.pk, "two")]).is_heard


@pytest.mark.parametrize("shards", [1, 2])
def test_a_doorbell_for_what_is_drained_already_does_not_end_the_listening(
    begin: Listening, patient: None, ticket: SupportTicket, amira: User, settings: Any, shards: int
) -> None:
    """A conversation would ring for each of its messages from then on, since each would find nobody listening."""
    settings.COMMAND_LOG_SHARDS = shards
    shard = command_log.shard_of(str(ticket.pk))
    dispatch.publish("persistence.drain", shard=shard)
    accept(saying(amira, ticket.pk, "one"))
    begin(shard)

    until(lambda: is_heard(shard), what="the drain says that it listens")


@pytest.fixture
def others(settings: Any, ticket: SupportTicket) -> Callable[[], None]:
    """Of two shards the ticket has one; called, something waits in the other, and its doorbell rings."""
    settings.COMMAND_LOG_SHARDS = 2

    def fill() -> None:
        shard = 1 - command_log.shard_of(str(ticket.pk))
        valkey.durable().xadd(command_log.key(shard), {"i": "-", "c": b"{}", "r": ""})
        dispatch.publish("persistence.drain", shard=shard)

    return fill


def test_a_drain_does_not_listen_while_something_waits_in_another_shard(
    begin: Listening, patient: None, others: Callable[[], None], ticket: SupportTicket, amira: User
) -> None:
    shard = command_log.shard_of(str(ticket.pk))
    others()
    accept(saying(amira, ticket.pk, "one"))
    begin(shard).join()

    assert ChatMessage.objects.count() == 1
    assert not is_heard(shard)


def test_a_drain_that_will_not_listen_takes_back_what_it_said_with_the_batch_before(
    begin: Listening, patient: None, others: Callable[[], None], ticket: SupportTicket, amira: User
) -> None:
    """Something came to another shard meanwhile: the drain leaves for it, and nobody's word stands behind it."""
    shard = command_log.shard_of(str(ticket.pk))
    accept(saying(amira, ticket.pk, "one"))
    thread = begin(shard)
    until(lambda: is_heard(shard), what="the drain says that it listens")
    others()
    accept(saying(amira, ticket.pk, "two"))
    thread.join()

    assert ChatMessage.objects.count() == 2
    assert not is_heard(shard)


def test_a_drain_that_finds_nothing_leaves_no_word_behind(begin: Listening, patient: None) -> None:
    """One that died while it listened said it."""
    valkey.durable().set(listening.key(0), 1, px=20_000)
    begin().join()

    assert not is_heard()


def test_a_doorbell_for_what_is_drained_already_asks_the_database_nothing(
    ticket: SupportTicket, amira: User, django_assert_num_queries: Any
) -> None:
    """Of requests that come together each rings, and the first drains them all."""
    accept(saying(amira, ticket.pk, "one"), saying(amira, ticket.pk, "two"))
    assert drain(0, listens=True) == {"PostMessage": 2}

    with django_assert_num_queries(0):
        assert drain(0, listens=True) == {}


def test_what_came_between_the_last_look_and_the_end_of_listening_is_not_left(
    ticket: SupportTicket, amira: User
) -> None:
    """Valkey gave an id out again, as after a power cut: only the length tells."""
    accept(saying(amira, ticket.pk, "one"))

    assert listening.hears_more(command_log.key(0), 0, "9999999999999-0", 0.01)
