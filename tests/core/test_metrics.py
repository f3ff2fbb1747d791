"""Metrics: what any web process says of the whole system, in Prometheus' own format; what is away says nothing."""

import time
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core import dispatch, measures, valkey
from core.command_log import key
from core.hops import ask_all
from core.measures import Tally
from core.metrics import STEPS
from core.models import User
from core.queues import PROMISES
from notifications.models import Delivery
from support.models import SupportTicket
from tests.support.conftest import Desk, calling, desk, draining

__all__ = ["calling", "desk", "draining"]
pytestmark = pytest.mark.django_db
AWAY = "unix:///nonexistent/valkey.sock"
Samples = dict[tuple[str, str], float]


def read(client: Client) -> Samples:
    """Every sample by its name and its labels' values; a name twice would be an error of the parser's."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.content.decode()))
    assert len({family.name for family in families}) == len(families)
    found: Samples = {}
    for sample in (sample for family in families for sample in family.samples):
        place = sample.name, ",".join(sample.labels.values())
        assert place not in found
        found[place] = sample.value
    return found


def family(samples: Samples, name: str) -> dict[str, float]:
    return {labels: value for (each, labels), value in samples.items() if each == name}


def test_every_hop_is_up_and_nothing_waits(client: Client) -> None:
    samples = read(client)

    assert family(samples, "support_up") == {hop.name: 1.0 for hop in ask_all()}
    assert family(samples, "support_command_log_length") == {"0": 0.0}
    assert family(samples, "support_queue_length") == {promise.name: 0.0 for promise in PROMISES}
    assert family(samples, "support_queue_oldest_seconds") == {promise.name: 0.0 for promise in PROMISES}
    assert family(samples, "support_connections") == {"": 0.0}
    assert family(samples, "support_beat_drift_seconds") == {}


def test_depths_and_ages(client: Client) -> None:
    valkey.durable().xadd(key(0), {"i": "x"}, id="1-1")
    valkey.ephemeral().lpush("email", b"no task of ours")
    valkey.ephemeral().hset("unacked", "tag", "x")
    began = time.time() - 0.01  # the header's milliseconds
    dispatch.publish("unread.refresh", events=[])
    dispatch.publish("unread.refresh", events=[])
    samples = read(client)

    assert samples["support_up", "drains"] == 0.0
    assert samples["support_command_log_length", "0"] == 1.0
    assert samples["support_command_log_oldest_seconds", "0"] > 1e9
    assert (samples["support_queue_length", "email"], samples["support_queue_length", "unread"]) == (1, 2)
    assert samples["support_queue_oldest_seconds", "email"] == 0.0
    assert 0.0 < samples["support_queue_oldest_seconds", "unread"] <= time.time() - began
    assert samples["support_tasks_unacknowledged", "valkey"] == 1.0


def test_what_two_processes_counted_is_one_histogram(client: Client) -> None:
    for process, took in ((Tally(), [0.02, 0.3]), (Tally(), [0.2])):
        process.note(measures.SEEN, took)
        process.write()
    samples = read(client)

    buckets = family(samples, "support_accept_to_seen_seconds_bucket")
    assert (buckets["0.02"], buckets["0.25"], buckets["0.35"], buckets["+Inf"]) == (1.0, 2.0, 3.0, 3.0)
    assert samples["support_accept_to_seen_seconds_count", ""] == 3.0
    assert samples["support_accept_to_seen_seconds_sum", ""] == pytest.approx(0.52)
    for name, _text in STEPS.values():
        assert (f"{name}_bucket", "+Inf") in samples


def test_levels_of_processes(client: Client) -> None:
    web, beat = Tally(), Tally()
    web.say(measures.SOCKETS, 12)
    beat.say(measures.BEAT_DRIFT, 0.25)
    web.write()
    beat.write()
    samples = read(client)

    assert samples["support_connections", ""] == 12.0
    assert samples["support_beat_drift_seconds", ""] == 0.25


def test_what_the_domain_adds(client: Client, desk: Desk, amira: User, ben: User) -> None:
    """Ben is told of the ticket by mail, which waits, and behind the bell; both have been due since March."""
    ticket: SupportTicket = desk.ask(amira)
    waiting = Delivery.objects.filter(ticket=ticket, transport="email", state="planned").count()
    samples = read(client)

    assert waiting > 0
    assert samples["support_deliveries", "planned,email"] == waiting
    assert samples["support_deliveries", "failed,email"] == 0.0
    assert samples["support_delivery_oldest_due_seconds", "email"] > 3600
    assert set(family(samples, "support_agents")) == {"online", "away", "offline"}
    assert family(samples, "support_chats") == {"waiting": 0.0, "offered": 0.0, "active": 0.0}


def test_a_hop_that_is_away_is_zero_and_has_no_depth(client: Client, settings: Any) -> None:
    settings.COMMAND_LOG_URL = settings.REDIS_URL = AWAY
    samples = read(client)

    assert family(samples, "support_up") == {"database": 1.0, "command log": 0.0, "ephemeral valkey": 0.0}
    assert not [
        name for name, _ in samples if "length" in name or "accept" in name or "oldest_seconds" in name
    ]
    assert family(samples, "support_deliveries")
