"""Preferences are replaced as a whole; the newest choice holds, however often and in whatever order it is applied."""

from datetime import timedelta
from typing import Any

import pytest

from core import ids
from core.models import User
from core.problems import Refused
from notifications import services
from notifications.models import Preference
from notifications.rules import SWITCHES
from support import commands
from tests.notifications.conftest import AT

pytestmark = pytest.mark.django_db


def choose(user: User, minutes: int, **choice: Any) -> commands.SetNoticePreferences:
    facts: dict[str, Any] = {"browser": False, "sound": False, "muted": ()} | choice
    return commands.SetNoticePreferences(
        id=ids.new_id(), actor=user.actor, at=AT + timedelta(minutes=minutes), **facts
    )


def kept(user: User) -> tuple[bool, bool, list[str]]:
    row = Preference.objects.get(user=user)
    return row.browser, row.sound, row.muted


def test_a_choice_is_kept_and_replaced(amira: User, dora: User) -> None:
    assert services.apply(choose(amira, 0, sound=True, muted=("ticket_reply:email",))) == []
    services.apply(choose(dora, 0, browser=True))
    assert kept(amira) == (False, True, ["ticket_reply:email"])

    services.apply(choose(amira, 1, browser=True))
    assert kept(amira) == (True, False, [])
    assert kept(dora) == (True, False, [])


def test_an_older_choice_that_is_applied_again_changes_nothing(amira: User) -> None:
    older, newer = choose(amira, 0, sound=True), choose(amira, 1, browser=True)
    for command in (older, newer, older, newer):
        services.apply(command)

    assert kept(amira) == (True, False, [])


def test_switches_that_nobody_has_are_forgotten(amira: User) -> None:
    services.apply(choose(amira, 0, muted=("account:email", "ticket_update:email", "everything")))

    assert kept(amira) == (False, False, ["ticket_update:email"])


def test_every_notice_has_its_switches_and_account_mails_have_none() -> None:
    assert {
        "new_ticket:email", "new_ticket:in_app", "chat_waiting:in_app", "ticket_reply:email",
        "ticket_reply:in_app", "internal_note:in_app", "ticket_update:email", "ticket_update:in_app",
        "mail_failed:in_app", "digest:email", "unread:email", "summary:email",
    } == SWITCHES  # fmt: skip


def test_the_system_prefers_nothing() -> None:
    command = commands.SetNoticePreferences(
        id=ids.new_id(), actor="system:support", at=AT, browser=True, sound=True
    )
    with pytest.raises(Refused):
        services.apply(command)
