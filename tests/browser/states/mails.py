"""Mail that came in: the list of support admins, one that waits in quarantine, a message that was mailed."""

from functools import partial

from tests.browser.states.requester import EXPORT
from tests.browser.states.state import State, Visit
from tests.system.waiting import until

# A mail arrives as from the mailbox: kept, accepted, sorted by the workers. Twice is once.
ARRIVES = """
from core import kept
from core.models import User
from notifications import addresses
from support import mail_intake
from support.models import SupportTicket
ticket = SupportTicket.objects.get(subject={subject!r})
to = addresses.reply_address(ticket.pk, User.objects.get(username="amira").pk)
head = ["From: {sender}", "To: " + to, "Subject: Re: Logbook export", "Message-ID: <{number}@mail.example>"]
raw = "\\r\\n".join([*head, "", "{words}", "", "> Which week is it?", ""]).encode()
mail_intake.receive_mail(digest=kept.put(raw), size=len(raw), via="imap")
"""


def arrives(visit: Visit, number: int, sender: str, words: str) -> None:
    code = ARRIVES.format(subject=EXPORT, sender=sender, number=number, words=words)
    visit.stage.system.manage("shell", "--verbosity", "0", "-c", code)


def held(visit: Visit, *, opened: bool = False) -> None:
    """Somebody to whom Amira forwarded a mail of ours has answered it."""
    arrives(visit, 1, "Mallory <mallory@elsewhere.example>", "Amira forwarded this to me.")
    waiting = visit.page.get_by_role("row", name="Mallory").get_by_role("link").first

    def shown() -> bool:
        visit.go("/support/mail/")
        return waiting.count() > 0

    until(shown, what="the mail waits in quarantine", every=0.5)
    if opened:
        waiting.click()
        visit.shows(visit.page.get_by_role("button", name="Discard it"))


def whole(visit: Visit) -> None:
    """Amira answered by mail; below her words the mail quotes ours."""
    arrives(visit, 2, "Amira <amira@example.com>", "It is week 14.")
    link = visit.page.get_by_role("link", name="Whole email").first

    def shown() -> bool:
        visit.go(f"/support-tickets/{visit.ticket(EXPORT)}?view=full")
        return link.count() > 0

    until(shown, what="the answer is in the thread", every=0.5)
    link.click()
    visit.shows(visit.page.get_by_role("heading", name="Whole email"))


STATES = (
    State(name="desk-mails", reach=held, who="admin", whole=True),
    State(name="desk-mail", reach=partial(held, opened=True), who="admin", whole=True),
    State(name="ticket-whole-mail", reach=whole, who="amira", whole=True),
)
