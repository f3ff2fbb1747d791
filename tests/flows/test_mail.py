"""A round trip with real servers: a mail leaves by SMTP, its answers come back by three providers and by IMAP."""

from collections.abc import Iterator

import pytest

from tests.system.imap import Mailbox
from tests.system.mailed import (
    AMIRA,
    asked_back,
    by_mailgun,
    by_postmark,
    by_sparkpost,
    mail_to,
    mailed_system,
    reply_to,
)
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[System, Mailbox]]:
    with mailed_system() as running:
        yield running


def said(system: System, ticket: str) -> list[tuple[str, str, str]]:
    """The thread: who, by which way, what."""
    rows = system.rows(
        "SELECT u.username, m.source, m.body FROM support_chatmessage m JOIN core_user u ON u.id = m.author_id"
        " WHERE m.ticket_id = %s ORDER BY m.staff_sequence",
        ticket,
    )
    return [(str(name), str(source), str(body)) for name, source, body in rows]


def test_an_answer_comes_back_by_every_way_into_one_thread(post: tuple[System, Mailbox]) -> None:
    system, mailbox = post
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket, mail = asked_back(system, amira, ben)
        recipient = str(mail["Reply-To"])

        for number, hand in enumerate((by_mailgun, by_postmark, by_sparkpost), start=1):
            raw = reply_to(mail, AMIRA, f"Answer {number}, by {hand.__name__}.")
            assert [hand(system, raw, recipient).status_code for _ in range(2)] == [200, 200]
            until(lambda number=number: len(said(system, ticket["id"])) == 1 + number, what=hand.__name__)  # type: ignore[misc]
        mailbox.put(reply_to(mail, AMIRA, "Answer 4, by IMAP."))
        until(lambda: len(said(system, ticket["id"])) == 5, what="the mailbox was read")

        assert said(system, ticket["id"]) == [
            ("ben", "web", "Which week is it?"),
            ("amira", "email", "Answer 1, by by_mailgun."),
            ("amira", "email", "Answer 2, by by_postmark."),
            ("amira", "email", "Answer 3, by by_sparkpost."),
            ("amira", "email", "Answer 4, by IMAP."),
        ]
        page = amira.http.get(f"/support-tickets/{ticket['id']}").text
        assert "Answer 4, by IMAP." in page
        assert "On Tue, 10 Mar 2026" not in page


def test_an_agent_answers_from_their_mailbox_and_the_requester_is_mailed(
    post: tuple[System, Mailbox],
) -> None:
    system, mailbox = post
    with Person(system, "amira") as amira:
        ticket = amira.open_ticket()
        mail = mail_to(system, "ben@example.com", ticket)
        mailbox.put(reply_to(mail, "Ben <ben@example.com>", "Done. Look again, please."))
        mail_to(system, AMIRA, ticket)

        assert said(system, ticket["id"]) == [("ben", "email", "Done. Look again, please.")]
        answer = amira.get(f"tickets/{ticket['id']}/messages/").json()["messages"][0]
        assert (answer["is_support"], answer["sender"]["email"]) == (True, "support@psychpath.com.au")


def test_nobody_writes_in_a_thread_by_a_forwarded_mail(post: tuple[System, Mailbox]) -> None:
    system, mailbox = post
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket, mail = asked_back(system, amira, ben, "For Amira alone.")
        mailbox.put(reply_to(mail, "Mallory <mallory@elsewhere.example>", "I have this too."))
        found = until(
            lambda: system.rows(
                "SELECT outcome, reason FROM notifications_incomingmail"
                " WHERE sender = 'mallory@elsewhere.example' AND outcome <> 'waiting'"
            ),
            what="it is in the ledger",
        )

        assert found == [("quarantined", "stranger")]
        assert said(system, ticket["id"]) == [("ben", "web", "For Amira alone.")]
