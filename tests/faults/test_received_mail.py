"""What comes from outside: mails while who takes them is killed, words of a provider, headers that want to be two."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.faults.balance import unbalanced
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.notifications.post import MAILS as CORPUS
from tests.system.imap import Mailbox
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.mailed import (
    AMIRA,
    asked_back,
    by_mailgun,
    by_postmark_in_parts,
    mailed_system,
    reply_to,
    told_by_mailgun,
    word_of_mailgun,
)
from tests.system.people import Person, token_on
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
MAILS = 30
FORGED = "AnymailWebhookValidationFailure"  # Django logs a suspicious request with its trace


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[System, Mailbox]]:
    """Mail comes in to it by webhooks and by IMAP."""
    with mailed_system() as running:
        yield running


@pytest.fixture(autouse=True)
def judged(post: tuple[System, Mailbox], request: pytest.FixtureRequest) -> Iterator[None]:
    """All-zero, whatever a test did, but for the records that its parameter forgives."""
    with all_zero(post[0], forgiven=getattr(request, "param", "")):
        yield


def test_e7_each_mail_once_whoever_is_killed_while_it_comes_in(post: tuple[System, Mailbox]) -> None:
    """Thirty answers, half by IMAP, half by webhook; the watcher, the workers and the drain die on the way."""
    system, mailbox = post
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket, mail = asked_back(system, amira, ben)
        for number in range(MAILS):
            raw = reply_to(mail, AMIRA, f"Answer {number}.")
            if number % 2:
                mailbox.put(raw)
            else:
                assert by_mailgun(system, raw, str(mail["Reply-To"])).status_code == 200
            if number % 10 == 5:
                for victim in ("patient", "drain", "watch"):
                    command = system.processes[victim].args if victim == "watch" else None
                    system.kill(victim)
                    system.run(victim, command=command)  # type: ignore[arg-type]

        bodies = until(lambda: _all_of(system, ticket["id"]), seconds=150, what="every answer is stored")
        outcomes = system.rows("SELECT outcome, count(*) FROM notifications_incomingmail GROUP BY outcome")

    assert bodies == Counter({f"Answer {number}.": 1 for number in range(MAILS)})
    assert outcomes == [("token", MAILS)]
    measured("E7", f"{MAILS} of {MAILS} mails once, nine processes killed on the way", slowness())


def _all_of(system: System, ticket: str) -> Counter[str] | None:
    """What Amira's mails say in the thread, when every row of the ledger is final."""
    waiting = system.rows("SELECT count(*) FROM notifications_incomingmail WHERE outcome = 'waiting'")[0][0]
    rows = system.rows(
        "SELECT body FROM support_chatmessage WHERE ticket_id = %s AND source = 'email'", ticket
    )
    return Counter(str(body) for (body,) in rows) if len(rows) >= MAILS and not waiting else None


# --- E3 ---

# Every change of state leaves a line, whoever makes it.
WATCHED = """
CREATE TABLE IF NOT EXISTS moved (id uuid, before text, after text);
CREATE OR REPLACE FUNCTION keep_move() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO moved VALUES (new.id, old.state, new.state); RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER moves AFTER UPDATE ON notifications_delivery FOR EACH ROW
WHEN (old.state IS DISTINCT FROM new.state) EXECUTE FUNCTION keep_move();
"""
FAILED: dict[str, Any] = {
    "severity": "permanent",
    "reason": "bounce",
    "delivery-status": {"code": 550, "message": "No such user"},
}


@pytest.mark.parametrize("judged", [FORGED], indirect=True)
def test_e3_a_hundred_words_late_forged_and_old_are_one_change_of_state(post: tuple[System, Mailbox]) -> None:
    system, _mailbox = post
    now = int(time.time())
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        _ticket, mail = asked_back(system, amira, ben)
    until(lambda: state_of(system, mail)[0] == "sent", what="the ledger knows that it left")
    system.execute(WATCHED)

    assert told_by_mailgun(system, word_of_mailgun("opened", mail, now)) == 200
    until(lambda: state_of(system, mail)[0] == "opened", what="the first word is in the ledger")
    words = [word_of_mailgun("delivered", mail, now - 60), word_of_mailgun("opened", mail, now)]
    answers = told(system, words * 50)
    forged = word_of_mailgun("failed", mail, now, **FAILED)
    forged["signature"]["signature"] = "0" * 64
    answers_to_forged = told(system, [forged] * 10)
    answers_to_old = told(system, [word_of_mailgun("failed", mail, now - 30 * 86_400, **FAILED)] * 10)
    until(Leftovers(system).are_gone, 60, what="every word was looked at")
    state, at = state_of(system, mail)
    signals = system.rows("SELECT state, count(*) FROM notifications_signal GROUP BY 1 ORDER BY 1")

    assert (answers, answers_to_forged, answers_to_old) == ({200}, {400}, {200})
    assert (state, at) == ("opened", (now - 60, now, None))
    assert moves_of(system, mail) == [("sent", "opened")]
    assert signals == [("delivered", 1), ("opened", 1)]
    assert unbalanced(system) == 0
    found = "1 change of state by 101 words; 10 forged: 400, 10 of a month ago: nothing"
    measured("E3", found, slowness())


