"""Every mail of the corpus, brought in as a webhook would and worked through the log: the exact outcome of each."""

import pytest
from pytest_django import Settings

from core.models import User
from notifications.models import IncomingMail, MailOutcome
from support.models import ChatMessage, SupportTicket
from tests.notifications.corpus import CORPUS, NEW, Expected
from tests.notifications.post import MAILS, PostOffice
from tests.support.conftest import Desk, desk

__all__ = ["desk"]
GROUPS = sorted({name.partition("-")[0] for name in CORPUS})
# It needs the mail that it repeats before it.
TOGETHER = {"stranger", "forged", "thread", "bounce", "loop", "again"}
FIRST = {"again": ["reply-phone"]}


@pytest.fixture
def office(desk: Desk, amira: User, ben: User, dora: User, settings: Settings) -> PostOffice:
    """One that trusts what mx.psychpath.com.au checked, and takes any number of tickets from one address."""
    settings.MAIL_CHECKED_BY, settings.MAIL_TICKETS_PER_HOUR = "mx.psychpath.com.au", 1000
    return PostOffice(desk, amira, ben)


def test_every_mail_has_its_line_and_every_line_its_mail() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == set(CORPUS)
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("group", GROUPS)
def test_what_becomes_of_each_mail(office: PostOffice, group: str) -> None:
    for name in FIRST.get(group, []):
        office.deliver(office.raw(name))
    names = [name for name in CORPUS if name.partition("-")[0] == group]
    became = {name: seen(office.deliver(office.raw(name))) for name in names}

    assert became == {name: CORPUS[name] for name in names}


def test_whatever_comes_is_in_the_ledger_once_and_nobody_reads_what_is_not_theirs(office: PostOffice) -> None:
    """In one office: the totals are the mails, strangers see their own tickets alone."""
    names = [name for name in CORPUS if name.partition("-")[0] in TOGETHER] + ["reply-phone"]
    names.sort(key=lambda name: name.startswith("again"))
    for name in names:
        office.deliver(office.raw(name))

    assert IncomingMail.objects.count() == len(names)
    assert not IncomingMail.objects.filter(outcome=MailOutcome.WAITING).exists()
    assert set(office.ticket.messages.values_list("author__username", flat=True)) == {"amira", "ben"}
    believed = [name for name in names if CORPUS[name].about == "PP-1042" and CORPUS[name].author]
    assert len(office.thread()) == len(believed)
    assert SupportTicket.objects.count() == 1 + sum(CORPUS[name].outcome == NEW for name in names)


def seen(row: IncomingMail) -> Expected:
    """What the ledger and the thread say of a mail."""
    files, says, subject = [], "", ""
    if row.author and row.message_id:
        message = ChatMessage.objects.get(pk=row.message_id)
        files, says = message.files, message.body
    elif row.author and row.ticket:
        files, says, subject = row.ticket.files, row.ticket.description, row.ticket.subject
    return Expected(
        outcome=row.outcome,
        reason=row.reason,
        cause=row.cause,
        about=row.ticket.reference if row.ticket and row.outcome != NEW else "",
        author=("a guest" if row.author.is_guest else row.author.username) if row.author else "",
        subject=subject,
        says=says,
        files=[file["name"] for file in files],
    )
