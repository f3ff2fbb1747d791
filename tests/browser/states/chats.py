"""A live chat that nobody has taken yet, is offered, or was left: at the requester's and on the desk.

Each chat is a newcomer's own and has ended when the visit is over, so that no agent is offered it later.
"""

from tests.browser.states import desk, widget
from tests.browser.states.state import NEWCOMER, State, Visit
from tests.system.people import Person
from tests.system.waiting import until

FIRST = "Hi, my board wants the form by Friday. Which one is it?"


def waiting(visit: Visit) -> None:
    """In the queue, and the next."""
    widget.start(visit)
    panel = widget.panel(visit)
    panel.get_by_label("Your message").fill(FIRST)
    panel.get_by_role("button", name="Start chat").click()
    visit.shows(panel.locator("[data-queue-words]"), panel.get_by_role("button", name="Stop waiting"))
    visit.later.callback(widget.end, visit.person())


def waiting_on_its_page(visit: Visit) -> None:
    """The same chat on its ticket's page, where it can be ended without script."""
    visit.go(f"/support-tickets/{asked(visit, visit.person())}")
    visit.shows(visit.page.get_by_role("button", name="Stop waiting"))


def deserted(visit: Visit) -> None:
    """Everybody went while the newcomer waited."""
    waiting(visit)
    visit.declares("offline", "ben", "chen")
    panel = widget.panel(visit)
    visit.shows(panel.get_by_text("Everybody has left for now"))
    visit.shows(panel.get_by_role("button", name="Leave it as a ticket"))


def offered(visit: Visit) -> None:
    """Ben alone is there, and hears of it on whatever part of the desk he is."""
    visit.declares("offline", "chen")
    desk.thread(visit)
    asked(visit, visit.newcomer())
    visit.shows(visit.page.locator(".offer-card"))


def queued(visit: Visit) -> None:
    """On the desk of somebody who reads it without being asked to take it."""
    ticket_id = asked(visit, visit.newcomer())
    visit.go(f"/support/?view=chats&ticket={ticket_id}")
    visit.shows(visit.page.get_by_role("button", name="Accept chat"))


def left_alone(visit: Visit) -> None:
    """Chen took it, and Chen's machine is gone."""
    ticket_id = asked(visit, visit.newcomer())
    taken = visit.person("chen").post(f"tickets/{ticket_id}/chat/accept/", {}, Prefer="wait=10")
    assert taken.status_code == 200, taken.text
    visit.says("chen", ticket_id, "Good morning, one moment.")
    visit.stage.system.forget_leases("chen")
    visit.later.callback(visit.stage.forget)
    visit.go(f"/support/?view=chats&ticket={ticket_id}")
    visit.shows(visit.page.get_by_role("button", name="Take over"))


def asked(visit: Visit, person: Person) -> str:
    """A chat that somebody has just begun; its ticket."""
    with person.chat("general") as chat:
        chat.send(FIRST)
        chat.next("message")
    visit.later.callback(widget.end, person)
    tickets = until(lambda: person.get("tickets/").json()["tickets"], what="the chat has a ticket")
    return str(tickets[0]["id"])


STATES = (
    State(name="widget-waiting", reach=waiting, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-deserted", reach=deserted, who=NEWCOMER, support="online", afresh=True),
    State(name="ticket-waiting", reach=waiting_on_its_page, who=NEWCOMER, support="online"),
    State(name="desk-offer", reach=offered, who="ben", support="online"),
    State(name="desk-queued", reach=queued, who="ben", support="away"),
    State(name="desk-flagged", reach=left_alone, who="ben", support="online"),
)
