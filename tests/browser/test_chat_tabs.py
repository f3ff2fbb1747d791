"""Several tabs of one person in Chromium: one socket, one sender, and whichever goes, nothing is lost or doubled."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.chat import (
    TEN,
    Sockets,
    is_live,
    shows_the_thread,
    write,
)
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser


def two_tabs(
    patient: Callable[[str], Page], amira: Person, subject: str
) -> tuple[str, tuple[Page, Page], Sockets]:
    """A ticket in two live tabs, the first of which came first, and their sockets."""
    ticket = str(amira.open_ticket(subject)["id"])
    home = patient("amira")
    sockets = Sockets(home.context)
    pages = []
    for _ in range(2):
        page = home.context.new_page()
        page.goto(f"/support-tickets/{ticket}")
        is_live(page)
        pages.append(page)
    home.close()
    return ticket, (pages[0], pages[1]), sockets


def chat_of(ticket: str) -> str:
    return f"/ws/chat/{ticket}/"


def test_two_tabs_have_one_socket_and_show_the_same(
    patient: Callable[[str], Page], system: System, amira: Person, ben: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Two tabs")
    assert sockets.to(chat_of(ticket)) == [first]
    until(lambda: len(sockets.to("/ws/notifications/")) == 1, what="one socket for notices")

    for number, text in enumerate(TEN):
        write((first, second)[number % 2], text)
    assert shows_the_thread(second, system, ticket, 10) == TEN
    ben.post(f"tickets/{ticket}/message/", {"message": "I have all ten."}, Prefer="wait=10")

    everything = [*TEN, "I have all ten."]
    assert shows_the_thread(first, system, ticket, 11) == everything
    assert shows_the_thread(second, system, ticket, 11) == everything
    assert sockets.to(chat_of(ticket)) == [first]


def test_the_sending_tab_is_closed_while_it_sends(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Closed while sending")
    for number, text in enumerate(TEN):
        write((first, second)[number % 2], text)
    first.close()
    until(lambda: sockets.to(chat_of(ticket)) == [second], 5, what="the other tab has the socket")
    assert shows_the_thread(second, system, ticket, 10) == TEN
