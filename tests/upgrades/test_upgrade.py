"""What people have is migrated: every kept dump is restored, migrated, still holds its rows, and works."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from core.models import User
from notifications import services
from notifications.models import Delivery
from support.models import ChatMessage, SupportTicket
from tests.notifications.conftest import sink  # noqa: F401  (a fixture)
from tests.notifications.sink import Sink
from tests.servers import fleet
from workers.persistence import drain

HERE = Path(__file__).parent
DUMPS = sorted(HERE.glob("*.sql"))
PASSWORD = "testpass123"
DONE = "Professional development hours counted twice"


@pytest.fixture(scope="module", params=DUMPS, ids=lambda path: path.stem)
def upgraded(request: pytest.FixtureRequest) -> str:
    """The name of a database in which a kept dump was restored and migrated."""
    dump: Path = request.param
    name = "upgrade_" + dump.stem.replace(".", "_")
    url = fleet().urls.database
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name}")
        session.execute(f"CREATE DATABASE {name}")
    restored = url.replace("/support?", f"/{name}?")
    with psycopg.connect(restored) as session:
        session.execute(dump.read_text())
    environment = {**os.environ, "DATABASE_URL": restored, "PROCESS_ROLE": "manage"}
    for arguments in (["migrate", "-v0"], ["migrate", "--check"]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=HERE.parents[1], env=environment, check=True
        )
    return name


@pytest.fixture
def there(upgraded: str, django_db_blocker: DjangoDbBlocker, settings: Settings) -> Iterator[None]:
    """The product at work in that database: pages and drain in this process."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    ]  # as where the dump was made
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), moved(upgraded, back=before):
        yield


@contextmanager
def moved(name: str, *, back: str) -> Iterator[None]:
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = back


def signed_in(username: str) -> Client:
    """Through the form, with the password from before."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def written(client: Client, path: str, body: dict[str, str]) -> None:
    """Accepted by the API, and stored by a drain."""
    wish = {"Prefer": "respond-async"}
    answer = client.post(f"/support/api/{path}", body, "application/json", headers=wish)
    assert answer.status_code == 202
    drain(0)


def test_a_kept_dump_migrates_with_its_rows(there: None) -> None:
    counts = [model.objects.count() for model in (User, SupportTicket, ChatMessage, Delivery)]
    assert counts == [5, 12, 31, 97]


def test_who_had_an_account_signs_in_and_reads_and_writes_in_an_old_ticket(there: None) -> None:
    ticket = SupportTicket.objects.get(subject=DONE)
    said = list(ticket.messages.exclude(audience="staff").order_by("public_sequence"))
    dora = signed_in("dora")
    page = dora.get(f"/support-tickets/{ticket.pk}").content.decode()
    assert [page.count(f'data-id="{message.pk}"') for message in said] == [1] * len(said)

    posted = {"message": "The total is right now. Thank you."}
    written(dora, f"tickets/{ticket.pk}/message/", posted)
    thread = dora.get(f"/support/api/tickets/{ticket.pk}/messages/").json()
    assert [each["message"] for each in thread["messages"]] == [
        *(each.body for each in said),
        posted["message"],
    ]
    assert thread["last_sequence"] == len(said) + 1
    desk = signed_in("ben").get(f"/support/?ticket={ticket.pk}").content.decode()
    assert posted["message"] in desk
    assert ticket.messages.get(audience="staff").body in desk


def test_a_new_ticket_continues_the_numbers_from_before(there: None) -> None:
    asked = {"subject": "After the upgrade", "description": "Week 15 is empty."}
    written(signed_in("amira"), "tickets/create/", asked)
    assert SupportTicket.objects.get(subject=asked["subject"]).number == 1054


def test_mails_from_before_are_in_the_ledger_and_leave(there: None, sink: Sink) -> None:  # noqa: F811
    page = signed_in("admin").get("/support/deliveries/").content.decode()
    old = Delivery.objects.filter(
        transport="email", created_at__lt=datetime(2026, 11, 24, tzinfo=UTC), state="planned"
    )
    newest = old.latest("created_at", "id")
    assert newest.ticket
    assert newest.ticket.reference in page
    waiting = set(old.values_list("id", flat=True))
    assert len(waiting) == 73

    counts = services.deliver("email").counts

    sent = set(Delivery.objects.filter(transport="email", state="sent").values_list("id", flat=True))
    assert sent <= waiting
    assert 0 < len(sink.messages) <= len(sent) == counts["sent"]
