"""The public status page and its twin: for anybody, cheap, in plain words, and nothing of the inside."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from core import canaries, valkey
from core.models import User
from support.uptime import board
from tests.support.uptime.runs import ran

pytestmark = pytest.mark.django_db
PATH = "/status/"
NOW = datetime(2026, 3, 9, 23, 24, tzinfo=UTC)  # Tuesday 10 March 2026, 10:24 am in Melbourne


@pytest.fixture(autouse=True)
def at_ten_twenty_four() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def text_of(client: Client, path: str = PATH, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<title>.*?</title>", "", main or answer.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace(" .", ".").replace(" :", ":")


def now_of(client: Client, **headers: str) -> str:
    """The one sentence."""
    page = client.get(PATH, headers=headers).content.decode()
    found = re.findall(r'role="status">.*?<p>(.*?)</p></div>', page, re.DOTALL)
    assert len(found) == 1
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0])).strip()


def test_all_works(client: Client) -> None:
    ran(ago(4))
    page = text_of(client)

    assert now_of(client) == "Everything works. Last checked today at 10:20 am."
    assert [page.count(word) for word in ("Works", "Delayed", "There were none.")] == [
        4,
        1,
        1,
    ]  # 3 parts, the key
    assert "The last 24 hours 1 hour without a delay. 23 hours not checked." in page
    assert "The last 90 days 1 day without a delay. 89 days not checked." in page
    assert "Times are those of Australia/Melbourne, exact to five minutes." in page


def test_a_delay_says_which_part_since_when_and_that_nothing_is_lost(client: Client) -> None:
    ran(ago(9), "mail")
    ran(ago(4), "mail")

    assert now_of(client) == (
        "Emails are going out late, since today at 10:15 am."
        " Replies are here as usual, and every email will be sent. Nothing is lost."
    )
    assert "Email Replies and notices reach your mailbox. Delayed since today at 10:15 am" in text_of(client)
    assert "Emails went out late. Since today at 10:15 am" in text_of(client)


def test_who_does_not_know_says_so(client: Client) -> None:
    assert now_of(client) == "We don’t know yet. Nothing has been checked so far."
    board.forget()
    ran(ago(40))
    assert now_of(client) == (
        "We don’t know just now. The last check was today at 9:44 am, and they should be five minutes apart."
    )
    board.forget()
    ran(ago(4), mail="off")
    assert now_of(client) == "Everything that we check works. Last checked today at 10:20 am."


def test_a_delay_that_is_over_has_a_beginning_an_end_and_a_length(client: Client) -> None:
    ran(ago(26 * 60), "store")
    ran(ago(26 * 60 - 14))
    ran(ago(3))

    assert "Messages and tickets took longer than usual. Yesterday, 8:24 am to 8:38 am: 14 min" in text_of(
        client
    )
    assert "1 day with a delay." in text_of(client)


def test_times_are_the_readers(client: Client, amira: User) -> None:
    ran(ago(4))
    path = f"{PATH}?part=board&zone=Europe/Berlin"
    assert "Last checked today at 12:20 am." in text_of(client, path)
    assert "<html" not in client.get(path).content.decode()
    for nonsense in ("Atlantis/Centre", "../../etc", "%00", ""):
        assert "Last checked today at 10:20 am." in text_of(client, f"{PATH}?zone={nonsense}")
    User.objects.update(timezone="Australia/Perth", language="de")
    client.force_login(amira)
    assert now_of(client) == "Alles funktioniert. Zuletzt geprüft heute um 07:20 Uhr."


def test_a_visitor_costs_one_query_in_half_a_minute_and_any_cache_may_answer(
    client: Client, django_assert_num_queries: Any
) -> None:
    ran(ago(4))
    with django_assert_num_queries(1):
        first = client.get(PATH)
    with django_assert_num_queries(0):
        for _ in range(5):
            client.get(PATH)
        machine = client.get("/status.json")

    assert [one["Cache-Control"] for one in (first, machine)] == ["public, max-age=15"] * 2
    assert first.cookies == {}


def test_somebody_with_an_account_costs_what_any_page_costs_and_no_cache_keeps_it(
    client: Client, amira: User, django_assert_num_queries: Any
) -> None:
    board.board()
    client.force_login(amira)
    with django_assert_num_queries(4):  # the session, the person, what they have not read, the bell
        answer = client.get(PATH)
    assert answer["Cache-Control"] == "private, no-store"


def test_machines_read_the_same(client: Client) -> None:
    first = ran(ago(30), "store")
    ended = ran(ago(15))
    ran(ago(9), "mail", "late")
    last = ran(ago(4), "mail")

    assert client.get("/status.json").json() == {
        "state": "delayed",
        "since": f"{ago(9):%Y-%m-%dT%H:%M:%SZ}",
        "checked_at": f"{last.began_at:%Y-%m-%dT%H:%M:%SZ}",
        "parts": [
            {"name": "tickets", "state": "works", "since": None},
            {"name": "chat", "state": "works", "since": None},
            {"name": "email", "state": "delayed", "since": f"{ago(9):%Y-%m-%dT%H:%M:%SZ}"},
        ],
        "delays": [
            {
                "kinds": ["mail"],
                "began_at": f"{ago(9):%Y-%m-%dT%H:%M:%SZ}",
                "ended_at": None,
                "seconds": None,
            },
            {
                "kinds": ["storing"],
                "began_at": f"{first.began_at:%Y-%m-%dT%H:%M:%SZ}",
                "ended_at": f"{ended.began_at:%Y-%m-%dT%H:%M:%SZ}",
                "seconds": 900,
            },
        ],
    }


def test_nothing_of_the_inside_is_told(client: Client, admin: User, settings: Any) -> None:
    settings.PROBE_EMAIL = "probe-mailbox@example.com"
    run = ran(ago(4), "announce")
    run.asked_by = admin
    run.save(update_fields=["asked_by"])
    valkey.ephemeral().hset(canaries.OUT, "broadcast", 1.0)
    told = client.get(PATH).content.decode() + client.get("/status.json").content.decode()

    inside = (
        str(run.pk),
        str(admin.pk),
        "admin@",
        "probe-mailbox",
        "announce",
        "broadcast",
        "Valkey",
        "drain",
        "PP-2",
    )
    assert [word for word in inside if word in told] == []


def test_many_delays_are_not_all_listed(client: Client) -> None:
    for n in range(32):
        ran(ago(10 * (n + 1)), "mail")
        ran(ago(10 * (n + 1) - 5))
    page = text_of(client)

    assert page.count("Emails went out late.") == 30
    assert "2 earlier delays are not listed." in page
    assert len(client.get("/status.json").json()["delays"]) == 30


@pytest.mark.parametrize("signed_in", [False, True])
def test_it_answers_while_postgresql_is_away_and_signs_nobody_out(
    client: Client, amira: User, away: Callable[[], None], *, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(amira)
    before = client.cookies.output()
    away()

    assert now_of(client) == (
        "Tickets can’t be shown, since today at 10:24 am."
        " What you send is kept safely and shows up by itself. Nothing is lost."
    )
    assert "They can’t be shown just now." in text_of(client)
    assert client.get("/status.json").json()["state"] == "delayed"
    assert client.cookies.output() == before
    if signed_in:
        client.raise_request_exception = False
        assert (
            'href="/status/"' in client.get("/support-tickets").content.decode()
        )  # its page of 503 leads there


def test_one_is_led_there(client: Client, amira: User) -> None:
    valkey.ephemeral().hset(canaries.OUT, "email", ago(5).timestamp())
    page = client.get("/").content.decode()

    assert page.count('href="/status/"') == 2  # the banner and the footer
    assert client.get("/status")["Location"] == PATH
    assert client.get(PATH).content.decode().count("data-delays") == 0
