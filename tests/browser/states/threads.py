"""A thread when something is not as usual: a message not sent, one that is kept, replies out of sight, two answers.

Each is a newcomer's own ticket, so that no other state sees it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from playwright.sync_api import expect

from tests.browser.states.requester import CUT
from tests.browser.states.state import NEWCOMER, SOON, State, Visit, alive
from tests.system.waiting import until

LONG = "A line that takes its place, so that there is something to scroll.\n\n" * 12
REFUSED_WORDS = "the database takes no pigeons"


def own(visit: Visit) -> str:
    """A newcomer's ticket, on the screen and alive; its id."""
    ticket_id = str(visit.person().open_ticket()["id"])
    visit.go(f"/support-tickets/{ticket_id}")
    alive(visit)
    return ticket_id


def write(visit: Visit, words: str) -> None:
    field = visit.page.locator("message-composer textarea[name=message]").last
    field.fill(words)
    field.press("Control+Enter")


def failed(visit: Visit) -> None:
    """Written in a tunnel; behind it the ticket is closed."""
    ticket_id = own(visit)
    visit.page.context.set_offline(True)
    write(visit, "One more thing before you close this.")
    visit.shows(visit.page.get_by_text("Sending…"))
    visit.moves("ben", ticket_id, "CLOSED")
    visit.page.context.set_offline(False)
    visit.shows(visit.page.get_by_text("Not sent."))


@contextmanager
def picky_database(visit: Visit) -> Iterator[None]:
    """It refuses certain words, so the command that brings them is kept until somebody has looked at it."""
    table = "ALTER TABLE support_chatmessage"
    with psycopg.connect(visit.stage.system.fleet.urls.database, autocommit=True) as session:
        session.execute(f"{table} ADD CONSTRAINT picky CHECK (body NOT LIKE '%{REFUSED_WORDS}%') NOT VALID")
        try:
            yield
        finally:
            session.execute(f"{table} DROP CONSTRAINT picky")


def held(visit: Visit) -> None:
    own(visit)
    with picky_database(visit):
        write(visit, f"I was told that {REFUSED_WORDS}.")
        visit.shows(visit.page.get_by_text("We’ve kept your message and are looking at it."))


def kept(visit: Visit) -> None:
    """The page that a form without script ends on, when the words are kept."""
    ticket_id = str(visit.person().open_ticket()["id"])
    with picky_database(visit):
        answer = visit.person().post(
            f"tickets/{ticket_id}/message/", {"message": REFUSED_WORDS}, Prefer="wait=10"
        )
    assert answer.status_code == 202, answer.text
    visit.go(f"/support-tickets/pending/{answer.json()['id']}")
    visit.shows(visit.page.get_by_role("heading", name="We’ve kept your message"))


def pending(visit: Visit) -> None:
    """The same page while nobody can store it: somebody else holds the ticket's row."""
    ticket_id = own(visit)
    status = "SELECT status FROM support_supportticket WHERE id = %s"
    rows = visit.stage.system.rows
    visit.later.callback(until, lambda: rows(status, ticket_id) == [("RESOLVED",)], 60, what="it is stored")
    session = visit.later.enter_context(psycopg.connect(visit.stage.system.fleet.urls.database))
    session.execute("SELECT id FROM support_supportticket WHERE id = %s FOR UPDATE", (ticket_id,))
    visit.page.get_by_role("button", name="Mark as resolved").click()
    visit.shows(visit.page.get_by_role("heading", name="Sending…"))


def below(visit: Visit) -> None:
    """Two replies arrive while somebody reads further up."""
    ticket_id = own(visit)
    for _ in range(3):
        visit.says("ben", ticket_id, LONG)
    log = visit.page.get_by_role("log", name="Conversation")
    expect(log.locator(".msg", has_text="takes its place")).to_have_count(3, timeout=SOON)
    log.evaluate("log => { log.scrollTo({ top: 0 }); document.scrollingElement.scrollTo({ top: 0 }); }")
    visit.shows(visit.page.locator(".jump-latest"))
    visit.says("ben", ticket_id, "Did you find it?")
    visit.says("ben", ticket_id, "If not, I can send it to you.")
    visit.shows(visit.page.locator(".jump-latest", has_text="2 new messages"))


def overtaken(visit: Visit) -> None:
    """Chen answered while Ben was writing, and Ben sends."""
    ticket_id = str(visit.person("dora").open_ticket("Two answers to one question")["id"])
    visit.go(f"/support/?view=open&ticket={ticket_id}")
    alive(visit)
    visit.page.locator("#composer-text").press_sequentially("I’ll look at it")
    visit.says("chen", ticket_id, "I have this one.")
    visit.shows(visit.page.locator("#conv .msg", has_text="I have this one."))
    visit.page.locator("#composer-text").press("Control+Enter")
    visit.shows(visit.page.get_by_role("button", name="Send anyway"))


STATES = (
    State(name="ticket-failed", reach=failed, who=NEWCOMER, noise=CUT),
    State(name="ticket-held", reach=held, who=NEWCOMER),
    State(name="ticket-kept", reach=kept, who=NEWCOMER),
    State(name="ticket-pending", reach=pending, who=NEWCOMER),
    State(name="ticket-below", reach=below, who=NEWCOMER, support="online"),
    State(name="desk-overtaken", reach=overtaken, who="ben"),
)
