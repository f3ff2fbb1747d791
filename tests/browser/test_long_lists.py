"""A thread of a thousand messages: it comes in pages, stays where it is read, and opens where reading goes on.

And the desk's list of a hundred and more tickets, of which only those around the view are in the document.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chat import SOON, is_live
from tests.browser.interception import intercept
from tests.system.people import Person
from tests.system.processes import System
from tests.system.threads import fill, repeat
from tests.system.waiting import until

pytestmark = pytest.mark.browser
PAGE = 50
NODES_A_MESSAGE = 14  # with its place in a group, its day and its marks
# Where the first message in view stands, and which it is: after `act` the same one must stand there.
_ANCHOR = """
() => {
  const log = document.querySelector("message-log [role=log]");
  const { top } = log.getBoundingClientRect();
  const item = [...log.querySelectorAll("li[data-sequence]")].find((each) => each.getBoundingClientRect().top >= top);
  return [Number(item.dataset.sequence), Math.round(item.getBoundingClientRect().top - top)];
}
"""
_NODES = "() => document.querySelector('message-log [role=log]').querySelectorAll('*').length"
_LINE = """
() => {
  const line = document.querySelector("message-log .day-new");
  const top = line.getBoundingClientRect().top - line.closest("[role=log]").getBoundingClientRect().top;
  let next = line.nextElementSibling;
  while (!next.dataset.sequence) next = next.nextElementSibling;
  return [Number(next.dataset.sequence), Math.round(top)];
}
"""


@pytest.fixture(scope="module")
def thousand(system: System, amira: Person) -> str:
    ticket = str(amira.open_ticket("A thousand messages")["id"])
    fill(system, ticket, 1000)
    return ticket


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    """Read by somebody whose window shows the conversation in a frame of its own."""
    return window("amira")


def read_up_to(system: System, person: Person, ticket: str, sequence: int) -> None:
    answer = person.post(f"tickets/{ticket}/read/", {"sequence": sequence}, Prefer="wait=10")
    assert answer.status_code == 200, answer.text
    place = "SELECT read_sequence FROM support_participant WHERE ticket_id = %s AND role = 'requester'"
    assert system.rows(place, ticket) == [(sequence,)]


def messages(page: Page) -> Locator:
    return page.locator("message-log li.msg[data-sequence]:not([data-sequence='0'])")


def test_it_comes_in_pages_and_what_is_read_stays_where_it_is(
    page: Page, system: System, amira: Person, thousand: str
) -> None:
    read_up_to(system, amira, thousand, 1000)
    page.goto(f"/support-tickets/{thousand}")
    is_live(page)
    expect(messages(page)).to_have_count(PAGE)
    assert page.evaluate("document.querySelector('message-log [role=log]').scrollHeight") > 2 * 900
    assert page.evaluate(_NODES) <= PAGE * NODES_A_MESSAGE

    for loaded in range(2, 6):
        # Reading backwards asks for what is earlier before its top is reached.
        page.evaluate("document.querySelector('message-log [role=log]').scrollTop = 300")
        expect(messages(page)).to_have_count(loaded * PAGE, timeout=SOON)
        assert page.evaluate(_NODES) <= loaded * PAGE * NODES_A_MESSAGE
    sequences = [
        int(str(item)) for item in messages(page).evaluate_all("all => all.map((i) => i.dataset.sequence)")
    ]
    assert sequences == list(range(1000 - 5 * PAGE + 1, 1001))


def test_what_is_loaded_above_moves_nothing(page: Page, system: System, amira: Person, thousand: str) -> None:
    read_up_to(system, amira, thousand, 1000)
    page.goto(f"/support-tickets/{thousand}")
    is_live(page)
    page.evaluate(
        "document.querySelector('message-log [role=log]').scrollTop = 1500"
    )  # far from the top: no page yet
    until(lambda: page.evaluate(_ANCHOR)[0] < 990, what="it is scrolled")
    before = page.evaluate(_ANCHOR)
    expect(messages(page)).to_have_count(PAGE)
    page.evaluate("document.querySelector('message-log').store.loadEarlier()")
    expect(messages(page)).to_have_count(2 * PAGE, timeout=SOON)
    sequence, top = page.evaluate(_ANCHOR)
    assert sequence == before[0]
    assert abs(top - before[1]) <= 1


def test_it_opens_at_the_first_unread_message_and_jumps_to_the_latest(
    page: Page, system: System, amira: Person, ben: Person
) -> None:
    ticket = str(amira.open_ticket("Where I stopped reading")["id"])
    fill(system, ticket, 300)
    read_up_to(system, amira, ticket, 270)
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    sequence, top = page.evaluate(_LINE)
    assert sequence == 273  # 271 and 272 are her own
    assert -2 <= top <= 40
    pill = page.get_by_role("button", name="Jump to latest")
    expect(pill).to_be_visible()
    unread = "SELECT read_sequence FROM support_participant WHERE ticket_id = %s AND role = 'requester'"
    until(lambda: system.rows(unread, ticket)[0][0] > 270, what="what is in view is read")
    assert system.rows(unread, ticket)[0][0] < 300
    pill.click()
    until(lambda: system.rows(unread, ticket) == [(300,)], what="the end is read")
    ben.post(f"tickets/{ticket}/message/", {"message": "One more"})
    expect(messages(page).last).to_contain_text("One more", timeout=SOON)
    expect(messages(page).last).to_be_in_viewport()


def test_the_line_of_the_unread_goes_to_its_place_when_that_is_loaded(
    page: Page, system: System, amira: Person
) -> None:
    ticket = str(amira.open_ticket("Long unread")["id"])
    fill(system, ticket, 300)
    read_up_to(system, amira, ticket, 180)
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    assert page.evaluate(_LINE)[0] == 252  # of the page that is there; 251 is her own
    for loaded in (2, 3):
        page.evaluate("document.querySelector('message-log').store.loadEarlier()")
        expect(messages(page)).to_have_count(loaded * PAGE, timeout=SOON)
    assert page.evaluate(_LINE)[0] == 183  # 181 and 182 are her own


# --- The desk's list ---

TICKETS = 120
A_PAGE = 25
MOST = 48  # rows in the document: nine in view, sixteen above and below, and whichever stay for their focus
_AGE = "UPDATE support_supportticket SET updated_at = now() - make_interval(secs => %s) WHERE id = %s"
_ORDER = """
SELECT id::text FROM support_supportticket WHERE status NOT IN ('RESOLVED', 'CLOSED') ORDER BY updated_at DESC
"""
# Down to the end, a little less than a view at a time: each row that was seen, as [ticket, its number, of how many].
_READ = """
async () => {
  const list = document.getElementById("rows");
  const view = list.getBoundingClientRect();
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const seen = new Map();
  let before = -1;
  list.scrollTop = 0;
  await painted();
  while (list.scrollTop !== before) {
    before = list.scrollTop;
    for (const item of list.children) {
      const { top, bottom } = item.getBoundingClientRect();
      if (bottom < view.top + 1 || top > view.bottom - 1) continue;
      if (!item.dataset.ticket) throw new Error(`${item.className} in view at ${before}`);
      seen.set(item.dataset.ticket, [item.dataset.ticket, Number(item.ariaPosInSet), Number(item.ariaSetSize)]);
    }
    list.scrollTop += 0.9 * view.height;
    await painted();
  }
  return [...seen.values()];
}
"""
_NEXT = "document.querySelector('#more-rows a')?.getAttribute('href')"
_TO = "(top) => { document.getElementById('rows').scrollTop = top; }"
# How many rows stand above the view and below it, without a gap between.
_BESIDE = """
() => {
  const rows = document.getElementById("rows");
  const { top, bottom } = rows.getBoundingClientRect();
  const away = (item, way) => {
    let count = 0;
    for (let next = item[way]; next?.dataset.ticket; next = next[way]) count += 1;
    return count;
  };
  const seen = [...rows.children].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
  return [away(seen.at(0), "previousElementSibling"), away(seen.at(-1), "nextElementSibling")];
}
"""
_FIRST = """
() => {
  const { top } = document.getElementById("rows").getBoundingClientRect();
  const rows = [...document.querySelectorAll("#rows > .ticket-row")];
  const row = rows.find((each) => each.getBoundingClientRect().bottom > top);
  return [row.dataset.ticket, Math.round(row.getBoundingClientRect().top - top), Number(row.ariaSetSize)];
}
"""


@pytest.fixture(scope="module")
def far_down(system: System, amira: Person) -> tuple[str, str]:
    """Two tickets, amid a hundred and twenty others."""
    found = [str(amira.open_ticket(subject)["id"]) for subject in ("To be answered", "To be resolved")]
    repeat(system, found[0], TICKETS - 2)
    for number, ticket in enumerate(found):
        system.execute(_AGE, 60 * (60 + 20 * number) + 30, ticket)
    return found[0], found[1]


@pytest.fixture
def desk(window: Callable[..., Page], far_down: tuple[str, str]) -> Page:
    """All of the list is loaded, page by page; a page's first row has the focus when it has come."""
    agent = window("chen")
    agent.goto("/support/?view=open")
    rows = agent.locator("#rows > .ticket-row")
    assert rows.count() == A_PAGE
    while address := agent.evaluate(_NEXT):
        agent.locator("#more-rows a").press("Enter")
        until(lambda address=address: agent.evaluate(_NEXT) != address, 30, what="more rows")  # type: ignore[misc]
        expect(agent.locator("#rows > .ticket-row .row-title:focus")).to_have_count(1, timeout=SOON)
        assert rows.count() <= MOST
    return agent


