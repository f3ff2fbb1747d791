"""The mailbox, against a real Dovecot: each mail once, in order, nothing changed there but what was seen."""

import imaplib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from imap_tools import BaseMailBox
from pytest_django import Settings

from core import command_log
from core.models import User
from notifications import imap
from notifications.models import IncomingMail, MailOutcome, MailReason
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk, desk
from tests.system.imap import Mailbox
from tests.system.ports import free_port

__all__ = ["desk"]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A server with one empty mailbox, named by IMAP_URL."""
    server = Mailbox(free_port())
    try:
        server.start()
        settings.IMAP_URL = server.url
        yield server
    finally:
        server.stop()


@pytest.fixture
def office(desk: Desk, amira: User, ben: User) -> PostOffice:
    return PostOffice(desk, amira, ben)


def worked(office: PostOffice) -> list[tuple[int, str]]:
    """The rows of the mailbox in its order, after the workers: number and outcome."""
    office.desk.drain()
    for row in IncomingMail.objects.filter(outcome=MailOutcome.WAITING).order_by("uid"):
        office.work(row.pk)
    return list(IncomingMail.objects.order_by("uid").values_list("uid", "outcome"))


def test_every_mail_is_fetched_once_and_marked_as_seen(mailbox: Mailbox, office: PostOffice) -> None:
    for name in ("reply-gmail-english", "new-from-nobody-we-know", "stranger-with-a-forwarded-token"):
        mailbox.put(office.raw(name))

    assert [imap.fetch_new(), imap.fetch_new()] == [
        3,
        3,
    ]  # not yet stored: asked for again, under the same ids
    assert worked(office) == [(1, "token"), (2, "new"), (3, "quarantined")]
    assert imap.fetch_new() == 0
    mailbox.put(office.raw("reply-phone"))
    assert imap.fetch_new() == 1
    assert worked(office)[3:] == [(4, "token")]
    assert office.thread() == [("Amira", "It works now, thank you."), ("Amira", "Will try tonight.")]
    assert [b"\\Seen" in flags for flags in mailbox.flags()] == [True] * 4
    row = IncomingMail.objects.get(uid=1)
    assert (row.via, row.account) == ("imap", "support@psychpath.com.au@127.0.0.1/INBOX")
    assert "only" not in row.account


def test_what_people_do_with_the_mailbox_changes_nothing(mailbox: Mailbox, office: PostOffice) -> None:
    """Read by somebody before us it is fetched all the same; marked as deleted, it is not removed by us."""
    mailbox.put(office.raw("reply-gmail-english"), flags=r"(\Seen)")
    mailbox.put(office.raw("reply-phone"), flags=r"(\Deleted)")

    assert imap.fetch_new() == 2
    assert worked(office) == [(1, "token"), (2, "token")]
    assert len(mailbox.flags()) == 2


def test_the_same_mail_twice_in_the_mailbox_is_one_message(mailbox: Mailbox, office: PostOffice) -> None:
    mailbox.put(office.raw("reply-phone"))
    mailbox.put(office.raw("again-the-same-mail"))
    imap.fetch_new()

    assert worked(office) == [(1, "token"), (2, "duplicate")]
    assert office.thread() == [("Amira", "Will try tonight.")]


def test_of_a_mail_that_is_too_large_the_headers_alone_are_kept(
    mailbox: Mailbox, office: PostOffice, settings: Settings
) -> None:
    settings.MAIL_MOST_BYTES = 10_000
    raw = office.raw("text-too-long-for-a-message")
    mailbox.put(raw)
    imap.fetch_new()

    assert worked(office) == [(1, "quarantined")]
    row = IncomingMail.objects.get()
    assert (row.reason, row.is_cut, row.sender) == (MailReason.TOO_LARGE, True, "amira@example.com")
    assert row.size >= len(raw)


def test_a_mailbox_that_is_away_is_asked_again_later(mailbox: Mailbox, office: PostOffice) -> None:
    mailbox.put(office.raw("reply-phone"))
    with override_settings(IMAP_URL=f"imap://nobody:x@127.0.0.1:{free_port()}/INBOX"):
        assert imap.fetch_new() == 0
    with override_settings(IMAP_URL=mailbox.url.replace("only", "wrong")):
        assert imap.fetch_new() == 0

    assert imap.fetch_new() == 1


def test_a_mail_that_the_server_does_not_hand_over_stops_none_and_is_asked_for_again(
    mailbox: Mailbox, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("reply-gmail-english", "new-from-nobody-we-know", "reply-phone"):
        mailbox.put(office.raw(name))
    ask = imaplib.IMAP4.uid

    def refusing(client: imaplib.IMAP4, command: str, *arguments: str) -> Any:
        is_first = (command, arguments[0]) == ("FETCH", "1")
        return ("NO", [b"[SERVERBUG] not now"]) if is_first else ask(client, command, *arguments)

    with monkeypatch.context() as trouble:
        trouble.setattr(imaplib.IMAP4, "uid", refusing)
        assert imap.fetch_new(1) == 1
        assert worked(office) == [(2, "new")]
        assert imap.fetch_new() == 1
        assert worked(office) == [(2, "new"), (3, "token")]
    assert [b"\\Seen" in flags for flags in mailbox.flags()] == [False, True, True]

    assert imap.fetch_new() == 1
    assert worked(office) == [(1, "token"), (2, "new"), (3, "token")]
    assert imap.fetch_new() == 0


@pytest.mark.parametrize("broken", [TimeoutError("timed out"), imaplib.IMAP4.abort("socket error: EOF")])
def test_mails_at_which_the_line_breaks_stop_none_behind_them(
    mailbox: Mailbox, office: PostOffice, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    """Each poll finds one more of them, and then comes to the end."""
    for name in ("reply-gmail-english", "new-from-nobody-we-know", "reply-phone"):
        mailbox.put(office.raw(name))
    ask = imaplib.IMAP4.uid

    def hanging(client: imaplib.IMAP4, command: str, *arguments: str) -> Any:
        if command == "FETCH" and arguments[0] in "12":
            raise broken
        return ask(client, command, *arguments)

    with monkeypatch.context() as trouble:
        trouble.setattr(imaplib.IMAP4, "uid", hanging)
        assert [imap.fetch_new() for _ in range(3)] == [0, 0, 1]
        assert worked(office) == [(3, "token")]

    assert imap.fetch_new() == 2
    assert worked(office) == [(1, "token"), (2, "new"), (3, "token")]


def test_a_mail_that_was_deleted_since_it_was_counted_has_no_row(
    mailbox: Mailbox, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.put(office.raw("reply-phone"))
    count = BaseMailBox.uids
    monkeypatch.setattr(BaseMailBox, "uids", lambda self, *which: [*count(self, *which), "99"])

    assert imap.fetch_new() == 1
    assert worked(office) == [(1, "token")]


def test_of_a_long_ledger_only_the_newest_are_compared(
    mailbox: Mailbox, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LOOKS_BACK", 2)
    for name in ("reply-gmail-english", "new-from-nobody-we-know", "reply-phone"):
        mailbox.put(office.raw(name))
    imap.fetch_new()
    worked(office)
    IncomingMail.objects.filter(uid=1).delete()

    assert imap.fetch_new() == 0


@pytest.mark.django_db
def test_without_a_mailbox_nothing_is_fetched(settings: Settings) -> None:
    settings.IMAP_URL = ""

    assert imap.fetch_new() == 0
    assert command_log.length(0) == 0