def told(system: System, words: list[dict[str, Any]]) -> set[int]:
    """How a provider that says many things at once is answered."""
    with ThreadPoolExecutor(8) as threads:
        return set(threads.map(lambda word: told_by_mailgun(system, word), words))


def state_of(system: System, mail: EmailMessage) -> tuple[str, tuple[int | None, ...]]:
    """Where the ledger has it, and when it was delivered, opened, bounced."""
    query = (
        "SELECT state, extract(epoch FROM delivered_at)::bigint, extract(epoch FROM opened_at)::bigint,"
        " extract(epoch FROM bounced_at)::bigint FROM notifications_delivery WHERE message_id_header = %s"
    )
    [(state, *at)] = system.rows(query, mail["Message-ID"].strip())
    return state, tuple(at)


def moves_of(system: System, mail: EmailMessage) -> list[tuple[str, str]]:
    """From where to where, each time."""
    query = (
        "SELECT before, after FROM moved JOIN notifications_delivery USING (id) WHERE message_id_header = %s"
    )
    return system.rows(query, mail["Message-ID"].strip())


# --- E5 ---

ODD = {"CR": "a\rBcc: x@y.example", "LF": "a\nBcc: x@y.example", "NUL": "a\0b"}


def test_e5_a_control_character_is_refused_or_read_as_a_space_and_nobody_else_is_mailed(
    post: tuple[System, Mailbox],
) -> None:
    system, mailbox = post
    until(Leftovers(system).are_gone, 60, what="nothing is on its way")
    system.sink.tries.clear()
    before, known = len(system.sink.envelopes), sorted_mails(system)
    with Person(system, "amira") as amira:
        typed = {kind: typed_with(amira, odd) for kind, odd in ODD.items()}
    answers = {written_with(system, odd) for odd in ODD.values()}
    for name in ("injection-in-subject", "injection-in-name", "injection-in-address"):
        mailbox.put((CORPUS / f"{name}.eml").read_bytes())
    until(lambda: sorted_mails(system) == known + 6, 60, what="every mail is in the ledger")
    until(Leftovers(system).are_gone, 60, what="whoever is told was told")
    envelopes, mails = system.sink.envelopes[before:], system.sink.messages[before:]

    assert typed == {kind: {"subject": 422, "tags": 422, "name": 422, "address": 422} for kind in ODD}
    assert answers == {200}
    assert set(system.sink.tries) <= TEAM | {AMIRA}
    assert [len(envelope.rcpt_tos) for envelope in envelopes] == [1] * len(envelopes)
    assert len(envelopes) >= len(TEAM)
    assert [name for mail in mails for name in mail if name.lower() in {"bcc", "cc"}] == []
    assert {len(mail.get_all("Subject", [])) for mail in mails} == {1}
    found = f"12 forms: 422; {len(envelopes)} mails about 6 hostile ones, each to one of the {len(TEAM)} it is for"
    measured("E5", found, slowness())


TEAM = {"ben@example.com", "chen@example.com", "admin@psychpath.com.au"}


def typed_with(amira: Person, odd: str) -> dict[str, int]:
    """How a request with this in its subject, a tag, a visitor's name or address is answered."""
    ticket = {"subject": "Hello", "description": "Hello", "priority": "LOW", "ticket_type": "QUESTION"}
    asked: dict[str, dict[str, Any]] = {"subject": {"subject": odd}, "tags": {"tags": [odd]}}
    found = {
        name: amira.post("tickets/create/", ticket | change).status_code for name, change in asked.items()
    }
    with httpx.Client(base_url=amira.system.url, headers={"Referer": amira.system.url}) as visitor:
        form = {"name": "Grace", "email": "grace@example.com", "message": "Hello"}
        form["csrfmiddlewaretoken"] = token_on(visitor.get("/support-tickets/guest").text)
        for name, change in {"name": {"name": odd}, "address": {"email": f"grace@example.com{odd}"}}.items():
            found[name] = visitor.post("/support-tickets/guest", data=form | change).status_code
    return found


def written_with(system: System, odd: str) -> int:
    """How a webhook is answered whose mail has it in subject, name, address and the name of a file."""
    answer = by_postmark_in_parts(
        system,
        From="amira@example.com",
        FromFull={"Email": "amira@example.com", "Name": odd},
        To=f"support@psychpath.com.au{odd}",
        ToFull=[{"Email": f"support@psychpath.com.au{odd}", "Name": odd}],
        Subject=f"Hours {odd}",
        MessageID=hashlib.sha256(odd.encode()).hexdigest()[:32],
        TextBody=f"Did it work? {odd.encode()!r}",
        Attachments=[{"Name": f"{odd}.txt", "Content": "YQ==", "ContentType": "text/plain"}],
    )
    return answer.status_code


def sorted_mails(system: System) -> int:
    """Mails that came in and wait for nothing."""
    query = "SELECT count(*) FROM notifications_incomingmail WHERE outcome <> 'waiting'"
    return int(system.rows(query)[0][0])
