"""E4: two installations whose mail servers deliver to each other, robots that answer for people, mails that come back.

One takes its mail by Mailgun's webhook, the other by IMAP. Each is begun by a mail in the other's name, which is how
loops begin: somebody types a support address where their own belongs.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from tests.faults.balance import unbalanced
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.notifications.post import MAILS as CORPUS
from tests.system.exchange import Exchange
from tests.system.imap import Mailbox
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.mailed import AMIRA, WEBHOOKS, asked_back, by_mailgun, mailed_system
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
OURS, THEIRS = "support@psychpath.com.au", "help@desk.example"
TICKETS_PER_HOUR = 5
# What tells a machine that a machine wrote, and what tells a thread; a gateway may lose either.
SIGNS = frozenset({"Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "Precedence"})
THREAD = frozenset({"In-Reply-To", "References", "Reply-To"})
LIMITED = {"MAIL_TICKETS_PER_HOUR": str(TICKETS_PER_HOUR)}


class Pair:
    """Us, them, and the post between."""

    def __init__(self, us: System, them: System, post: Exchange) -> None:
        self.us, self.them, self.post = us, them, post

    def begin(self) -> None:
        """A mail to each in the name of the other's support."""
        for own, sender in ((OURS, THEIRS), (THEIRS, OURS)):
            self.post.bring(written(sender, own), own)

    def settle(self) -> None:
        until(self._is_quiet, 180, what="nobody answers any more", every=0.5)

    def _is_quiet(self) -> bool:
        """Twice: what was handed over between two looks is seen by the second."""
        return all(self._has_all(OURS, self.us) and self._has_all(THEIRS, self.them) for _ in range(2))

    def _has_all(self, own: str, system: System) -> bool:
        """What was brought to it is sorted, and what it had to say has left and was taken on."""
        [(known,)] = system.rows("SELECT count(*) FROM notifications_incomingmail WHERE outcome <> 'waiting'")
        return bool(known == self.post.brought[own] and Leftovers(system).are_gone() and self.post.is_idle)


def written(sender: str, to: str, subject: str = "Where do I find my hours?") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain="mail.example.com")
    mail.set_content("I can see weeks 1 to 13 only.")
    return mail.as_bytes()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with mailed_system(**LIMITED) as (us, mailbox):
        them = System(**WEBHOOKS, **LIMITED, SUPPORT_EMAIL=THEIRS, BRAND_NAME="Other Desk")
        try:
            them.start()
            with exchange(us, mailbox, them) as post:
                yield Pair(us, them, post)
        finally:
            them.stop()


@pytest.fixture(autouse=True)
def judged(pair: Pair) -> Iterator[None]:
    """All-zero, whatever a test did."""
    with all_zero(pair.us), all_zero(pair.them):
        yield


def exchange(us: System, mailbox: Mailbox, them: System) -> Exchange:
    def to_us(raw: bytes, _recipient: str) -> None:
        mailbox.put(raw)

    def to_them(raw: bytes, recipient: str) -> None:
        assert by_mailgun(them, raw, recipient).status_code == 200

    return Exchange([us.sink, them.sink], {OURS: to_us, THEIRS: to_them})


def answers(system: System, to: str) -> list[int]:
    """Mails that left for the other side by themselves, of each thread."""
    query = (
        "SELECT count(*) FROM notifications_delivery WHERE address = %s AND transport = 'email'"
        " AND state IN ('sent', 'delivered') GROUP BY ticket_id ORDER BY 1"
    )
    return [int(count) for (count,) in system.rows(query, to)]


def outcomes(system: System, sender: str) -> dict[str, int]:
    """What became of what the other side wrote."""
    query = (
        "SELECT outcome || coalesce(nullif(' ' || reason, ' '), ''), count(*) FROM notifications_incomingmail"
        " WHERE sender = %s GROUP BY 1"
    )
    return dict(system.rows(query, sender))


def away(mail: EmailMessage) -> bytes:
    """What Amira's mailbox answers to everything while she is on leave, in as many words and with no header."""
    return written(AMIRA, str(mail["Reply-To"]), f"Automatic reply: {mail['Subject']}")


def bounced(mail: EmailMessage) -> bytes:
    """What a mail server says of a mail that it can't deliver, to whoever it came from."""
    report = (CORPUS / "bounce-postfix.eml").read_bytes()
    return report.replace(b"%AMIRA-MESSAGE-ID%", str(mail["Message-ID"]).strip().encode())


def test_e4_two_installations_that_answer_each_other_stop(pair: Pair) -> None:
    """First as they are; then what tells that a machine wrote is lost on the way; then what tells the thread too."""
    for lost in (frozenset[str](), SIGNS, SIGNS | THREAD):
        pair.post.strip = lost
        pair.begin()
        pair.settle()
        sent = answers(pair.us, THEIRS), answers(pair.them, OURS)
        assert {count for side in sent for count in side} == {1}
        if not lost:
            assert sent == ([1], [1])
            assert outcomes(pair.us, THEIRS) == outcomes(pair.them, OURS) == {"new": 1, "automatic": 1}

    assert max(map(len, sent)) <= TICKETS_PER_HOUR
    held = [outcomes(pair.us, THEIRS), outcomes(pair.them, OURS)]
    assert all("quarantined too-many" in each for each in held), held
    assert [unbalanced(each) for each in (pair.us, pair.them)] == [0, 0]
    with Person(pair.us, "admin") as admin:
        assert (
            "Too many new tickets from this address within an hour" in admin.http.get("/support/mail/").text
        )


def test_e4_somebody_who_is_away_and_a_mail_that_came_back_are_answered_by_nobody(pair: Pair) -> None:
    pair.post.robots = {AMIRA: away}
    with Person(pair.us, "amira") as amira, Person(pair.us, "ben") as ben:
        ticket, _mail = asked_back(pair.us, amira, ben)
        pair.settle()
        pair.post.robots = {AMIRA: bounced}
        ben.post(f"tickets/{ticket['id']}/message/", {"message": "Are you there?"}, Prefer="wait=10")
        pair.settle()
        thread = amira.messages(ticket["id"])
        shown = ben.http.get("/support/", params={"view": "open", "ticket": ticket["id"]}).text
    query = (
        "SELECT delivery.state, count(*) FROM notifications_delivery delivery"
        " WHERE ticket_id = %s AND address = %s AND transport = 'email' GROUP BY 1 ORDER BY 1"
    )
    mailed = pair.us.rows(query, ticket["id"], AMIRA)

    assert [message["message"] for message in thread] == ["Which week is it?", "Are you there?"]
    assert mailed == [("bounced", 1), ("sent", 1)]
    assert outcomes(pair.us, AMIRA) == {"automatic": 1}
    assert "came back" in shown
    ours, theirs = answers(pair.us, THEIRS), answers(pair.them, OURS)
    found = f"1 answer in each of {len(ours)} and {len(theirs)} threads, then held and shown; to absence and bounce: 0"
    measured("E4", found, slowness())
