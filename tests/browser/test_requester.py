"""The requester's pages in a browser: without a mouse, at 320 px, on a slow or failing line, in step with changes."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.early import SLOW, Early
from tests.browser.interception import intercept
from tests.system.people import PASSWORD, Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 15_000
TICKET = re.compile(r"/support-tickets/[0-9a-f-]{36}")
TICKETS = "SELECT id FROM support_supportticket WHERE subject = %s"
# The words that the device keeps of a ticket that is being written.
KEPT = "() => Object.keys(localStorage).filter((key) => key.endsWith(':new-ticket'))"
# What has the focus: its tag, and whether the ring is drawn around it or around what holds it.
FOCUS = """() => {
  const focused = document.activeElement;
  const ringed = [focused, focused.closest(".ticket-row, .composer, .tag-input, .radio-card, .segmented label")];
  const within = (node) => node.matches(":focus-visible, :focus-within");
  const ring = (node) => node && getComputedStyle(node).outlineStyle !== "none" && within(node);
  return {tag: focused.tagName, ring: ringed.some(ring)};
}"""


@pytest.fixture(scope="module")
def amira(system: System) -> Iterator[Person]:
    """The requester, by HTTP."""
    with Person(system, "amira") as person:
        yield person


@pytest.fixture(scope="module")
def ben(system: System) -> Iterator[Person]:
    """An agent, by HTTP."""
    with Person(system, "ben") as person:
        yield person


# What stands out of a narrow page, except what scrolls by itself (the tabs) or is for screen readers only.
OUTSIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter((node) => node.checkVisibility() && !node.closest(".tabs, .sr-only, .toasts"))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 80))"""


def open_list(page: Page, address: str = "") -> None:
    """The list or one of its tickets, once its script is there; before, a row is a link."""
    page.goto(f"/support-tickets{address}")
    expect(page.locator("[data-tickets-page=live]")).to_have_count(1, timeout=SOON)


def focused(page: Page) -> None:
    """Something has the focus, and it shows."""
    found = page.evaluate(FOCUS)
    assert found["tag"] != "BODY"
    assert found["ring"], page.evaluate("document.activeElement.outerHTML")


def tab_to(page: Page, locator: Locator, *, key: str = "Tab", most: int = 60) -> None:
    """Press Tab until it is reached, as somebody without a mouse does; the focus shows at every stop."""
    for _ in range(most):
        if locator.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press(key)
        focused(page)
    raise AssertionError(f"{locator} is not reached with {most} tabs")


def find_and_open(page: Page, ticket_id: str) -> None:
    """Slash, a few letters, Tab to the row, Enter."""
    page.keyboard.press("/")
    expect(page.locator("#ticket-search")).to_be_focused()
    page.keyboard.type("keyboard ONLY")
    expect(page.locator("#ticket-rows .row-title")).to_have_count(1, timeout=SOON)
    expect(page).to_have_url(re.compile(r"\?search=keyboard\+ONLY$"))
    expect(page.locator("#ticket-search")).to_be_focused()
    tab_to(page, page.locator("#ticket-rows .row-title"))
    page.keyboard.press("Enter")
    expect(page.locator("#thread-title")).to_be_focused(timeout=SOON)
    expect(page).to_have_url(re.compile(rf"/support-tickets/{ticket_id}\?search=keyboard\+ONLY$"))
    expect(page.locator("#ticket-rows [aria-current=true]")).to_have_text("Keyboard only")


