"""Mail and the open thread: what became of it stands under its message, what comes in leads to the whole of it."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.system.imap import Mailbox
from tests.system.mailed import AMIRA, asked_back, mailed_system, reply_to, told_by_mailgun, word_of_mailgun
from tests.system.people import Person
from tests.system.processes import System

pytestmark = pytest.mark.browser
SOON = 20_000


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[System, Mailbox]]:
    with mailed_system() as running:
        yield running


@pytest.fixture(scope="module")
def system(post: tuple[System, Mailbox]) -> System:
    """The one that the windows look at."""
    return post[0]


def test_a_mail_is_followed_and_its_answer_read_without_a_reload(
    post: tuple[System, Mailbox], window: Callable[..., Page]
) -> None:
    system, mailbox = post
    with Person(system, "amira") as amira, Person(system, "ben") as ben:
        ticket, mail = asked_back(system, amira, ben)
        agent, requester = window("ben"), window("amira")
        agent.goto(f"/support/?view=all&ticket={ticket['id']}")
        requester.goto(f"/support-tickets/{ticket['id']}")
        first = agent.locator("#conv .msg", has_text="Which week is it?")
        expect(first.locator(".msg-mailed")).to_contain_text("Mailed to Amira", timeout=SOON)

        assert told_by_mailgun(system, word_of_mailgun("delivered", mail, int(time.time()))) == 200
        expect(first.locator(".msg-mailed")).to_contain_text("Mailed to Amira, delivered", timeout=SOON)

        ben.post(f"tickets/{ticket['id']}/message/", {"message": "Week 14, I think."})
        second = agent.locator("#conv .msg", has_text="Week 14, I think.")
        expect(second.locator(".msg-mailed")).to_contain_text("Mailed to Amira", timeout=SOON)

        mailbox.put(reply_to(mail, AMIRA, "Yes, that one."))
        for page in (agent, requester):
            answer = page.locator(".msg", has_text="Yes, that one.")
            expect(answer.get_by_role("link", name="Whole email")).to_be_visible(timeout=SOON)
        expect(requester.locator(".msg-mailed")).to_have_count(0)
        requester.get_by_role("link", name="Whole email").click()
        expect(requester.locator("main")).to_contain_text("On Tue, 10 Mar 2026 at 10:24", timeout=SOON)
