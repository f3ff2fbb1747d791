"""What is loaded by COPY is what the services would have written: they are asked to write it again, and compared."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from core import command_log
from core.contracts import Command
from core.models import User
from notifications.ledger.balance import balance
from support import commands, selectors
from support.management.commands import load_volume
from support.models import Change, ChatMessage, DeadLetter, Participant, ReplyPromise, SupportTicket
from support.volume import loading
from support.volume.copying import TABLES
from support.volume.draws import Size
from support.workflow import Status
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
SIZE = Size(tickets=150, messages=600)


@pytest.fixture(autouse=True)
def in_development(settings: Settings) -> None:
    """pytest-django turns DEBUG off."""
    settings.DEBUG = True


def load_all(**more: Any) -> None:
    loading.load(SIZE, told=lambda *_: None, **more)


def by_command(**options: Any) -> str:
    out = StringIO()
    call_command(
        "load_volume", **({"tickets": SIZE.tickets, "messages": SIZE.messages} | options), stdout=out
    )
    return out.getvalue()


def rows() -> dict[type[Model], list[dict[str, Any]]]:
    """Everything of the tables that are loaded, but for the keys that the database gives."""
    found = {}
    for model in TABLES:
        listed = list(model._default_manager.values())
        if model is Participant:
            listed = [{name: value for name, value in row.items() if name != "id"} for row in listed]
        found[model] = sorted(
            listed, key=lambda row: str(row.get("id", (row.get("ticket_id"), row.get("user_id"))))
        )
    return found


def asked() -> Iterator[Command]:
    """The commands behind the rows, in the order in which they were accepted; what was read comes last."""
    tickets = SupportTicket.objects.in_bulk()
    found: list[Command] = [_done(change, tickets[change.ticket_id]) for change in Change.objects.all()]
    for message in ChatMessage.objects.select_related("author"):
        assert message.author is not None
        said: dict[str, Any] = {"body": message.body, "audience": message.audience, "source": message.source}
        stamp: dict[str, Any] = {"id": message.pk, "actor": message.author.actor, "at": message.created_at}
        found.append(commands.PostMessage(**stamp, ticket_id=message.ticket_id, **said))
    yield from sorted(found, key=lambda command: command.at)
    for place in Participant.objects.select_related("user"):
        own: dict[str, Any] = {"id": place.user_id, "actor": place.user.actor, "at": datetime.now(UTC)}
        yield commands.MarkRead(**own, ticket_id=place.ticket_id, sequence=place.read_sequence)


def _done(change: Change, ticket: SupportTicket) -> Command:
    stamp: dict[str, Any] = {
        "id": change.pk,
        "actor": change.actor,
        "at": change.created_at,
        "ticket_id": ticket.pk,
    }
    if change.kind == "ChangeStatus":
        taken = ticket.assigned_to_id if change.detail["to"] == Status.IN_PROGRESS else None
        return commands.ChangeStatus(**stamp, status=change.detail["to"], assigned_to=taken)
    assert change.kind == "OpenTicket"
    return commands.OpenTicket(
        **stamp,
        subject=ticket.subject,
        description=ticket.description,
        priority=ticket.priority,
        ticket_type=ticket.ticket_type,
        tags=tuple(ticket.tags),
        current_url=ticket.current_url,
    )


def test_the_services_write_the_same_rows_of_the_same_commands(desk: Desk, ben: User) -> None:
    load_all()
    loaded, again = rows(), list(asked())
    for model in reversed(TABLES):
        model._default_manager.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE support_ticket_number RESTART")
    desk.declare(ben, "away")  # as support was when they were promised a reply
    Change.objects.all().delete()
    command_log.append(again)
    desk.drain()

    written = rows()
    for model in TABLES:
        assert written[model] == loaded[model], model.__name__
    assert (len(loaded[SupportTicket]), len(loaded[ChatMessage])) == (SIZE.tickets, SIZE.messages)
    assert {row["outcome"] for row in loaded[ReplyPromise]} == {"open", "kept", "broken", "withdrawn"}
    assert {row["status"] for row in loaded[SupportTicket]} == set(Status.values)
    assert DeadLetter.objects.count() == 0


def test_the_product_works_on_what_was_loaded(desk: Desk, client: Client) -> None:
    load_all(password="only-for-tests")
    waiting = SupportTicket.objects.filter(status=Status.WAITING_USER, public_sequence__gt=0).earliest(
        "number"
    )
    asker, agent, before = waiting.requester, waiting.assigned_to, waiting.public_sequence
    assert agent is not None
    newest = SupportTicket.objects.latest("number").number
    desk.say(agent, waiting, "Does it work again?")
    unread = selectors.unread_by_ticket(asker)[str(waiting.pk)]
    read = Participant.objects.get(ticket=waiting, user=asker).read_sequence
    message = ChatMessage.objects.get(pk=desk.say(asker, waiting, "It does."))
    waiting.refresh_from_db()

    assert unread == before + 1 - read
    assert str(waiting.pk) not in selectors.unread_by_ticket(asker)
    assert message.public_sequence == waiting.public_sequence == before + 2
    assert waiting.status == Status.IN_PROGRESS
    assert desk.ask(asker).number == newest + 1
    assert client.login(username=asker.username, password="only-for-tests")
    assert "It does." in client.get(f"/support-tickets/{waiting.pk}").content.decode()
    client.force_login(agent)
    assert "It does." in client.get(f"/support/?ticket={waiting.pk}").content.decode()
    assert balance(datetime.fromtimestamp(0, UTC)).holds


def test_what_is_loaded_is_older_than_what_is_there_already(desk: Desk, amira: User) -> None:
    first = desk.ask(amira)
    load_all()
    assert SupportTicket.objects.latest("updated_at") == first


def test_people_are_written_to_nowhere_and_sign_in_only_if_asked_for() -> None:
    load_all()
    everybody = User.objects.all()
    assert {user.email.partition("@")[2] for user in everybody} == {"volume.invalid"}
    assert {user.has_usable_password() for user in everybody} == {False}
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(everybody) == 15 + 3


@pytest.mark.django_db(transaction=True)
def test_it_says_how_far_it_is_and_loads_nothing_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHUNK", 500)
    lines = by_command().splitlines()
    assert lines[-1].startswith("Loaded 150 tickets with 600 messages in ")
    assert lines[-2].startswith("100%  150 tickets, 600 messages, ")
    with pytest.raises(CommandError, match="here already"):
        by_command()
    assert (SupportTicket.objects.count(), ChatMessage.objects.count()) == (SIZE.tickets, SIZE.messages)


@pytest.mark.django_db(transaction=True)
def test_what_is_interrupted_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[int] = []

    def interrupt(*_: object) -> None:
        there.append(ChatMessage.objects.count())
        if len(there) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(loading, "CHUNK", 300)
    monkeypatch.setattr(load_volume.Command, "_tell", interrupt)
    with pytest.raises(CommandError, match="nothing was loaded"):
        by_command()
    assert 0 < there[0] < there[1] < SIZE.messages
    assert [User.objects.count(), *(model._default_manager.count() for model in TABLES)] == [0] * 6


@pytest.mark.parametrize(
    ("debug", "options", "sentence"),
    [
        (False, {}, "DEBUG is off"),
        (False, {"in_production": True, "password": "x"}, "DEBUG=1 only"),
        (True, {"tickets": 0}, "one ticket at least"),
        (True, {"messages": -1}, "one ticket at least"),
    ],
)
def test_it_is_refused(settings: Settings, debug: bool, options: dict[str, Any], sentence: str) -> None:
    settings.DEBUG = debug
    with pytest.raises(CommandError, match=sentence):
        by_command(**options)
    assert not User.objects.exists()


def test_in_production_it_runs_when_it_is_meant(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = False
    monkeypatch.setattr(load_volume, "tidy", lambda: None)  # VACUUM goes by itself, without a test around it
    by_command(in_production=True, tickets=5, messages=10)
    assert (SupportTicket.objects.count(), ChatMessage.objects.count()) == (5, 10)
