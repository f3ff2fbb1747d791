"""Words that want to run: written in every place that takes words, shown in every place that shows them, run in none.

Proven in the browser: the global that each of them would set is not there, the elements that they would leave are not,
and nothing had to be stopped by the policy. The mails they went into are read as well.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import sign_in
from tests.security.corpus import HOSTILE, LINE
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SEEN = (
    "[window.ran === undefined, document.querySelectorAll('[data-canary]').length, document.body.innerText]"
)
ACTIVE = """(markup) => new DOMParser().parseFromString(markup, "text/html").querySelectorAll(
  "[data-canary], script, iframe, form, [onerror], [onload], [onclick], [onfocus], [href^='javascript']").length"""
TAG = HOSTILE[1][:39]


def written_everywhere(system: System, amira: Person, ben: Person) -> str:
    """By the requester and by an agent; the id of the ticket that holds it all."""
    name = {"first_name": HOSTILE[1], "timezone": "Australia/Perth", "theme": "auto"}
    for person in (amira, ben):
        form = {"csrfmiddlewaretoken": person.token, **name}
        assert person.http.post("/accounts/profile/", data=form).status_code == 302
    words = {
        "subject": HOSTILE[1] + HOSTILE[2],
        "description": LINE,
        "tags": [TAG],
        "current_url": f"https://example.com/{HOSTILE[2]}",
        "browser_info": HOSTILE[3],
        "context_data": {HOSTILE[1]: LINE},
    }
    answer = amira.post("tickets/create/", words, Prefer="wait=10")
    assert answer.status_code == 201, answer.text
    ticket = str(answer.json()["id"])
    for person in (amira, ben):
        for hostile in HOSTILE:
            body = {"message": hostile}
            said = person.post(f"tickets/{ticket}/message/", body, Prefer="wait=10")
            assert said.status_code == 201, said.text
    note = {"message": LINE, "audience": "staff"}
    assert ben.post(f"tickets/{ticket}/message/", note, Prefer="wait=10").status_code == 201
    assert ben.post(f"tickets/{ticket}/assign/", {"assigned_to": ben.id}, Prefer="wait=10").status_code == 200
    return ticket


def harmless(page: Page, address: str, words: str = "onerror") -> None:
    """This page shows the words, as words."""
    page.goto(address)
    silent, elements, text = page.evaluate(SEEN)
    assert (address, silent, elements) == (address, True, 0)
    assert words in text, f"{address} does not show what was written: {text[:300]}"


def test_words_that_want_to_run_are_shown_as_words_wherever_they_are_shown(
    system: System, profile: Callable[..., BrowserContext], amira: Person, ben: Person
) -> None:
    ticket = written_everywhere(system, amira, ben)
    hers, at_desk, admin = (sign_in(profile(who).new_page(), who) for who in ("amira", "ben", "admin"))
    for address in (
        f"/support-tickets/{ticket}",
        "/support-tickets",
        f"/support-tickets?tag={TAG}",
        "/notifications",
    ):
        harmless(hers, address)
    harmless(hers, f"/support-tickets?search={HOSTILE[2]}", "")
    harmless(hers, "/accounts/profile/", "")
    for address in (
        f"/support/?ticket={ticket}",
        f"/support/?ticket={ticket}&details=1",
        "/support/?view=all",
    ):
        harmless(at_desk, address)
    harmless(at_desk, f"/support/?q={HOSTILE[1]}", "")
    for address in ("/admin/support/supportticket/", f"/admin/support/supportticket/{ticket}/change/"):
        harmless(admin, address)
    harmless(admin, "/admin/core/user/")
    harmless(admin, "/support/deliveries/", "")

    # What arrives by script while the page is open, on both sides, and what the title says of it.
    hers.goto(f"/support-tickets/{ticket}")
    at_desk.goto(f"/support/?ticket={ticket}")
    ben.post(f"tickets/{ticket}/message/", {"message": f"{LINE} the last"}, Prefer="wait=10")
    for page in (hers, at_desk):
        page.get_by_text("the last").first.wait_for()
        assert page.evaluate(SEEN)[:2] == [True, 0]
        assert page.title()
    mails_are_harmless(system, hers.context.new_page())


def mails_are_harmless(system: System, page: Page) -> None:
    """Every HTML part that was sent, read as a browser reads it, in an empty page that no policy protects."""
    until(lambda: len(system.sink.messages) >= 3, what="mails about it were sent")
    parts = [part for mail in system.sink.messages if (part := mail.get_body(("html",))) is not None]
    assert any("onerror" in part.get_content() for part in parts)
    for part in parts:
        assert page.evaluate(ACTIVE, part.get_content()) == 0
