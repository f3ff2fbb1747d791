"""A requester's pages: the list in all its moods, a ticket and its thread, asking something new."""

import re
from functools import partial

from tests.browser.states.state import MEDIUM, NEWCOMER, WIDE, State, Visit, alive

EXPORT = "Logbook export is missing week 14 supervision"
SOLVED = "Professional development hours counted twice"
CLOSED = "Can I log telehealth sessions as client contact?"
CUT = r"Failed to load resource|WebSocket connection"


def tickets(visit: Visit, *, query: str = "") -> None:
    visit.go(f"/support-tickets{query}")
    visit.shows(visit.page.get_by_role("link", name="New ticket"))


def loading(visit: Visit) -> None:
    """The answer is on its way for as long as somebody looks."""
    visit.hold(re.compile(r"/support-tickets\?"))
    tickets(visit)
    visit.page.get_by_role("searchbox").fill("hours")
    visit.shows(visit.page.locator("#ticket-results[aria-busy=true]"))


def no_result(visit: Visit) -> None:
    tickets(visit)
    visit.page.get_by_role("searchbox").fill("kangaroo")
    visit.shows(visit.page.get_by_text("Nothing matches “kangaroo”"))


def filters(visit: Visit) -> None:
    tickets(visit)
    visit.page.locator("#ticket-filters-open").click()
    visit.shows(visit.page.get_by_text("Priority", exact=True))


def ticket(visit: Visit, *, subject: str) -> None:
    visit.go(f"/support-tickets/{visit.ticket(subject)}")
    visit.shows(visit.page.get_by_role("log", name="Conversation"))


def unread(visit: Visit) -> None:
    """Somebody answered since."""
    visit.says("ben", visit.ticket(EXPORT), "Week 14 is back in the export. Could you download it once more?")
    ticket(visit, subject=EXPORT)
    visit.shows(visit.page.locator(".day-new"))


def queued(visit: Visit) -> None:
    """The line is gone; what is typed waits."""
    ticket(visit, subject=EXPORT)
    alive(visit)
    visit.page.context.set_offline(True)
    field = visit.page.locator("message-composer textarea[name=message]").last
    field.fill("I’m on the train; this goes out when I’m through the tunnel.")
    field.press("Control+Enter")
    visit.shows(visit.page.get_by_text("Sending…"), visit.page.locator("[data-connection]"))


def dialog(visit: Visit) -> None:
    tickets(visit)
    visit.page.get_by_role("link", name="New ticket").first.click()
    visit.shows(visit.page.get_by_role("dialog").get_by_label("Subject"))


def dialog_filled(visit: Visit) -> None:
    dialog(visit)
    form = visit.page.get_by_role("dialog")
    form.get_by_label("Subject").fill("My logbook export is missing a week")
    form.get_by_label("What’s happening?").fill("Week 14 shows no supervision. I tried Safari and Chrome.")
    form.get_by_role("textbox", name=re.compile("Tags")).press_sequentially("logbook,")


def refused(visit: Visit, *, at: str) -> None:
    """Sent as it was opened: empty."""
    if at == "page":
        visit.go("/support-tickets/new")
    else:
        dialog(visit)
    visit.page.get_by_role("button", name="Create ticket").last.click()
    visit.shows(visit.page.get_by_text("need a look before we can send this"))


STATES = (
    State(name="tickets", reach=tickets, who="amira", support="online"),
    State(name="tickets-selected", reach=partial(ticket, subject=EXPORT), who="amira", support="online"),
    State(name="tickets-empty", reach=tickets, who=NEWCOMER, support="away"),
    State(name="tickets-loading", reach=loading, who="amira", noise=CUT),
    State(name="tickets-no-result", reach=no_result, who="amira"),
    State(name="tickets-filters", reach=filters, who="amira"),
    State(name="tickets-waiting", reach=partial(tickets, query="?status=waiting"), who="amira"),
    State(name="ticket-unread", reach=unread, who="amira", support="online"),
    State(name="ticket-queued", reach=queued, who="amira", noise=CUT),
    State(name="ticket-resolved", reach=partial(ticket, subject=SOLVED), who="dora"),
    State(name="ticket-closed", reach=partial(ticket, subject=CLOSED), who="amira"),
    State(name="create", reach=lambda visit: visit.go("/support-tickets/new"), who="amira", whole=True),
    State(
        name="create-refused",
        reach=partial(refused, at="page"),
        who="amira",
        noise="status of 422",
        whole=True,
    ),
    State(name="create-dialog", reach=dialog, who="amira", support="online"),
    State(name="create-dialog-filled", reach=dialog_filled, who="amira", widths=(WIDE, MEDIUM, 390)),
    State(
        name="create-dialog-refused", reach=partial(refused, at="dialog"), who="amira", noise="status of 422"
    ),
)
