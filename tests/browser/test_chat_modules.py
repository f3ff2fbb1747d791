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
    rows,
    settled,
    write,
)
from tests.browser.early import SLOW, Early
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
    expect(bubbles(page).first).to_have_attribute("data-state", "seen", timeout=SOON)
    ben.post(f"tickets/{ticket}/status/", {"status": "RESOLVED"})
    expect(page.locator("[data-ticket-status=RESOLVED]").first).to_be_visible(timeout=SOON)
    until(lambda: ben.messages(ticket)[1]["read_by_user"], 30, what="ben hears that it was read")


def test_without_a_socket_a_live_chat_is_begun_answered_and_ended(
    patient: Callable[[str], Page], ben: Person, system: System
) -> None:
    ben.post("status/toggle/", {"availability": "online"})
    page = patient("dora")
    page.evaluate("localStorage.setItem('tunnel', 'yes')")
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Open support chat")).click()
    panel = page.get_by_role("dialog", name="Support chat")
    panel.get_by_label("Your message").fill("Can you hear me over here?")
    panel.get_by_role("button", name="Start chat").click()
    expect(panel.get_by_text("Can you hear me over here?")).to_be_visible(timeout=SOON)

    def chats() -> list[tuple[str]]:
        return [
            (str(ticket),)
            for (ticket,) in system.rows(
                "SELECT ticket_id FROM support_chatsession JOIN core_user person ON person.id = requester_id"
                " WHERE person.username = 'dora' AND state <> 'ended'"
            )
        ]

    until(lambda: len(chats()) == 1, 30, what="the chat has begun")
    [(ticket,)] = chats()
    ben.post(f"tickets/{ticket}/message/", {"message": "Loud and clear."})
    expect(panel.get_by_text("Loud and clear.")).to_be_visible(timeout=SOON)
    ben.post(f"tickets/{ticket}/chat/end/", {})
    expect(panel.locator("[data-chat-new]")).to_be_visible(timeout=SOON)


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


def test_words_sent_before_the_script_came_do_not_stand_in_the_composer_again(
    window: Callable[..., Page], system: System, amira: Person
) -> None:
    ticket = str(amira.open_ticket("Sent early")["id"])
    page = window("amira")
    words = {"Your reply": "Week 14 is missing."}
    with Early(page, "elements/message-composer") as early:
        assert early.send(f"/support-tickets/{ticket}", words, "Send") == 302
    expect(page.locator("message-composer:defined").first).to_be_attached(timeout=SLOW)
    until(lambda: rows(system, ticket), what="it is stored")

    page.goto(f"/support-tickets/{ticket}")
    assert settled(page, 1) == ["Week 14 is missing."]
    expect(page.locator("message-composer:defined").first).to_be_attached(timeout=SLOW)
    expect(page.locator("message-composer textarea[name=message]").first).to_have_value("")
    assert rows(system, ticket) == [(1, "Week 14 is missing.")]
