"""The page of operations: for support admins alone, every hop with its sentence, who is at work, what was held."""

import re
import time

import pytest
from django.test import Client

from core import beacons, canaries, command_log, ids, valkey
from core.beacons import Beacon
from core.contracts import encode
from core.models import User
from support import commands
from support.models import ChatMessage, DeadLetter
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
PATH = "/support/operations/"
STEPS = [
    "Database",
    "Command log",
    "Ephemeral Valkey",
    "Drains",
    "Live updates",
    "Quick workers",
    "Patient workers",
    "Beat",
]


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def text_of(client: Client, path: str = PATH) -> str:
    return client.get(path, headers={"HX-Request": "true"} if "part" in path else {}).content.decode()


def rows(page: str) -> list[list[str]]:
    """The cells of the first table, as text."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)
    ]


def test_a_system_that_is_well(as_admin: Client) -> None:
    page = text_of(as_admin)

    assert "Everything works." in page
    assert [(row[0], row[1]) for row in rows(page)] == [(step, "Well") for step in STEPS]
    assert "0 dead letters are held" in page


def test_what_is_late_is_named_above_and_in_its_row(as_admin: Client) -> None:
    valkey.ephemeral().hset(canaries.OUT, "email", time.time() - 45)
    page = text_of(as_admin)

    assert "Everything works." not in page
    late = next(row for row in rows(page) if row[0] == "Patient workers")
    assert late[1].startswith("Late Today, ")
    assert late[2] == "Patient workers: what is in email has waited for 45 s."
    assert late[5].startswith("45.")


def test_a_canary_says_when_it_came_and_how_long_it_took(as_admin: Client) -> None:
    now = time.time()
    canaries.arrived("log:0", now - 0.25)
    drains = next(row for row in rows(text_of(as_admin)) if row[0] == "Drains")

    assert drains[3] in {"0 s ago", "1 s ago"}
    assert 250 <= int(drains[4].removesuffix(" ms")) < 2000


def test_who_is_at_work_and_who_is_gone(as_admin: Client) -> None:
    beacons.light(Beacon(name="quick@one", at=time.time(), queues=["unread"], busy=1, size=2))
    beacons.light(Beacon(name="quick@two", at=time.time() - 60, queues=["unread"], size=2))
    page = text_of(as_admin)
    workers = page.partition("Who is at work")[2]

    assert re.search(r"quick@one</bdi>.*?There.*?1 of 2.*?quick@two</bdi>.*?Gone", workers, re.DOTALL)


def test_each_process_says_what_it_is_there_for_and_leads_to_flower(
    as_admin: Client, settings: object
) -> None:
    settings.FLOWER_URL = "http://flower.test"  # type: ignore[attr-defined]
    beacons.light(Beacon(name="patient@one", at=time.time(), queues=["email"], size=2))
    beacons.light(Beacon(name="beat@one", at=time.time()))
    workers = text_of(as_admin).partition("Who is at work")[2]

    assert "Sends mail, sorts mail that comes in, and tidies up." in workers
    assert "Rings for whatever is due by the clock." in workers
    assert '<a href="http://flower.test/worker/patient%40one">' in workers
    assert "worker/beat" not in workers


def letter_of(desk: Desk, amira: User, payload: str = "") -> DeadLetter:
    """A message of hers that could not be stored."""
    command = commands.PostMessage(
        id=ids.new_id(), actor=amira.actor, at=desk.now, ticket_id=desk.ask(amira).pk, body="Week 14"
    )
    return DeadLetter.objects.create(
        id=command.id,
        shard=0,
        kind="PostMessage",
        payload=payload or encode(command).decode(),
        error="ValueError: a mistake of ours",
        created_at=desk.now,
    )


def test_a_dead_letter_is_read_and_replayed_where_it_is_listed(
    as_admin: Client, desk: Desk, amira: User
) -> None:
    letter = letter_of(desk, amira)
    page = text_of(as_admin)
    assert "1 dead letter is held" in page
    assert "ValueError: a mistake of ours" in page

    response = as_admin.post(f"{PATH}letters/{letter.pk}/replay", follow=True)
    assert "Accepted again." in response.content.decode()
    desk.drain()
    letter.refresh_from_db()
    assert letter.state == "replayed"
    assert ChatMessage.objects.get(pk=letter.pk).body == "Week 14"
    assert "0 dead letters are held" in text_of(as_admin)
    as_admin.post(f"{PATH}letters/{letter.pk}/replay")
    assert command_log.length(0) == 0


def test_a_letter_that_nobody_can_read_says_so(as_admin: Client, desk: Desk, amira: User) -> None:
    letter = letter_of(desk, amira, payload='{"kind": "Unknown"}')
    response = as_admin.post(f"{PATH}letters/{letter.pk}/replay", follow=True)

    assert "This letter can’t be read by the version that runs now." in response.content.decode()
    assert command_log.length(0) == 0


def test_it_follows_by_itself_and_asks_little(
    as_admin: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        part = text_of(as_admin, PATH + "?part=hops")

    assert part.lstrip().startswith('<div id="hops"')
    assert "<html" not in part


def test_it_is_for_support_admins(client: Client, ben: User, amira: User) -> None:
    assert client.get(PATH).status_code == 302
    for person in (ben, amira):
        client.force_login(person)
        assert client.get(PATH).status_code == 403


def test_the_rail_leads_there_for_support_admins_alone(as_admin: Client, ben: User) -> None:
    assert PATH in text_of(as_admin, "/support/")
    as_admin.force_login(ben)
    assert PATH not in text_of(as_admin, "/support/")
