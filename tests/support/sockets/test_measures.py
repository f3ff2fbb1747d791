"""A chat message through the real log, drain and sockets leaves one time for each of its steps."""

import pytest

from core import measured, measures
from core.models import User
from support.models import SupportTicket
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import off_loop
from workers.persistence import drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def counts() -> dict[str, int]:
    measures.tally().write()
    return {step: histogram.count for step, histogram in measured.since_the_beginning().items()}


async def test_a_message_is_timed_until_the_other_sides_page_has_it(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    """The ticket and the message were stored, the message was announced, and Ben's page says that it is there."""
    before = await off_loop(counts)
    asking = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    helping = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await helping.hear("chat_history")
    await asking.say(message="Hello, is anyone there?")
    await asking.hear("accepted")
    await off_loop(drain, 0)
    for page in (asking, helping):
        sequence = (await page.hear("message"))["message"]["sequence"]
        await page.say(type="received", sequence=sequence)
        await page.say(type="ping")
        await page.hear("heartbeat")
    after = await off_loop(counts)

    stored, announced, seen = (after[step] - before[step] for step in ("stored", "announced", "seen"))
    assert (stored, announced, seen) == (1, 1, 1)
    assert measured.since_the_beginning()["seen"].seconds < 60
