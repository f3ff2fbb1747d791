"""The network of a device goes, and its storage fails: what was typed is sent once, in order, or said to be at risk."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.chat import SOON, TEN, bubbles, is_live, outbox_of, settled, shows_the_thread, write
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser


def opened(patient: Callable[[str], Page], amira: Person, subject: str) -> tuple[str, Page]:
    ticket = str(amira.open_ticket(subject)["id"])
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    return ticket, page


def waiting(page: Page, count: int) -> None:
    expect(page.locator("li.msg[data-state=sending]")).to_have_count(count, timeout=SOON)


def test_offline_in_the_middle_of_ten_messages_and_of_a_sentence_and_a_reload_that_finds_no_network(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, page = opened(patient, amira, "Offline in the middle")
    write(page, *TEN[:3])
    assert settled(page, 3) == TEN[:3]
    page.context.set_offline(True)
    write(page, *TEN[3:])
    page.locator("message-composer textarea[name=message]").last.press_sequentially("half a sen")
    waiting(page, 7)
    expect(bubbles(page)).to_have_count(10)
    with suppress(Error):  # there is no page to be had
        page.reload()

    page.context.set_offline(False)
    page.goto(f"/support-tickets/{ticket}")
    assert shows_the_thread(page, system, ticket, 10) == TEN
    expect(page.locator("message-composer textarea[name=message]").last).to_have_value("half a sen")
    until(lambda: outbox_of(page) == [], what="the device has forgotten them")


def test_data_cleared_beneath_an_open_page_loses_nothing_of_it_and_the_device_keeps_what_comes(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, page = opened(patient, amira, "Cleared")
    page.context.set_offline(True)
    write(page, "one")
    waiting(page, 1)
    until(lambda: outbox_of(page) == ["one"], what="the device has it")
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": system.url, "storageTypes": "indexeddb"})
    write(page, "two")
    waiting(page, 2)
    until(lambda: outbox_of(page) == ["two"], what="the device keeps again")
    page.context.set_offline(False)
    assert shows_the_thread(page, system, ticket, 2) == ["one", "two"]


def test_a_full_device_is_said_and_its_words_are_sent_all_the_same(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, page = opened(patient, amira, "Full")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": system.url, "quotaSize": 1})
    page.context.set_offline(True)
    write(page, "one", "two")
    waiting(page, 2)
    expect(page.locator("[data-connection]")).to_contain_text(
        "This browser can’t keep them: leave this page open until they’re sent.", timeout=SOON
    )
    assert outbox_of(page) == []
    page.context.set_offline(False)
    assert shows_the_thread(page, system, ticket, 2) == ["one", "two"]
