"""What is late, on every page and for open ones: what is delayed, since when, and that nothing is lost."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from core import canaries, delays, valkey
from core.models import User

pytestmark = pytest.mark.django_db
SINCE = 1_773_098_640.0  # Tuesday 10 March 2026, 10:24 am in Melbourne
WORDS = {
    "log:0": "Messages and tickets are taking longer than usual, since 10:24 am."
    " What you send is kept safely and shows up by itself. Nothing is lost.",
    "broadcast": "Updates are slower than usual, since 10:24 am."
    " Sending still works, and this page catches up by itself. Nothing is lost.",
    "email": "Emails are going out late, since 10:24 am."
    " Replies are here as usual, and every email will be sent. Nothing is lost.",
}
BANNER = re.compile(
    r'<div class="banner banner-flush delays"(?P<facts>[^>]*)>.*?<p>(?P<words>.*?)</p>(?:<a [^>]*>[^<]*</a>)?</div>',
    re.DOTALL,
)


@pytest.fixture(autouse=True)
def at_ten_thirty() -> Any:
    with time_machine.travel(SINCE + 360):
        yield


def banners(client: Client, path: str) -> list[tuple[bool, str]]:
    """Each place on the page: whether it is hidden, and what it says."""
    page = client.get(path).content.decode()
    return [
        (" hidden" in found["facts"], re.sub(r"<[^>]+>", "", found["words"]).strip())
        for found in BANNER.finditer(page)
    ]


@pytest.fixture
def at(client: Client, amira: User) -> Client:
    User.objects.update(timezone="Australia/Melbourne")
    client.force_login(amira)
    return client


def test_a_page_says_nothing_while_nothing_is_late(at: Client) -> None:
    assert banners(at, "/support-tickets") == [(True, ""), (True, "")]  # the page's and the floating chat's


@pytest.mark.parametrize("lane", WORDS)
def test_a_page_says_what_is_late_since_when_and_that_nothing_is_lost(at: Client, lane: str) -> None:
    valkey.ephemeral().hset(canaries.OUT, lane, SINCE)

    assert banners(at, "/support-tickets") == [(False, WORDS[lane])] * 2


def test_when_nothing_can_be_accepted_that_is_what_it_says(
    at: Client, settings: Any, monkeypatch: Any
) -> None:
    settings.COMMAND_LOG_URL = "unix:///nonexistent/valkey.sock"
    monkeypatch.setattr(delays, "SETTLED_SECONDS", -1.0)
    [(is_hidden, words), _] = banners(at, "/support-tickets")

    assert not is_hidden
    assert words == (
        "We can’t take new messages or tickets, since 10:30 am. Keep what you’ve written: we’re on it,"
        " and everything sent before is safe. Nothing is lost."
    )


def test_agents_and_visitors_read_the_same(client: Client, ben: User) -> None:
    valkey.ephemeral().hset(canaries.OUT, "log:0", SINCE)
    visitor = banners(client, "/")
    client.force_login(ben)

    assert [words[:47] for _, words in visitor + banners(client, "/support/")] == [WORDS["log:0"][:47]] * 2


def test_a_reader_of_german_reads_german(at: Client, amira: User) -> None:
    User.objects.filter(pk=amira.pk).update(language="de")
    valkey.ephemeral().hset(canaries.OUT, "email", SINCE)

    assert banners(at, "/support-tickets")[0][1].startswith("E-Mails gehen seit 10:24 Uhr verspätet hinaus.")


def test_what_began_on_another_day_says_which(at: Client) -> None:
    valkey.ephemeral().hset(canaries.OUT, "email", SINCE - 24 * 3600)

    assert "since Monday 9 March at 10:24 am." in banners(at, "/support-tickets")[0][1]


def test_an_open_page_asks_without_saying_who_it_is(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        calm = client.get("/support-delays")
        valkey.ephemeral().hset(canaries.OUT, "email", SINCE)
        delays.forget()
        late = client.get("/support-delays")

    assert calm.json() == {"delay": None}
    assert late.json() == {"delay": {"kind": "mail", "since": SINCE}}
    assert "no-store" in late["Cache-Control"]


def test_it_answers_without_the_ephemeral_valkey(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    monkeypatch.setattr(delays, "SETTLED_SECONDS", -1.0)

    assert client.get("/support-delays").json()["delay"]["kind"] == "live"


def test_many_who_ask_at_once_cost_one_look(client: Client, monkeypatch: Any) -> None:
    looks = []
    monkeypatch.setattr(delays, "_look", lambda: looks.append(1))
    for _ in range(20):
        client.get("/support-delays")

    assert len(looks) == 1
