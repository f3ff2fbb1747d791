"""The domain in the admin: all of it to read, none of it to edit, and one action that appends a command."""

import uuid

import pytest
from django.contrib import admin as django_admin
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core import command_log
from core.ids import new_id
from core.models import User
from support import commands, models
from support.models import Canary, DeadLetter, ProbeRun, Refusal, SupportTicket
from support.models.probes import ProbeOutcome
from support.services import SERVICES, reply_times
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db
MODELS = [getattr(models, name) for name in models.__all__]


@pytest.fixture
def browser(client: Client, admin: User) -> Client:
    """A support admin's."""
    client.force_login(admin)
    return client


@pytest.mark.parametrize("model", MODELS, ids=models.__all__)
def test_everything_is_there_and_nothing_can_be_written(
    desk: Desk, browser: Client, amira: User, ben: User, model: type[models.SupportTicket]
) -> None:
    ticket = desk.ask(amira)
    desk.say(ben, ticket, "Looking.")
    desk.declare(ben, "online")
    desk.chat(amira)
    reply_times.measure(desk.now)
    Canary.objects.create(shard=0, sent_at=desk.now)
    DeadLetter.objects.create(shard=0, kind="OpenTicket", payload="{}", error="?", created_at=desk.now)
    Refusal.objects.create(id=new_id(), code="taken", sentence="?", created_at=desk.now)
    ProbeRun.objects.create(id=new_id(), began_at=desk.now, ended_at=desk.now, outcome=ProbeOutcome.PASSED)
    name = model._meta.model_name
    row = model._default_manager.first()
    assert row is not None
    change = reverse(f"admin:support_{name}_change", args=[row.pk])

    assert browser.get(reverse(f"admin:support_{name}_changelist")).status_code == 200
    assert browser.get(change).status_code == 200
    assert browser.post(change, {}).status_code == 403
    assert browser.get(reverse(f"admin:support_{name}_add")).status_code == 403
    assert browser.get(reverse(f"admin:support_{name}_delete", args=[row.pk])).status_code == 403


def test_every_table_of_the_domain_is_registered() -> None:
    assert [model for model in MODELS if model not in django_admin.site._registry] == []


def test_tickets_are_found_by_number(desk: Desk, browser: Client, amira: User) -> None:
    desk.ask(amira, "First")
    desk.ask(amira, "Second")
    page = browser.get(reverse("admin:support_supportticket_changelist"), {"q": "1043"}).content.decode()

    assert ("Second" in page, "First" in page) == (True, False)


class TestReplay:
    @pytest.fixture
    def letter(self, amira: User, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> DeadLetter:
        """A ticket that could not be opened because of a mistake that is mended by now."""

        def broken(*_: object) -> None:
            raise RuntimeError("a mistake of ours")

        with monkeypatch.context() as mistaken:
            mistaken.setitem(SERVICES, commands.OpenTicket, broken)  # type: ignore[misc]
            ticket_id = uuid.uuid4()
            facts = {"ticket_id": ticket_id, "subject": "Logbook export", "description": "Week 14."}
            desk.do(amira, commands.OpenTicket, **facts)
        return DeadLetter.objects.get()

    def replay(self, browser: Client, letter: DeadLetter) -> list[str]:
        address = reverse("admin:support_deadletter_changelist")
        answer = browser.post(address, {"action": "replay", "_selected_action": [str(letter.pk)]})
        return [str(message) for message in get_messages(answer.wsgi_request)]

    def test_a_held_command_goes_back_into_the_log_and_is_applied(
        self, browser: Client, letter: DeadLetter
    ) -> None:
        assert self.replay(browser, letter) == [f"OpenTicket {letter.pk} (held): appended again."]
        assert command_log.length(0) == 1

        drain(0)

        assert list(SupportTicket.objects.values_list("subject", flat=True)) == ["Logbook export"]

    def test_what_nobody_can_read_is_said_to_be_so(self, browser: Client, desk: Desk) -> None:
        letter = DeadLetter.objects.create(
            shard=0, kind="unreadable", payload='{"kind": "TicketOpened"}', error="?", created_at=desk.now
        )
        [sentence] = self.replay(browser, letter)

        assert sentence.startswith(f"unreadable {letter.pk} (held): ")
        assert command_log.length(0) == 0

    def test_a_letter_that_was_dealt_with_is_left_alone(self, browser: Client, letter: DeadLetter) -> None:
        letter.state = "discarded"
        letter.save()

        assert self.replay(browser, letter) == []
        assert command_log.length(0) == 0
