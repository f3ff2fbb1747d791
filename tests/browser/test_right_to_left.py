"""The interface from right to left, in the invented language: pages turn, nothing runs over, what points turns too."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.system.people import Person
from tests.system.processes import System

pytestmark = pytest.mark.browser
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TURNED = """[...document.querySelectorAll(".flip-rtl")].filter((icon) => icon.checkVisibility())
    .map((icon) => getComputedStyle(icon).transform + getComputedStyle(icon).scale)"""

# What somebody called a thing may read the other way, and still begins where the page's lines begin.
ASTRAY = """[...document.querySelectorAll(":is(h1, h2, .truncate)[dir=auto]")].filter((name) => name.checkVisibility())
    .filter((name) => getComputedStyle(name).textAlign !== "right").map((name) => name.textContent)"""


@pytest.fixture
def turned(system: System) -> Iterator[str]:
    """Amira and Ben read from right to left for a test; a ticket of hers."""
    with Person(system, "amira") as amira:
        ticket = str(amira.open_ticket("Logbook export")["id"])
    _read(system, "ar-xb")
    yield ticket
    _read(system, "")


def _read(system: System, language: str) -> None:
    system.manage(
        "shell",
        "-c",
        "from core.models import User; "
        f"User.objects.filter(username__in=['amira', 'ben']).update(language='{language}')",
    )


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("amira", "/"),
        ("amira", "/support-tickets"),
        ("amira", "/support-tickets/new"),
        ("amira", "/support-tickets/{ticket}"),
        ("ben", "/support/"),
        ("ben", "/support/?ticket={ticket}"),
    ],
)
def test_a_page_turns_and_nothing_runs_over(
    window: Callable[..., Page], turned: str, person: str, address: str, width: int
) -> None:
    page = window(person)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address.format(ticket=turned))
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar-XB", "rtl"]
    assert page.evaluate(OVER) == 0
    assert [look for look in page.evaluate(TURNED) if "-1" not in look] == []
    assert page.evaluate(ASTRAY) == []