def create(page: Page) -> str:
    """A new ticket with two tags, from the button to its page; its id."""
    before = page.url
    tab_to(page, page.get_by_role("link", name="New ticket"), key="Shift+Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Subject")).to_be_focused()
    page.keyboard.type("Written by hand")
    page.keyboard.press("Tab")
    page.keyboard.type("Week 14 shows no hours at all.")
    tab_to(page, dialog.get_by_label("Tags"))
    page.keyboard.type("logbook")
    page.keyboard.press("Enter")
    page.keyboard.type("sign-off,")
    expect(dialog.locator(".tag-input > .tag")).to_have_text(["logbook", "sign-off"])
    focused(page)
    tab_to(page, dialog.get_by_role("button", name="Create ticket"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: TICKET.search(url) is not None and url != before)
    created = re.compile(r"^Ticket PP-\d+ created\. We’ll reply here and by email\.$")
    expect(page.get_by_text(created)).to_be_visible()
    return page.url.partition("#")[0].rpartition("/")[2]


def test_the_main_job_without_a_mouse(window: Callable[..., Page], amira: Person, ben: Person) -> None:
    known = amira.open_ticket("Keyboard only")
    page = window("amira")  # signed in with the keyboard
    open_list(page)
    find_and_open(page, known["id"])
    ticket_id = create(page)
    shown = amira.get(f"tickets/{ticket_id}/").json()["ticket"]
    assert (shown["subject"], shown["tags"]) == ("Written by hand", ["logbook", "sign-off"])

    reply = page.get_by_label("Your reply")
    tab_to(page, reply)
    page.keyboard.type("One more ")
    ben.post(f"tickets/{ticket_id}/message/", {"message": "Looking at it."})
    log = page.get_by_role("log", name="Conversation")
    expect(log.get_by_text("Looking at it.")).to_have_count(1, timeout=SOON)
    expect(reply).to_be_focused()
    page.keyboard.type("thing.")
    page.keyboard.press("Control+Enter")
    expect(log.locator("li[data-sequence='2']")).to_contain_text("One more thing.", timeout=SOON)
    expect(reply).to_be_focused()
    expect(reply).to_have_value("")

    tab_to(page, page.get_by_role("button", name="Mark as resolved"), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main [data-ticket-status]").first).to_contain_text("Resolved", timeout=SOON)
    assert amira.get(f"tickets/{ticket_id}/").json()["ticket"]["status"] == "RESOLVED"


@pytest.mark.parametrize("script", [True, False])
def test_no_page_scrolls_sideways_at_320_pixels(
    window: Callable[..., Page], amira: Person, ben: Person, script: bool
) -> None:
    ticket = amira.open_ticket("https://example.org/" + "a-word-without-any-space" * 6)["id"]
    ben.post(f"tickets/{ticket}/message/", {"message": "See `" + "x" * 120 + "` please."})
    page = window("amira", script=script)
    page.set_viewport_size({"width": 320, "height": 640})
    pages = ["", "?search=zebra", "?tag=logbook&priority=HIGH", "/new", f"/{ticket}", f"/{ticket}?view=full"]
    for address in pages:
        page.goto(f"/support-tickets{address}")
        expect(page.locator("h1:visible")).to_have_count(1)
        if script:
            assert (address, page.evaluate(OUTSIDE)) == (address, [])
            assert page.evaluate("document.documentElement.scrollWidth") == 320
        box = page.locator("main").bounding_box()
        assert box
        assert box["width"] <= 320


def sent_too_early(dialog: Locator) -> None:
    """Two fields are empty: the summary has the focus, leads to the first, and its error goes while it is mended."""
    dialog.get_by_label("Subject").fill("")
    dialog.get_by_label("What’s happening?").fill("")
    expect(dialog.locator("#id_subject_error")).to_have_text(
        "Add a subject so the right person picks this up."
    )
    dialog.get_by_role("button", name="Create ticket").click()
    summary = dialog.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Two things need a look before we can send this")
    summary.get_by_role("link").first.click()
    expect(dialog.get_by_label("Subject")).to_be_focused()
    dialog.page.keyboard.type("B")
    expect(dialog.locator("#id_subject_error")).to_have_count(0)


def test_the_dialog_fills_a_phone_and_keeps_its_draft(window: Callable[..., Page]) -> None:
    page = window("amira")
    page.set_viewport_size({"width": 390, "height": 800})
    open_list(page)
    page.get_by_role("link", name="New ticket").first.click()
    dialog = page.get_by_role("dialog")
    sides = "(({x, y, width, height}) => [x, y, width, height].map(Math.round))"
    sides += "(document.querySelector('dialog[open]').getBoundingClientRect())"
    until(lambda: page.evaluate(sides) == [0, 0, 390, 800], what="the dialog has risen and fills the screen")
    dialog.get_by_label("Subject").fill("A draft")
    dialog.get_by_label("What’s happening?").press_sequentially("Too short")
    expect(dialog.get_by_text("Tell us a little more: what you tried, and what happened.")).to_be_visible()
    dialog.get_by_text("I’m stuck, with a deadline this week.").click()
    dialog.get_by_label("Tags").fill("logbook,")
    expect(dialog.get_by_text("Draft saved on this device")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="New ticket").first).to_be_focused()

    open_list(page)
    page.get_by_role("link", name="New ticket").first.click()
    expect(dialog.get_by_label("Subject")).to_have_value("A draft")
    expect(dialog.get_by_role("radio", name="High")).to_be_checked()
    expect(dialog.locator(".tag-input > .tag")).to_have_text(["logbook"])
    sent_too_early(dialog)
    dialog.get_by_label("What’s happening?").fill("Week 14 shows no hours at all.")
    dialog.get_by_role("button", name="Create ticket").click()
    page.wait_for_url(TICKET)
    expect(page.locator(".toast")).to_contain_text("created. We’ll reply here and by email.")
    page.goto("/support-tickets/new")
    expect(page.get_by_label("Subject")).to_have_value("")


@pytest.mark.parametrize("is_shown", [True, False], ids=["and shown", "and not shown"])
def test_a_ticket_sent_before_its_form_had_script_is_one_and_does_not_stand_there_again(
    is_shown: bool, window: Callable[..., Page], system: System
) -> None:
    page = window("amira")
    words = {"Subject": f"Sent early, {is_shown}", "What’s happening?": "Week 14 shows no hours at all."}
    with Early(page, "page/ticket-form") as early:
        assert early.send("/support-tickets/new", words, "Create ticket") == 200
        assert page.evaluate(KEPT) == []
    expect(page.get_by_text("Draft saved on this device")).to_be_visible(timeout=SLOW)
    ((ticket,),) = until(lambda: system.rows(TICKETS, words["Subject"]), what="it is stored")

    if is_shown:
        page.goto(f"/support-tickets/{ticket}")
    else:
        page.goto("/support-tickets/new")
        expect(page.get_by_label("Subject")).to_have_value(words["Subject"], timeout=SLOW)
        page.get_by_role("button", name="Create ticket").click()
        page.wait_for_url(re.compile(str(ticket)))
    until(lambda: page.evaluate(KEPT) == [], SLOW / 1000, what="the draft is forgotten")
    assert system.rows(TICKETS, words["Subject"]) == [(ticket,)]


def test_a_conversation_that_does_not_load_says_so_and_is_asked_for_again(
    patient: Callable[[str], Page], amira: Person
) -> None:
    first, second = (amira.open_ticket(subject)["id"] for subject in ("Loads", "Does not load"))
    page = patient("amira")
    open_list(page, f"/{first}")
    intercept(page, f"**/support-tickets/{second}", lambda route: route.abort())
    page.locator(f"#ticket-{second}").click()
    detail = page.locator("#ticket-detail")
    expect(detail.get_by_role("heading")).to_have_text("We couldn’t load this conversation.")
    expect(detail.get_by_role("alert").get_by_role("paragraph")).to_have_text("Nothing is lost.")
    expect(detail.get_by_role("button", name="Try again")).to_be_focused()
    page.unroute(f"**/support-tickets/{second}")
    page.keyboard.press("Enter")
    expect(page.locator("#thread-title")).to_have_text("Does not load")
    expect(page.locator(f"#ticket-{second}")).to_have_attribute("aria-current", "true")


def test_somebody_signed_out_meanwhile_is_told_and_keeps_what_they_wrote(
    patient: Callable[[str], Page],
) -> None:
    page = patient("amira")
    open_list(page)
    page.get_by_role("link", name="New ticket").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Subject").fill("Written while signed out")
    dialog.get_by_label("What’s happening?").fill("The session had ended by then.")
    page.context.clear_cookies(name=re.compile("session"))
    dialog.get_by_role("button", name="Create ticket").click()
    banner = dialog.get_by_role("alert")
    expect(banner).to_be_focused()
    expect(banner.get_by_role("paragraph")).to_have_text(
        "You’ve been signed out. Sign in again and your draft will be here."
    )
    banner.get_by_role("link", name="Sign in").click()
    page.fill("input[name=login]", "amira")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/support-tickets$"))
    page.get_by_role("link", name="New ticket").first.click()
    expect(dialog.get_by_label("Subject")).to_have_value("Written while signed out")
    expect(dialog.get_by_label("What’s happening?")).to_have_value("The session had ended by then.")


def test_a_page_of_a_session_before_says_that_it_has_to_be_loaded_anew(
    patient: Callable[[str], Page],
) -> None:
    page = patient("amira")
    page.route(
        re.compile("django-htmx"), lambda route: route.abort()
    )  # under DEBUG it shows every refusal whole
    open_list(page)
    page.get_by_role("link", name="New ticket").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Subject").fill("Written on an old page")
    dialog.get_by_label("What’s happening?").fill("Its token was another session’s.")
    page.context.clear_cookies(name=re.compile("csrf"))
    dialog.get_by_role("button", name="Create ticket").click()
    banner = dialog.get_by_role("alert")
    expect(banner.get_by_role("paragraph")).to_have_text("This page is out of date. Reload it and try again.")
    page.reload()
    page.get_by_role("link", name="New ticket").first.click()
    expect(dialog.get_by_label("Subject")).to_have_value("Written on an old page")
    dialog.get_by_role("button", name="Create ticket").click()
    page.wait_for_url(TICKET)


def test_a_slow_answer_shows_grey_shapes_and_says_that_it_is_busy(
    window: Callable[..., Page], amira: Person
) -> None:
    amira.open_ticket("Slow")
    page = window("amira")
    open_list(page)
    held: list[Route] = []
    intercept(page, "**/support-tickets?*search=slow*", held.append)
    page.locator("#ticket-search").press_sequentially("slow")
    results = page.locator("#ticket-results")
    expect(results).to_have_attribute("aria-busy", "true")
    expect(results.locator(".skeleton").first).to_be_visible()
    expect(page.locator("#ticket-rows")).to_be_hidden()
    for route in held:
        route.continue_()
    expect(page.locator("#ticket-rows .row-title").first).to_have_text("Slow")
    expect(results.locator(".skeleton")).to_have_count(0)
    assert results.get_attribute("aria-busy") is None


def test_a_change_keeps_the_rows_the_focus_and_the_place(window: Callable[..., Page], system: System) -> None:
    with Person(system, "dora") as dora, Person(system, "chen") as chen:
        tickets = [dora.open_ticket(f"Row {number:02}")["id"] for number in range(30)]
        page = window("dora")
        open_list(page, f"/{tickets[20]}")
        rows = page.locator("#ticket-rows .row-title")
        more = page.get_by_role("link", name="Show more")
        before = rows.count()
        more.focus()
        page.keyboard.press("Enter")
        expect(rows.nth(before)).to_be_focused(timeout=SOON)
        total = rows.count()
        assert total > before
        place = page.evaluate("document.getElementById('ticket-results').scrollTop")
        assert place > 0
        chen.post(f"tickets/{tickets[0]}/message/", {"message": "Something new."})
        expect(rows.first).to_have_text("Row 00", timeout=SOON)
        expect(page.locator("#ticket-rows [data-unread] .row-title")).to_have_text(["Row 00"])
        assert rows.count() == total
        assert page.evaluate("document.activeElement.className").startswith("row-title")
        expect(page.locator("#ticket-rows [aria-current=true]")).to_have_text("Row 20")


def test_a_thousand_messages_are_paged_and_the_place_is_kept(
    window: Callable[..., Page], amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket("A long story")["id"]
    with amira.chat(ticket) as socket:
        for number in range(1, 1001):
            socket.send(f"Message {number}.")
            while number % 50 == 0 and socket.next("message", seconds=60)["message"]["sequence"] < number:
                pass
    page = window("amira")
    page.goto(f"/support-tickets/{ticket}")
    connected = "document.querySelector('message-log').store?.getSnapshot().isConnected"
    until(lambda: page.evaluate(connected), what="the conversation is live")
    stored = page.locator("li.msg[data-sequence]")
    expect(stored).to_have_count(50)
    expect(stored.last).to_contain_text("Message 1000.")
    earlier = page.get_by_role("link", name="Show earlier messages")
    # Of the first one the name goes, because it joins a run; everything below stays where it is.
    anchor = "document.querySelector('li[data-sequence=\"952\"]').getBoundingClientRect().top"
    earlier.scroll_into_view_if_needed()  # reading backwards asks by itself
    before = page.evaluate(anchor)
    expect(stored).to_have_count(100, timeout=SOON)
    assert abs(page.evaluate(anchor) - before) < 2
    earlier.evaluate("(link) => { link.click(); link.click(); }")  # once more, and in vain: it is on its way
    expect(stored).to_have_count(150, timeout=SOON)
    assert abs(page.evaluate(anchor) - before) < 2
    assert page.url.endswith(f"/support-tickets/{ticket}")
    expect(page.get_by_role("button", name="Jump to latest")).to_be_visible()

    ben.post(f"tickets/{ticket}/message/", {"message": "I have read it all."})
    expect(page.get_by_role("button", name="1 new message")).to_be_visible(timeout=SOON)
    assert abs(page.evaluate(anchor) - before) < 2
    page.get_by_role("button", name="1 new message").click()
    expect(page.get_by_text("I have read it all.")).to_be_in_viewport()


def test_whether_who_helps_is_there_follows_them_and_not_their_colleagues(
    window: Callable[..., Page], system: System, amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket("Who helps")["id"]
    page, heard = window("amira"), list[str]()
    page.add_init_script("Math.random = () => 0")  # its turn among all pages is the first
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    with Person(system, "chen") as chen:
        for agent in (ben, chen):
            agent.declare("online")
        ben.post(f"tickets/{ticket}/assign/", {"assigned_to": ben.id}, Prefer="wait=10")
        page.goto(f"/support-tickets/{ticket}?view=full")
        helper = page.locator("[data-ticket-details] dd", has_text="Ben")
        expect(helper).to_contain_text("(online)")
        connected = "document.querySelector('message-log').store?.getSnapshot().isConnected"
        until(
            lambda: page.evaluate(connected) and any('"presence"' in frame for frame in heard),
            what="the page is live",
        )
        ben.declare("offline")
        expect(helper).to_contain_text("(offline)", timeout=SOON)
        ben.declare("online")
        expect(helper).to_contain_text("(online)", timeout=SOON)


def test_a_list_that_was_narrowed_beside_a_ticket_stays_so_when_the_ticket_is_resolved(
    amira: Person, window: Callable[..., Page]
) -> None:
    ticket = amira.open_ticket("Two lists")["id"]
    page = window("amira")
    page.goto(f"/support-tickets/{ticket}")
    page.locator("#tab-open").click()
    page.wait_for_url(f"**/support-tickets/{ticket}?status=open")
    page.get_by_role("button", name="Mark as resolved").click()
    page.wait_for_url(f"**/support-tickets/{ticket}?status=open#latest")
    expect(page.locator("#tab-open")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button", name="Open again")).to_be_visible()


def test_a_reply_grows_with_its_words_where_the_browser_does_not_do_it_alone(
    amira: Person, window: Callable[..., Page]
) -> None:
    ticket = amira.open_ticket("Long words")["id"]
    page = window("amira")
    page.add_init_script("CSS.supports = () => false")
    page.goto(f"/support-tickets/{ticket}")
    reply = page.get_by_role("textbox", name="Your reply")
    reply.evaluate("field => { field.style.fieldSizing = 'fixed'; }")
    whole = "field => field.scrollHeight <= field.clientHeight && field.offsetHeight"
    words = "one\ntwo\nthree\nfour\nfive\nsix"

    def grows() -> bool:
        reply.fill(words)
        return bool(reply.evaluate(whole) > 100)

    until(grows, what="the script that grows it is there")
    reply.fill("one")
    before = reply.evaluate("field => field.offsetHeight")
    reply.fill(words)
    assert reply.evaluate(whole) > before
    reply.fill("one\n" * 60)
    assert reply.evaluate("field => field.offsetHeight") <= 224
    reply.fill("")
    assert reply.evaluate("field => field.offsetHeight") == before
