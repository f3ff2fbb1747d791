"""Pages with sockets for the tests of this folder, and an event loop that is left as it was found."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer

from core import valkey
from core.models import User
from support.models import SupportTicket
from support.sockets import hub as hub_module
from support.sockets.hub import hub
from tests.support.conftest import Desk
from tests.support.sockets.page import Page, cookie_of, off_loop

Opener = Callable[..., Awaitable[Page]]


@pytest.fixture(autouse=True)
def clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews and heartbeats come when a test asks for them; the tests of the clock set it going."""
    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 3600.0)


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """Amira's ticket, still without a message."""
    return desk.ask(amira)


@pytest_asyncio.fixture
async def loop_left_clean() -> AsyncIterator[None]:
    """Clients and subscriptions live as long as a process; here they end with the test's loop."""
    yield
    for _ in range(1000):
        if not [task for task in asyncio.all_tasks() if task.get_name().startswith(("group ", "socket"))]:
            break
        await asyncio.sleep(0)
    await get_channel_layer().flush()
    await valkey.async_durable().aclose()
    await valkey.async_ephemeral().aclose()


@pytest_asyncio.fixture
async def open_page(loop_left_clean: None) -> AsyncIterator[Opener]:
    """Opens a page as a person (None: a stranger) and waits until it is accepted."""
    pages: list[Page] = []

    async def open_page(user: User | None, path: str) -> Page:
        page = Page(path, await off_loop(cookie_of, user) if user else "")
        assert await page.connect()
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        await page.leave()
    assert not hub().sockets
