"""How long it takes, on the page of operations: percentiles, the promise kept or missed in words, and what waits."""

import re
from typing import Any

import pytest
from django.test import Client

from core import dispatch, measures, valkey
from core.command_log import key
from core.histograms import BUCKETS, Histogram, bucket_of
from core.measures import Tally
from core.models import User
from notifications.models import Delivery
from support import operation_times
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
PATH = "/support/operations/times/"


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def text_of(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def count(step: str, *seconds: float) -> None:
    process = Tally()
    process.note(step, seconds)
    process.write()


def seen(*seconds: float) -> Histogram:
    counts = [0] * BUCKETS
    for each in seconds:
        counts[bucket_of(each)] += 1
    return Histogram(counts=counts)


class TestPromise:
    def test_it_is_kept(self) -> None:
        assert operation_times.judge(seen(*[0.05] * 95, *[0.9] * 5))[0] == "kept"

    def test_a_missed_one_is_named_with_what_was_kept_of_it(self) -> None:
        assert operation_times.judge(seen(*[0.05] * 94, *[0.9] * 6)) == (
            "missed",
            [
                "Messages are seen late: in the last five minutes 94.0 % within 250 ms, where 95 % are promised.",
            ],
        )
        assert operation_times.judge(seen(*[0.05] * 98, *[1.2] * 2)) == (
            "missed",
            [
                "Messages are seen late: in the last five minutes 98.0 % within 1 s, where 99 % are promised.",
            ],
        )
        assert len(operation_times.judge(seen(*[1.2] * 20))[1]) == 2

    def test_a_few_are_not_judged(self) -> None:
        assert operation_times.judge(seen(*[3.0] * 19)) == (
            "few",
            ["19 messages were seen in the last five minutes: too few to judge."],
        )
        assert operation_times.judge(seen())[0] == "none"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0 ms"), (0.0253, "25 ms"), (0.9996, "1.0 s"), (1.0, "1 s"), (14.2, "14 s"), (150.0, "2 min")],
)
def test_lengths_in_words(seconds: float, words: str) -> None:
    assert operation_times.in_words(seconds) == words


def test_a_quiet_system(as_admin: Client) -> None:
    page = text_of(as_admin)

    assert "Nobody was shown a message of somebody else’s in the last five minutes." in page
    for step in ("Stored", "Broadcast", "Seen", "Mailed", "Mailed, after it was due"):
        assert f"{step} 0 – – – 0 – – –" in page
    assert "Deliveries that are due 0 –" in page
    assert "There were none." in page


def test_percentiles_of_five_minutes_and_of_the_hour(as_admin: Client) -> None:
    count(measures.SEEN, *[0.09] * 50, *[0.3] * 45, *[0.6] * 5)
    answer = as_admin.get(PATH).content.decode()
    page = text_of(as_admin)

    assert "Seen 100 100 ms 350 ms 700 ms 100 100 ms 350 ms 700 ms" in page
    assert 'class="banner" data-tone="warning" role="status"' in answer
    assert "Messages are seen late: in the last five minutes 50.0 % within 250 ms" in page
    assert "Stored 0 –" in page


def test_what_waits_is_listed_the_oldest_queue_first(as_admin: Client) -> None:
    valkey.ephemeral().lpush("email", b"{}")
    dispatch.publish("unread.refresh", events=[])
    valkey.durable().xadd(key(0), {"i": "x"})
    beat = Tally()
    beat.say(measures.BEAT_DRIFT, 0.25)
    beat.write()
    page = text_of(as_admin)

    assert re.search(
        r"Command log, shard 0 1 \d+ ms Queue unread 1 [\d.]+ m?s Queue email 1 0 ms Deliveries", page
    )
    assert "Beat rang at most 250 ms late within the last minute." in page


def test_deliveries_by_state_and_the_oldest_that_is_due(as_admin: Client, desk: Desk, amira: User) -> None:
    desk.ask(amira)
    due = Delivery.objects.filter(state="planned").count()
    page = text_of(as_admin)

    assert due > 0
    assert f"Planned {due}" in page
    assert re.search(rf"Deliveries that are due {due} \d+ min", page)


def test_while_the_ephemeral_valkey_is_away_the_rest_is_told(as_admin: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    page = text_of(as_admin)

    assert "That is not known while the ephemeral Valkey is away." in page
    assert "Deliveries that are due 0 –" in page


def test_it_follows_by_itself_and_asks_little(
    as_admin: Client, django_assert_max_num_queries: Any, admin: User
) -> None:
    with django_assert_max_num_queries(5):
        part = as_admin.get(PATH).content.decode()

    assert part.lstrip().startswith('<section id="times"')
    assert f'hx-get="{PATH}"' in part
    assert 'id="times"' in as_admin.get("/support/operations/").content.decode()