def order(system: System) -> list[str]:
    return [ticket for (ticket,) in system.rows(_ORDER)]


def test_rows_far_from_the_view_leave_the_document_and_come_back(desk: Page, system: System) -> None:
    tickets = order(system)
    read = desk.evaluate(_READ)
    assert read == [[ticket, number, len(tickets)] for number, ticket in enumerate(tickets, start=1)]
    assert desk.locator("#rows > .ticket-row").count() <= MOST
    desk.evaluate(_TO, 0)
    until(lambda: desk.evaluate(_FIRST)[:2] == [tickets[0], 0], what="the first row is where it was")
    desk.evaluate(_TO, 6000)  # from one end into the middle, where no row has been left
    until(lambda: desk.evaluate(_FIRST)[0] in tickets[40:70], what="the middle is there")
    until(lambda: desk.evaluate(_BESIDE) == [16, 16], what="and so are the rows around it")
    assert desk.locator("#rows > .ticket-row").count() <= MOST


def write_in(ticket: str, writer: Person) -> None:
    answer = writer.post(f"tickets/{ticket}/message/", {"message": "Meanwhile."}, Prefer="wait=10")
    assert answer.status_code == 201, answer.text


def test_the_focus_stays_where_more_is_asked_for_when_the_list_changes(
    window: Callable[..., Page], far_down: tuple[str, str], amira: Person
) -> None:
    agent = window("chen")
    agent.goto("/support/?view=open")
    rows, more = agent.locator("#rows > .ticket-row"), agent.locator("#more-rows a")
    third = str(rows.nth(2).get_attribute("data-ticket"))
    more.focus()
    write_in(third, amira)
    expect(rows.first).to_have_attribute("data-ticket", third, timeout=SOON)
    expect(more).to_be_focused()
    address = agent.evaluate(_NEXT)
    agent.keyboard.press("Enter")
    until(lambda: agent.evaluate(_NEXT) != address, 30, what="more rows")


