"""Home, and the pages of an account: signing in, signing up, and what is behind the account menu."""

import psycopg

from tests.browser.states.state import NEWCOMER, State, Visit
from tests.system.people import PASSWORD


def home(visit: Visit) -> None:
    visit.go("/")
    visit.shows(visit.page.locator("h1"))


def account_menu(visit: Visit) -> None:
    home(visit)
    visit.page.get_by_role("button", name="Account menu").click()
    visit.shows(visit.page.get_by_role("button", name="Sign out"))


def sign_in_refused(visit: Visit) -> None:
    visit.go("/accounts/login/")
    visit.page.fill("input[name=login]", "amira")
    visit.page.fill("input[name=password]", "not-her-password")
    visit.page.press("input[name=password]", "Enter")
    visit.shows(visit.page.get_by_text("That email and password don’t match."))


def sign_up_refused(visit: Visit) -> None:
    visit.go("/accounts/signup/")
    visit.page.fill("input[name=username]", "amira")
    visit.page.fill("input[name=email]", "amira@example.com")
    visit.page.fill("input[name=password1]", "short")
    visit.page.fill("input[name=password2]", "other")
    visit.page.press("input[name=password2]", "Enter")
    visit.shows(visit.page.locator("[aria-invalid=true]"))


def reset_sent(visit: Visit) -> None:
    visit.go("/accounts/password/reset/")
    visit.page.fill("input[name=email]", "nobody@example.com")
    visit.page.press("input[name=email]", "Enter")
    visit.page.wait_for_url("**/password/reset/done/")


def two_step_set_up(visit: Visit) -> None:
    """Changing how one signs in asks for the password again."""
    visit.go("/accounts/2fa/totp/activate/")
    if visit.page.locator("input[name=password]").is_visible():
        visit.page.fill("input[name=password]", PASSWORD)
        visit.page.press("input[name=password]", "Enter")
    visit.shows(visit.page.locator("input[name=code]"))


def page(path: str) -> "_Page":
    """A page that is reached by its address."""
    return _Page(path)


class _Page:
    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self, visit: Visit) -> None:
        visit.go(self.path)
        visit.shows(visit.page.locator("h1"))


def bell(visit: Visit) -> None:
    """What Amira was told while she was away."""
    visit.says("ben", visit.ticket("Change my placement end date"), "Your new end date is confirmed, Amira.")
    home(visit)
    visit.page.locator("[data-bell]").click()
    visit.shows(visit.page.locator("#bell-list").get_by_text("placement end date"))


def toast(visit: Visit) -> None:
    """A reply arrives while another page is on the screen."""
    visit.go("/accounts/password/change/")
    visit.page.wait_for_load_state("networkidle")
    visit.says(
        "ben", visit.ticket("Change my placement end date"), "One more thing, Amira: tell your board as well."
    )
    visit.shows(visit.page.locator(".toast"))
    visit.page.locator(".toast").first.hover()  # it stays for as long as somebody points at it


def status(visit: Visit) -> None:
    """The status page with a past: runs of every kind, the last of which found that mails are late."""
    with psycopg.connect(visit.stage.system.fleet.urls.database, autocommit=True) as session:
        session.execute(_RUNS)
    visit.go("/status/")
    visit.shows(
        visit.page.get_by_text("Emails are going out late"),
        visit.page.get_by_text("29 days without a delay."),
    )


# One an hour for thirty days, as they are kept, every 97th with trouble at one hop or another; the last a minute ago.
_RUNS = """
WITH runs AS (
    SELECT n, now() - interval '1 minute' - n * interval '1 hour' AS at,
           CASE WHEN n = 0 THEN 5 WHEN n % 97 = 5 THEN n / 97 % 6 END AS bad
    FROM generate_series(0, 720) n
)
INSERT INTO support_proberun (id, began_at, ended_at, outcome, hop, steps)
SELECT md5('status' || n)::uuid, at, at, CASE WHEN bad IS NULL THEN 'passed' ELSE 'failed' END, '', (
    SELECT jsonb_agg(jsonb_build_array(hop, CASE WHEN place = bad + 1 THEN 'failed' ELSE 'ok' END, 12) ORDER BY place)
    FROM unnest(ARRAY['accept', 'store', 'announce', 'react', 'web', 'mail']) WITH ORDINALITY hops(hop, place)
    WHERE bad IS NULL OR place <= bad + 1
) FROM runs ON CONFLICT DO NOTHING
"""
STATES = (
    State(name="home-public", reach=home),
    State(name="status", reach=status, whole=True),
    State(name="home-requester", reach=home, who="amira", support="online"),
    State(name="home-newcomer", reach=home, who=NEWCOMER),
    State(name="home-agent", reach=home, who="ben", support="away"),
    State(name="account-menu", reach=account_menu, who="amira"),
    State(name="bell", reach=bell, who="amira"),
    State(name="toast", reach=toast, who="amira"),
    State(name="profile", reach=page("/accounts/profile/"), who="amira", whole=True),
    State(name="profile-agent", reach=page("/accounts/profile/"), who="ben", whole=True),
    State(name="notifications", reach=page("/notifications"), who="amira"),
    State(name="notification-preferences", reach=page("/accounts/notifications/"), who="amira"),
    State(name="sign-in", reach=page("/accounts/login/")),
    State(name="sign-in-refused", reach=sign_in_refused),
    State(name="sign-up", reach=page("/accounts/signup/")),
    State(name="sign-up-refused", reach=sign_up_refused),
    State(name="sign-out", reach=page("/accounts/logout/"), who="amira"),
    State(name="password-reset", reach=page("/accounts/password/reset/")),
    State(name="password-reset-sent", reach=reset_sent),
    State(name="password-reset-bad-link", reach=page("/accounts/password/reset/key/1-none/")),
    State(name="password-change", reach=page("/accounts/password/change/"), who="amira"),
    State(name="email-addresses", reach=page("/accounts/email/"), who="amira"),
    State(name="two-step", reach=page("/accounts/2fa/"), who="amira"),
    State(name="two-step-set-up", reach=two_step_set_up, who=NEWCOMER),
)
