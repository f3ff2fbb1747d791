"""How much script a page loads: the promises of docs/design.md, measured on what `collectstatic` writes."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.core.collected import KILOBYTE, graph, script, served, weight

MINIFIER = find_spec("minify")  # requirements.in: not on every development machine

# Loaded when the chat is opened or a dialog needs it, not with the page.
OPENED = ("elements/chat-panel.js", "elements/tag-input.js")
# Loaded in a conversation as soon as it has something to show for them: no socket can be had, somebody types, the
# ticket changes, the chat ended, nobody is there.
STATES = (
    "chat/polling.js",
    "elements/typing-line.js",
    "elements/ticket-lines.js",
    "elements/chat-rating.js",
    "elements/leave-message.js",
)
# For a visitor who is not signed in.
VISITORS = ("elements/guest-chat.js", "page/guest-form.js")
# For the status page.
STATUS = "page/status-board.js"
# Pages of a requester, by what they have no markup for (the table in page/main.js).
PAGES = pytest.mark.parametrize(
    "without",
    [
        pytest.param(("page/tickets.js", "page/ticket-form.js", STATUS), id="a ticket"),
        pytest.param(
            ("page/ticket-page.js", "elements/message-log.js", "elements/message-composer.js", STATUS),
            id="the list",
        ),
    ],
)


@pytest.fixture
def htmx(collected: Path) -> Path:
    return served(collected, "django_htmx/htmx-2.min.js")


def scripts(collected: Path, *names: str) -> frozenset[Path]:
    return frozenset(script(collected, name) for name in names)


@PAGES
def test_a_requesters_page_loads_sixty_kilobytes_of_script_at_most(
    collected: Path, htmx: Path, without: tuple[str, ...]
) -> None:
    later = scripts(collected, *OPENED, *STATES, *VISITORS, *without)
    page = graph(script(collected, "page/main.js"), dynamic=True, without=later)

    assert 5 < len(page) < 20
    assert weight({htmx} | page) <= 60 * KILOBYTE or not MINIFIER


@PAGES
def test_whatever_a_requester_does_there_stays_below_it_too(
    collected: Path, htmx: Path, without: tuple[str, ...]
) -> None:
    """Every module that the page can load, an opened chat in every state included."""
    elsewhere = scripts(collected, *VISITORS, *(name for name in without if name.startswith("page/")))
    page = graph(script(collected, "page/main.js"), dynamic=True, without=elsewhere)

    assert page > scripts(collected, *OPENED, *STATES)
    assert weight({htmx} | page) <= 60 * KILOBYTE or not MINIFIER


def test_a_closed_chat_adds_one_small_module_to_what_every_page_has(collected: Path) -> None:
    page = graph(script(collected, "page/main.js"))
    added = graph(script(collected, "elements/support-chat.js")) - page

    assert len(added) == 1
    assert weight(added) <= 2.5 * KILOBYTE or not MINIFIER


def test_a_chat_that_is_opened_and_written_in_adds_twenty_kilobytes_at_most(collected: Path) -> None:
    """To a page without it. What every page has, its notifications above all, is not loaded twice."""
    page = graph(script(collected, "page/main.js"))
    later = scripts(collected, *STATES)
    chat = graph(script(collected, "elements/support-chat.js"), dynamic=True, without=later)

    assert chat - page == scripts(
        collected, "elements/support-chat.js", "elements/chat-panel.js", "elements/message-log.js"
    )
    assert weight(chat - page) <= 20 * KILOBYTE or not MINIFIER
    assert weight(chat) <= 28 * KILOBYTE or not MINIFIER
