"""The pages of a developer's copy: every component, every mail, the mailbox."""

from functools import partial

from notifications.examples import EXAMPLES
from tests.browser.states.entrance import page
from tests.browser.states.state import State, Visit
from tests.system.processes import ROOT


def mail(visit: Visit) -> None:
    visit.go("/dev/mailbox/")
    visit.page.locator("a.mailbox-mail").first.click()
    visit.shows(visit.page.locator("iframe, details"))


def preview(visit: Visit, *, name: str) -> None:
    """A mail with its example."""
    visit.go(f"/dev/emails/{name}/")
    visit.shows(visit.page.locator("iframe"))


def letter(visit: Visit, *, name: str) -> None:
    """The HTML alone, as the preview frames it. At its own address it is in a sandbox where no check could run."""
    visit.page.set_content(visit.person().http.get(f"/dev/emails/{name}/html/").text)


# A section a state: all of them at once are more than a browser's tools take in.
COMPONENTS = sorted(path.stem for path in (ROOT / "templates/dev/components").glob("*.html"))
MAILS = (
    *EXAMPLES,
    "account-email_confirmation_signup",  # with a button
    "account-password_reset_code",  # with a code
    "account-email_changed",  # with facts alone
)
STATES = (
    *(
        State(
            name=f"dev-{name}",
            reach=page(f"/dev/components/{name}/"),
            who="ben",
            whole=True,
        )
        for name in COMPONENTS
    ),
    State(name="dev-emails", reach=page("/dev/emails/"), who="ben", whole=True),
    State(name="dev-email", reach=partial(preview, name="ticket_reply"), who="ben", whole=True),
    *(
        State(
            name=f"mail-{name.replace('_', '-')}",
            reach=partial(letter, name=name),
            who="ben",
            whole=True,
        )
        for name in MAILS
    ),
    State(name="dev-mailbox", reach=page("/dev/mailbox/"), who="ben"),
    State(name="dev-mail", reach=mail, who="ben"),
)
