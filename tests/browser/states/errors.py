"""What a person sees when something goes wrong: each page reached by making it go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.browser.states.state import State, Visit
from tests.system.waiting import until


def missing(visit: Visit) -> None:
    visit.go("/nowhere")


def stranger(visit: Visit) -> None:
    """Somebody else's ticket."""
    visit.go(f"/support-tickets/{visit.ticket('Professional development hours counted twice')}")


def stale_form(visit: Visit) -> None:
    """A form whose token is another's, as after signing in again in a second tab."""
    visit.go("/accounts/login/")
    visit.page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    visit.page.fill("input[name=login]", "amira")
    visit.page.fill("input[name=password]", "anything")
    visit.page.press("input[name=password]", "Enter")
    visit.page.wait_for_function("document.title && !document.querySelector('[name=password]')")


def too_often(visit: Visit) -> None:
    """Asking for a new password again and again."""
    path = "/accounts/password/reset/"
    answer = visit.page.context.request
    for _ in range(25):
        visit.go(path)
        visit.page.fill("input[name=email]", "nobody@example.com")
        visit.page.press("input[name=email]", "Enter")
        visit.page.wait_for_load_state()
        if visit.page.locator("input[name=email]").count() == 0 and "done" not in visit.page.url:
            return
    raise AssertionError(f"never too often: {answer}")


def database_away(visit: Visit) -> None:
    visit.later.enter_context(_no_database(visit))
    visit.go("/support-tickets")


def unreadable(visit: Visit) -> None:
    """Asked for under a name that is not the site's."""
    visit.go(visit.stage.production().replace("127.0.0.1", "localhost"))


def mistake(visit: Visit) -> None:
    """Signing in where the tables are missing."""
    visit.go(f"{visit.stage.production()}/accounts/login/")
    visit.page.fill("input[name=login]", "amira")
    visit.page.fill("input[name=password]", "anything")
    visit.page.press("input[name=password]", "Enter")
    visit.shows(visit.page.get_by_role("heading", name="Our mistake"))


@contextmanager
def _no_database(visit: Visit) -> Iterator[None]:
    """Nobody may connect to it, and whoever is connected no longer is."""
    url = visit.stage.system.fleet.urls.database
    with psycopg.connect(url, autocommit=True, dbname="postgres") as session:
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        session.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            session.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    until(lambda: visit.person("amira").get("tickets/").status_code == 200, 60, what="the pages are back")


STATES = (
    State(name="error-400", reach=unreadable, noise="status of 400"),
    State(name="error-403", reach=stale_form, noise="status of 403"),
    State(name="error-404", reach=missing, noise="status of 404"),
    State(name="error-404-ticket", reach=stranger, who="amira", noise="status of 404"),
    State(name="error-429", reach=too_often, noise="status of 429"),
    State(name="error-500", reach=mistake, noise="status of 500"),
    State(name="error-503", reach=database_away, who="amira", noise="status of 503"),
)