def test_more_tickets_come_though_the_list_changed_while_they_were_on_their_way(
    window: Callable[..., Page], far_down: tuple[str, str], ben: Person
) -> None:
    page = window("amira")
    page.goto("/support-tickets")
    page.locator("[data-tickets-page=live]").wait_for()
    rows = page.locator(".ticket-row")
    shown = rows.count()
    third = str(rows.nth(2).get_attribute("data-ticket"))
    asked: list[Route] = []
    intercept(page, re.compile("cursor="), asked.append)
    page.locator("#more-rows a").press("Enter")
    until(lambda: page.evaluate("true") and asked, what="more are asked for")
    with page.expect_response(lambda response: response.url.endswith("/support-tickets?")):
        write_in(third, ben)
    asked[0].continue_()
    expect(rows).to_have_count(2 * shown, timeout=SOON)
    expect(rows.first).to_have_attribute("data-ticket", third, timeout=SOON)


def test_the_row_with_the_focus_stays_and_keys_go_on_from_it(desk: Page, system: System) -> None:
    tickets = order(system)
    desk.evaluate(_TO, 0)
    third = desk.locator(f"#row-{tickets[2]} .row-title")
    third.click()
    expect(desk.locator(f'#conv[data-ticket="{tickets[2]}"]')).to_be_visible(timeout=SOON)
    desk.evaluate(_TO, 9000)
    expect(desk.locator(f"#row-{tickets[0]}")).to_have_count(0)
    expect(third).to_be_focused()
    assert desk.locator("#rows > .ticket-row").count() <= MOST
    for key, number in (("j", 3), ("j", 4), ("k", 3)):
        desk.keyboard.press(key)
        row = desk.locator(f"#row-{tickets[number]} .row-title")
        expect(row).to_be_focused()
        expect(row).to_be_in_viewport()
        expect(desk.locator(f'#conv[data-ticket="{tickets[number]}"]')).to_be_visible(timeout=SOON)
        expect(row).to_have_attribute("aria-current", "true")


def test_a_row_that_changes_out_of_the_document_is_true_when_it_comes_back(
    desk: Page, system: System, amira: Person, ben: Person, far_down: tuple[str, str]
) -> None:
    answered, resolved = far_down
    desk.evaluate(_TO, 10_000_000)
    until(lambda: desk.evaluate(_FIRST)[0] in order(system)[-12:], what="the end is in view")
    ticket, top, count = desk.evaluate(_FIRST)
    expect(desk.locator(f"#row-{answered}, #row-{resolved}")).to_have_count(0)

    amira.post(f"tickets/{answered}/message/", {"message": "It works now."}, Prefer="wait=10")
    ben.post(f"tickets/{resolved}/status/", {"status": "RESOLVED"}, Prefer="wait=10")
    until(lambda: desk.evaluate(_FIRST)[2] == count - 1, 30, what="the list has one row less")
    moved = desk.evaluate(_FIRST)
    assert moved[0] == ticket
    assert abs(moved[1] - top) <= 1

    desk.evaluate(_TO, 0)
    expect(desk.locator("#rows > .ticket-row").first).to_contain_text("It works now.", timeout=SOON)
    assert [ticket for ticket, *_ in desk.evaluate(_READ)] == order(system)
