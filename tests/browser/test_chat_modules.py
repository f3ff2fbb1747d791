"""The chat's script in Chromium against the whole system: nothing typed is lost, nothing shown twice, order kept.

Faults of the line are made in the page (a WebSocket that cannot connect, an API that does not answer) and in the
system (kill -9 of the web process); what counts is what a person sees afterwards.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    SOON,
    TEN,
    bubbles,
    into_tunnel,
    out_of_tunnel,
    settled,
    write,
)
from tests.system.people import PASSWORD, Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser


def test_ten_messages_written_in_a_tunnel_survive_a_reload(
    patient: Callable[[str], Page], amira: Person
) -> None:
    ticket = amira.open_ticket("From the tunnel")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    into_tunnel(page)
    write(page, *TEN)
    page.locator("message-composer textarea[name=message]").last.fill("a draft")
    expect(bubbles(page)).to_have_count(10)

    page.reload()
    expect(bubbles(page)).to_have_count(10)
    expect(page.locator("li.msg[data-state=sending]")).to_have_count(10)
    expect(page.locator("[data-connection]")).to_contain_text("10 messages are waiting to send.")
    assert amira.messages(ticket) == []

    out_of_tunnel(page)
    page.reload()
    assert settled(page, 10) == TEN
    assert [message["message"] for message in amira.messages(ticket)] == TEN
    expect(page.locator("message-composer textarea[name=message]").last).to_have_value("a draft")


def test_words_left_on_one_page_go_out_from_another(patient: Callable[[str], Page], amira: Person) -> None:
    ticket = amira.open_ticket("Left behind")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    into_tunnel(page)
    write(page, "Please do not forget this")
    expect(bubbles(page)).to_have_count(1)
    out_of_tunnel(page)
    page.goto("/")
    until(lambda: amira.messages(ticket), what="the words arrive")
    assert [message["message"] for message in amira.messages(ticket)] == ["Please do not forget this"]


def test_without_a_socket_the_page_polls_and_posts(
    patient: Callable[[str], Page], amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket("No sockets here")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    page.evaluate("localStorage.setItem('tunnel', 'yes')")
    page.reload()
    write(page, "By post")
    assert settled(page, 1) == ["By post"]
    expect(page.locator("[data-connection]")).to_contain_text("Live updates are paused.")
    ben.post(f"tickets/{ticket}/message/", {"message": "By poll"})
    assert settled(page, 2) == ["By post", "By poll"]


def test_a_killed_web_process_is_waited_for(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket = amira.open_ticket("While the server restarts")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    write(page, "before")
    assert settled(page, 1) == ["before"]
    system.kill("web")
    write(page, "during one", "during two")
    expect(page.locator("[data-connection]")).to_contain_text(
        "Reconnecting… 2 messages are waiting to send.", timeout=SOON
    )
    system.run("web")
    system.wait_until_ready()
    assert settled(page, 3) == ["before", "during one", "during two"]
    expect(page.locator("[data-connection]")).to_contain_text("Back online. 2 messages sent.", timeout=SOON)
    assert [message["message"] for message in amira.messages(ticket)] == [
        "before",
        "during one",
        "during two",
    ]


def test_signing_out_elsewhere_says_so_and_keeps_the_words(
    patient: Callable[[str], Page], amira: Person
) -> None:
    ticket = amira.open_ticket("Signed out")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    write(page, "hello")
    assert settled(page, 1) == ["hello"]
    page.context.request.post("/accounts/logout/", headers=with_token(page))
    expect(page.locator("[data-connection]")).to_contain_text("You’ve been signed out.", timeout=SOON)
    write(page, "kept for later")
    page.locator("[data-connection]").get_by_role("link", name="Sign in").click()
    page.fill("input[name=login]", "amira")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(ticket))
    assert settled(page, 2) == ["hello", "kept for later"]


def with_token(page: Page) -> dict[str, str]:
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    assert token
    return {"X-CSRFToken": token, "Referer": page.url}
