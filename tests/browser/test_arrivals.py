"""A message that arrives takes nothing from whoever reads or writes: not the focus, not the caret, not the place.

And what came while somebody was away stands under a line, until they answer.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import into_tunnel, is_live, out_of_tunnel, write
from tests.browser.focus import rests, undisturbed
from tests.system.people import Person
from tests.system.processes import System

pytestmark = pytest.mark.browser
SOON = 15_000
YESTERDAY = "UPDATE {} SET created_at = created_at - interval '1 day' WHERE {} = %s"
LONG = "A line that takes its place, so that there is something to scroll.\n\n" * 12


@pytest.fixture
def ticket(system: System) -> str:
    """A ticket of Amira's with more in it than a window shows."""
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket_id = str(amira.open_ticket("Undisturbed")["id"])
        for person in (ben, amira, ben):
            person.post(f"tickets/{ticket_id}/message/", {"message": LONG}, Prefer="wait=10")
    return ticket_id


def arrives(system: System, username: str, ticket_id: str, text: str) -> None:
    with Person(system, username) as person:
        answer = person.post(f"tickets/{ticket_id}/message/", {"message": text}, Prefer="wait=10")
    assert answer.status_code == 201, answer.text


def read_at_the_top(page: Page, field: str) -> None:
    """Half a sentence in the composer, the caret inside it, and the thread scrolled up by its reader."""
    page.locator("message-composer:defined").first.wait_for()
    page.locator(field).fill("I was about to say")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("log", name="Conversation").evaluate(
        "log => log.scrollTo({ top: 0, behavior: 'instant' })"
    )
    expect(page.locator(".jump-latest")).to_be_visible(timeout=SOON)
    assert "textarea" in rests(page)


def test_a_requester_reads_and_writes_on_while_replies_arrive(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    page = window("amira")
    page.goto(f"/support-tickets/{ticket}")
    read_at_the_top(page, "message-composer textarea[name=message]")
    with undisturbed(page):
        arrives(system, "ben", ticket, "A reply that arrives")
        expect(page.get_by_role("log").get_by_text("A reply that arrives")).to_have_count(1, timeout=SOON)
        arrives(system, "ben", ticket, "And another")
        expect(page.locator(".jump-latest")).to_contain_text("2 new messages", timeout=SOON)


def test_an_agent_reads_and_writes_on_while_messages_and_tickets_arrive(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    page = window("chen")
    page.goto(f"/support/?view=open&ticket={ticket}")
    read_at_the_top(page, "#composer-text")
    with undisturbed(page):
        arrives(system, "amira", ticket, "A message that arrives")
        expect(page.get_by_role("log").get_by_text("A message that arrives")).to_have_count(1, timeout=SOON)
        with Person(system, "dora") as dora:
            other = dora.open_ticket("Arrives meanwhile")["id"]
        expect(page.locator(f"#row-{other}")).to_have_count(1, timeout=SOON)


def test_the_line_above_what_is_new_goes_with_an_answer_and_the_next_absence_has_its_own(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    for table, column in (("support_supportticket", "id"), ("support_chatmessage", "ticket_id")):
        system.execute(YESTERDAY.format(table, column), ticket)
    arrives(system, "ben", ticket, "The first today")
    page = window("amira")
    system.execute("UPDATE support_participant SET read_sequence = 3 WHERE ticket_id = %s", ticket)
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    days, below = page.locator("message-log .day"), page.locator("message-log .day-new + li")
    expect(days).to_have_text(["Yesterday", "New messages, today"])
    write(page, "I am back.")
    expect(days).to_have_text(["Yesterday", "Today"])

    for words, answer in (("While you were away", "Back again."), ("And away again", "And again.")):
        page.evaluate("document.hasFocus = () => false")
        arrives(system, "ben", ticket, words)
        expect(below).to_contain_text(words, timeout=SOON)
        expect(days).to_have_text(["Yesterday", "Today", "New messages"])
        page.evaluate("delete document.hasFocus")
        write(page, answer)
        expect(days).to_have_text(["Yesterday", "Today"])


def test_own_words_that_wait_are_in_view_when_their_conversation_is_opened_again(
    patient: Callable[[str], Page], system: System, ticket: str
) -> None:
    with Person(system, "amira") as amira:
        other = amira.open_ticket("Beside it")["id"]
    page = patient("ben")
    page.goto(f"/support/?view=open&ticket={ticket}")
    is_live(page)
    into_tunnel(page)
    write(page, LONG)
    waiting = page.locator("#conv li.msg[data-state=sending] .msg-state")
    expect(waiting).to_be_in_viewport(timeout=SOON)
    for opened in (other, ticket):
        page.locator(f"#row-{opened} .row-title").click()
        page.locator(f"#conv[data-ticket='{opened}'] message-log:defined").wait_for()
    expect(waiting).to_be_in_viewport(timeout=SOON)
    out_of_tunnel(page)
    stored = page.locator("#conv li.msg[data-from=me][data-state=stored] .msg-state")
    expect(stored).to_be_in_viewport(timeout=2 * SOON)
