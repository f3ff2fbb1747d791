"""A laptop is closed and opened again: its line died without a word, its clock is hours ahead, no timer went off."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import SOON, Sockets, is_live, settled, shows_the_thread, write
from tests.browser.conftest import sign_in
from tests.system.line import Line
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
NIGHT = 8 * 3600


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as line:
        yield line


@pytest.fixture
def laptop(profile: Callable[..., BrowserContext], line: Line) -> Callable[[str], Page]:
    """A window whose clock and line are the test's."""

    def open_window(username: str) -> Page:
        context = profile(username, proxy={"server": line.address})
        context.clock.install()
        return sign_in(context.new_page(), username)

    return open_window


def sleep_until_morning(page: Page, line: Line, meanwhile: Callable[[], object]) -> None:
    line.sleep()
    meanwhile()
    page.context.clock.set_system_time(time.time() + NIGHT)
    line.wake()


def test_a_thread_that_slept_catches_up_and_sends_what_was_on_its_way(
    laptop: Callable[[str], Page], line: Line, system: System, amira: Person, ben: Person
) -> None:
    ticket = str(amira.open_ticket("Overnight")["id"])
    page = laptop("amira")
    sockets = Sockets(page.context)
    page = page.context.new_page()
    page.goto(f"/support-tickets/{ticket}")
    write(page, "before")
    assert settled(page, 1) == ["before"]

    def night() -> None:
        write(page, "as the lid closes")
        for number in range(70):
            ben.post(f"tickets/{ticket}/message/", {"message": f"at night {number}"})
        stored = "SELECT count(*) FROM support_chatmessage WHERE ticket_id = %s"
        until(lambda: system.rows(stored, ticket) == [(71,)], 30, what="the night is stored")

    sleep_until_morning(page, line, night)
    until(
        lambda: page.locator("li.msg[data-sequence]").count() == 72,
        20,
        what="it knows by its clock that it slept",
    )
    texts = shows_the_thread(page, system, ticket, 72)
    assert texts == ["before", *(f"at night {number}" for number in range(70)), "as the lid closes"]
    is_live(page)
    until(lambda: sockets.to(f"/ws/chat/{ticket}/") == [page], what="one socket is left")
    expect(page.locator("[data-toasts] .toast")).to_have_count(0)
    expect(page.locator("li.msg[data-state=sending]")).to_have_count(0)


def test_an_agent_whose_laptop_slept_is_gone_then_away_and_online_at_the_first_touch(
    laptop: Callable[[str], Page], line: Line, system: System, amira: Person, ben: Person
) -> None:
    desk = laptop("ben")
    desk.goto("/support/")
    answer = ben.post("status/toggle/", {"availability": "online"}, Prefer="wait=10")
    assert answer.status_code == 200
    desk.mouse.move(200, 200)

    def support() -> str:
        return str(amira.get("chat/online-status/").json()["availability"])

    def night() -> None:
        system.forget_leases()
        until(lambda: support() == "offline", 30, what="the public is told that nobody is there")

    until(lambda: support() == "online", what="Ben is there")
    sleep_until_morning(desk, line, night)
    why = desk.locator("#presence-side [data-reason]")
    until(lambda: support() == "away", 30, what="his page is back, he is not")
    # What the desk was asking as the lid closed is never answered: it gives up, and asks again.
    expect(why).to_have_attribute("data-reason", "idle", timeout=30_000)
    desk.mouse.move(300, 300)
    until(lambda: support() == "online", 30, what="he is back")
    expect(why).to_have_attribute("data-reason", "active", timeout=SOON)
