"""The pages of a developer's copy: every component, every mail, the mailbox."""

from functools import partial

from tests.browser.states.entrance import page
from tests.browser.states.state import State, Visit


def mail(visit: Visit) -> None:
    visit.go("/dev/mailbox/")
    visit.page.locator("a.mailbox-mail").first.click()
    visit.shows(visit.page.locator("iframe, details"))


def preview(visit: Visit, *, name: str) -> None:
    """A mail with its example."""
    visit.go(f"/dev/emails/{name}/")
    visit.shows(visit.page.locator("iframe"))


def letter(visit: Visit, *, name: str) -> None:
    """The HTML alone, as a mail client shows it. At its own address it is in a sandbox where no check could run."""
    visit.page.set_content(visit.person().http.get(f"/dev/emails/{name}/html/").text)


# A mail has no landmarks and no outline: it is a letter, and its reader's program lays it out.
LETTER = ("region", "landmark-one-main", "page-has-heading-one", "320 px")
MAILS = ("new_ticket", "ticket_reply", "ticket_update", "ticket_assigned", "chat_transcript", "digest")
STATES = (
    State(
        name="dev-components",
        reach=page("/dev/components/"),
        who="ben",
        whole=True,
        # It shows every component twice, parts of pages with their headings and landmarks among them.
        excused=("landmark-unique", "heading-order"),
    ),
    State(name="dev-emails", reach=page("/dev/emails/"), who="ben", whole=True),
    State(name="dev-email", reach=partial(preview, name="ticket_reply"), who="ben", whole=True),
    *(
        State(
            name=f"mail-{name.replace('_', '-')}",
            reach=partial(letter, name=name),
            who="ben",
            whole=True,
            excused=LETTER,
        )
        for name in MAILS
    ),
    State(name="dev-mailbox", reach=page("/dev/mailbox/"), who="ben"),
    State(name="dev-mail", reach=mail, who="ben"),
)
