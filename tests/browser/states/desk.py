"""The agents' desk: its views, a thread with what can be opened around it, and the screens of a phone."""

from functools import partial

from tests.browser.states.entrance import page
from tests.browser.states.requester import EXPORT, SOLVED
from tests.browser.states.state import NARROW, State, Visit


def view(visit: Visit, *, name: str) -> None:
    visit.go(f"/support/?view={name}")
    visit.shows(visit.page.locator("#list"))


def thread(visit: Visit, *, subject: str = EXPORT, name: str = "open") -> None:
    visit.go(f"/support/?view={name}&ticket={visit.ticket(subject)}")
    visit.shows(visit.page.get_by_role("log", name="Conversation"))
    visit.page.locator("message-composer:defined").wait_for()


def note(visit: Visit) -> None:
    thread(visit)
    visit.page.keyboard.press("n")
    visit.page.keyboard.type("Export looks right on our side; waiting for Amira’s second try.")
    visit.shows(visit.page.locator("#composer[data-mode=note], #composer:has([value=staff]:checked)"))


def menu(visit: Visit, *, key: str, opens: str) -> None:
    thread(visit)
    visit.page.keyboard.press(key)
    visit.shows(visit.page.locator(opens))


def drawer(visit: Visit) -> None:
    visit.go(f"/support/?view=open&ticket={visit.ticket(EXPORT)}&details=1")
    visit.shows(visit.page.locator("#context"))


def shortcuts(visit: Visit) -> None:
    thread(visit)
    visit.page.keyboard.press("?")
    visit.shows(visit.page.locator("#shortcuts:popover-open"))


def collision(visit: Visit) -> None:
    """Chen is at the same ticket, in a window of their own."""
    thread(visit)
    colleague = visit.beside("chen")
    colleague.goto(visit.page.url)
    visit.shows(visit.page.get_by_text("is viewing this ticket"))


def work(visit: Visit) -> None:
    """The way of the newest command of a ticket, found by its id."""
    visit.go(f"/support/operations/find?q={visit.ticket(EXPORT)}")
    visit.page.locator(".report th a").first.click()
    visit.shows(visit.page.get_by_role("heading", name="Its way"))


def missing(visit: Visit) -> None:
    visit.go("/support/?view=open&ticket=00000000-0000-4000-8000-000000000000")
    visit.shows(visit.page.locator("#conv"))


STATES = (
    State(name="desk-inbox", reach=partial(view, name="inbox"), who="ben", support="online"),
    State(name="desk-unassigned", reach=partial(view, name="unassigned"), who="ben"),
    State(name="desk-chats", reach=partial(view, name="chats"), who="ben", support="away"),
    State(name="desk-resolved", reach=partial(view, name="resolved"), who="ben"),
    State(name="desk-empty", reach=partial(view, name="inbox"), who="admin"),
    State(name="desk-thread", reach=thread, who="ben", support="online"),
    State(name="desk-thread-resolved", reach=partial(thread, subject=SOLVED, name="resolved"), who="ben"),
    State(name="desk-note", reach=note, who="ben"),
    State(name="desk-assign", reach=partial(menu, key="a", opens="#assign-menu:popover-open"), who="ben"),
    State(name="desk-status", reach=partial(menu, key="s", opens="#status-menu:popover-open"), who="ben"),
    State(name="desk-drawer", reach=drawer, who="ben", widths=(900, NARROW)),
    State(name="desk-shortcuts", reach=shortcuts, who="ben"),
    State(name="desk-collision", reach=collision, who="ben", support="online"),
    State(name="desk-reports", reach=page("/support/reports/promises"), who="ben", whole=True),
    State(name="desk-deliveries", reach=page("/support/deliveries/"), who="admin", whole=True),
    State(name="desk-operations", reach=page("/support/operations/"), who="admin", whole=True),
    State(name="desk-operations-found", reach=page("/support/operations/find?q=none"), who="admin"),
    State(name="desk-operations-work", reach=work, who="admin", whole=True),
    State(name="desk-missing", reach=missing, who="ben", noise="status of 404"),
    State(
        name="desk-forbidden", reach=lambda visit: visit.go("/support/"), who="amira", noise="status of 403"
    ),
)
