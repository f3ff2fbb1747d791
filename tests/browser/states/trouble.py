"""What a page says when something came between: it could not be loaded, the line stayed away, the session ended.

Each in the window of somebody whose page was open and well before. Lines that are cut make the console complain.
"""

from tests.browser.interception import intercept
from tests.browser.states import desk, guests, requester, widget
from tests.browser.states.requester import CUT, EXPORT
from tests.browser.states.state import NARROW, NEWCOMER, WIDE, State, Visit, alive
from tests.browser.states.threads import own, write

A_MINUTE_AND_MORE = 65_000


def not_loaded(visit: Visit) -> None:
    """A ticket chosen in the list, whose answer does not come. Narrow windows have a page for each."""
    requester.ticket(visit, subject=EXPORT)
    alive(visit)
    other = visit.page.get_by_role("link", name="Change my placement end date")
    intercept(visit.page, "**" + str(other.get_attribute("href")), lambda route: route.abort())
    other.click()
    visit.shows(visit.page.get_by_role("heading", name="We couldn’t load this conversation."))


def not_loaded_on_the_desk(visit: Visit) -> None:
    """The same for an agent, whose list stays live meanwhile."""
    desk.view(visit, name="open")
    row = visit.page.locator(f"#row-{visit.ticket(EXPORT)} .row-title")
    row.wait_for()
    visit.page.context.set_offline(True)
    row.click()
    visit.shows(visit.page.get_by_role("heading", name="We couldn’t load this conversation."))


def lost(visit: Visit) -> None:
    """Written in a tunnel that is longer than a minute."""
    visit.page.clock.install()
    own(visit)
    visit.page.context.set_offline(True)
    write(visit, "I’m on the train; this goes out when I’m through the tunnel.")
    visit.shows(visit.page.get_by_text("Sending…"), visit.page.get_by_text("Reconnecting…"))
    visit.page.clock.fast_forward(A_MINUTE_AND_MORE)
    visit.shows(visit.page.get_by_text("We can’t connect right now."))


def lost_in_chat(visit: Visit) -> None:
    """The same in the floating chat."""
    visit.page.clock.install()
    widget.reconnecting(visit)
    visit.page.clock.fast_forward(A_MINUTE_AND_MORE)
    visit.shows(widget.panel(visit).get_by_text("We can’t connect right now."))


def lost_on_the_desk(visit: Visit) -> None:
    """The same at an agent's."""
    visit.page.clock.install()
    desk.thread(visit)
    alive(visit)
    visit.page.context.set_offline(True)
    visit.shows(visit.page.get_by_text("Reconnecting…"))
    visit.page.clock.fast_forward(A_MINUTE_AND_MORE)
    visit.shows(visit.page.get_by_text("We can’t connect right now."))


def lost_beside_no_thread(visit: Visit) -> None:
    """Nothing is open but the list, which then says it."""
    desk.view(visit, name="open")
    visit.page.context.set_offline(True)
    visit.shows(visit.page.locator("#list-notices").get_by_text("Reconnecting…"))


def signed_out(visit: Visit) -> None:
    """In another tab, while something was being written here."""
    own(visit)
    visit.page.locator("message-composer textarea[name=message]").last.fill("And one more thing: ")
    _sign_out(visit)
    visit.shows(visit.page.get_by_text("You’ve been signed out."))


def signed_out_while_asking(visit: Visit) -> None:
    """The same with the form of a new ticket, which says so when it is sent."""
    requester.dialog_filled(visit)
    _sign_out(visit)
    visit.page.get_by_role("dialog").get_by_role("button", name="Create ticket").click()
    visit.shows(visit.page.get_by_role("dialog").get_by_text("You’ve been signed out."))


def _sign_out(visit: Visit) -> None:
    token = visit.page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = visit.page.context.request.post("/accounts/logout/", headers={"X-CSRFToken": str(token)})
    assert answer.ok, answer.status_text


def too_fast(visit: Visit) -> None:
    """A guest, who may write twice a minute here: the third message waits, and says for how long."""
    guests.ticket(visit)
    alive(visit)
    for words in ("It was there on Monday.", "And on Tuesday.", "And this morning."):
        write(visit, words)
    visit.shows(visit.page.get_by_text("You’re sending messages quickly."))


STATES = (
    State(name="tickets-not-loaded", reach=not_loaded, who="amira", noise=f"{CUT}|htmx:", widths=(WIDE,)),
    State(name="ticket-lost", reach=lost, who=NEWCOMER, noise=CUT),
    State(name="ticket-signed-out", reach=signed_out, who=NEWCOMER, noise=CUT),
    State(name="ticket-too-fast", reach=too_fast),
    State(name="create-dialog-signed-out", reach=signed_out_while_asking, who=NEWCOMER, noise=CUT),
    State(name="desk-not-loaded", reach=not_loaded_on_the_desk, who="ben", noise=f"{CUT}|htmx:", afresh=True),
    State(name="desk-lost", reach=lost_on_the_desk, who="ben", noise=f"{CUT}|htmx:"),
    State(name="desk-list-lost", reach=lost_beside_no_thread, who="ben", noise=f"{CUT}|htmx:"),
)
# On the stage of the floating chat.
LIVE = (
    State(
        name="widget-lost",
        reach=lost_in_chat,
        who=NEWCOMER,
        support="online",
        afresh=True,
        noise=CUT,
        widths=(WIDE, NARROW),
    ),
)
