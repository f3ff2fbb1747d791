"""Watching the mailbox: whatever is away is waited for, and nothing is fetched faster than it is stored."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from pytest_django import Settings

from core import ids
from core.problems import Refused
from notifications import imap, watching
from notifications.management.commands import watch_mailbox
from notifications.models import IncomingMail

SLEEP = f"{watching.__name__}.sleep"


class Stopped(Exception):
    """By its operator."""


def test_it_goes_on_whatever_was_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMAP_URL = "imap://somebody:x@127.0.0.1/INBOX"
    ends = [
        Refused("log-full"), OperationalError("gone"), InterfaceError("closed"), OSError("no route"), Stopped(),
    ]  # fmt: skip
    pauses: list[float] = []

    def watch() -> None:
        raise ends.pop(0)

    monkeypatch.setattr(watching, "watch", watch)
    monkeypatch.setattr(f"{watch_mailbox.__name__}.sleep", pauses.append)

    with pytest.raises(Stopped):
        call_command("watch_mailbox")

    assert pauses == [1, 2, 4, 8]


@pytest.mark.django_db(transaction=True)
def test_it_waits_until_what_it_fetched_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, pauses = [imap.MOST, imap.MOST, 3], list[float]()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) in {3, 4}:  # the drain is back
            IncomingMail.objects.create(id=ids.new_id(), size=1, received_at=datetime.now(UTC))

    monkeypatch.setattr(imap, "fetch_new", lambda: answers.pop(0))
    monkeypatch.setattr(SLEEP, sleep)

    watching.catch_up()

    assert (answers, pauses) == ([], [1, 1, 1, 1])


@pytest.mark.django_db(transaction=True)
def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, pauses = [imap.MOST, 0], list[float]()
    monkeypatch.setattr(imap, "fetch_new", lambda: answers.pop(0))
    monkeypatch.setattr(SLEEP, pauses.append)

    watching.catch_up()

    assert (answers, len(pauses)) == ([], watching.STORED_LOOKS)
