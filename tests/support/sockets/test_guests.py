"""Sockets of guests: their own threads like any requester's, nobody else's, and within their measure."""

import uuid
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client

from core import command_log
from core.contracts import decode, kind_of
from core.models import User
from support.chat_identity import live_ticket_id
from support.guests import people
from support.models import ChatMessage, ChatSession, SupportTicket
from support.sockets.hub import hub
from tests.support.conftest import Desk
from tests.support.sockets.page import Page, comes_true, off_loop
from workers.persistence import drain

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.usefixtures("loop_left_clean"),
]


@pytest.fixture
def grace() -> User:
    return people.new_guest("grace@example.com", "Grace")


@pytest.fixture
def hers(desk: Desk, grace: User) -> SupportTicket:
    return desk.ask(grace)


def cookie(guest: User) -> str:
    client = Client()
    client.force_login(guest, backend="support.guests.backend.Guests")
    return f"{conf.SESSION_COOKIE_NAME}={client.cookies[conf.SESSION_COOKIE_NAME].value}"


async def opened(guest: User, path: str) -> Page:
    page = Page(path, await off_loop(cookie, guest))
    assert await page.connect()
    return page


async def test_a_guest_writes_in_their_thread_and_hears_the_answer(
    desk: Desk, grace: User, ben: User, hers: SupportTicket
) -> None:
    page = await opened(grace, f"/ws/chat/{hers.pk}/")
    await page.hear("chat_history")
    await page.say(message="Is somebody there?")
    await page.hear("accepted")
    [command] = [decode(entry.payload) for entry in command_log.read(0, count=10)]
    await off_loop(drain, 0)
    message = (await page.hear("message"))["message"]
    await off_loop(desk.say, ben, hers, "Yes.")
    answer = (await page.hear("message"))["message"]

    assert command.actor == f"guest:{grace.pk}"  # type: ignore[attr-defined]
    assert (message["sender"]["name"], message["sender"]["email"], message["is_support"]) == (
        "Grace",
        "grace@example.com",
        False,
    )
    assert (answer["sequence"], answer["is_support"], answer["sender"]["email"]) == (
        2,
        True,
        conf.SUPPORT_EMAIL,
    )
    await page.leave()


async def test_other_peoples_threads_are_not_there_for_a_guest(
    desk: Desk, grace: User, amira: User, hers: SupportTicket
) -> None:
    same_address = await off_loop(people.new_guest, "grace@example.com")
    amiras = await off_loop(desk.ask, amira)
    for guest, ticket in ((grace, amiras), (same_address, hers), (same_address, amiras)):
        page = await opened(guest, f"/ws/chat/{ticket.pk}/")
        assert await page.hear_close() == 4404
    page = Page(f"/ws/chat/{hers.pk}/")
    assert await page.connect()
    assert await page.hear_close() == 4401


async def test_general_is_the_guests_own_chat(grace: User) -> None:
    page = await opened(grace, "/ws/chat/general/")
    history = await page.hear("chat_history")
    await page.say(message="Hello")
    await page.hear("accepted")

    assert history["ticket_id"] == str(live_ticket_id(grace.pk, None))
    commands = [decode(entry.payload) for entry in command_log.read(0, count=10)]
    assert [(kind_of(one), one.actor) for one in commands] == [  # type: ignore[attr-defined]
        ("StartChat", f"guest:{grace.pk}"),
        ("PostMessage", f"guest:{grace.pk}"),
    ]
    await page.leave()


async def test_the_notifications_of_a_guest_tell_of_their_own_tickets(
    desk: Desk, grace: User, ben: User, hers: SupportTicket
) -> None:
    await off_loop(desk.say, ben, hers, "Look again.")
    page = await opened(grace, "/ws/notifications/")
    counts = await page.hear("unread")

    assert (counts["total"], counts["tickets"]) == (1, {str(hers.pk): 1})
    await page.leave()


async def test_a_session_that_is_revoked_closes_the_guests_sockets(grace: User, hers: SupportTicket) -> None:
    page = await opened(grace, f"/ws/chat/{hers.pk}/")
    await page.hear("chat_history")
    await off_loop(grace.revoke)
    await hub().review()

    assert await page.hear_close() == 4401


async def test_with_guests_off_a_guests_session_opens_no_socket(
    settings: Any, grace: User, hers: SupportTicket
) -> None:
    settings.GUESTS = False
    page = await opened(grace, f"/ws/chat/{hers.pk}/")

    assert await page.hear_close() == 4401


async def test_a_guest_writes_within_their_measure(settings: Any, grace: User, hers: SupportTicket) -> None:
    settings.GUEST_MESSAGES_PER_MINUTE = 2
    page = await opened(grace, f"/ws/chat/{hers.pk}/")
    await page.hear("chat_history")
    for number in range(2):
        await page.say(message=f"{number}")
        await page.hear("accepted")
    await page.say(message="2")
    error = await page.hear("error")

    assert (error["code"], 25 <= error["retry_after"] <= 30) == ("too-fast", True)
    assert command_log.length(0) == 2
    await page.leave()


async def test_a_chat_begun_counts_as_a_conversation_because_it_mails_a_link(
    settings: Any, grace: User
) -> None:
    settings.GUEST_TICKETS_PER_HOUR = 1
    other = await off_loop(people.new_guest, "Grace@example.com")
    for guest, kind in ((grace, "accepted"), (other, "error")):
        page = await opened(guest, "/ws/chat/general/")
        await page.hear("chat_history")
        await page.say(message="Hello")
        frame = await page.hear(kind)
        await page.leave()

    assert (frame["code"], 3500 < frame["retry_after"] <= 3600) == ("too-fast", True)
    await off_loop(drain, 0)
    await comes_true(lambda: ChatMessage.objects.count() == 1)


async def test_a_first_message_that_the_log_does_not_take_counts_once_however_often_it_is_sent(
    settings: Any, grace: User
) -> None:
    settings.GUEST_TICKETS_PER_HOUR = 1
    well, message_id = settings.COMMAND_LOG_URL, str(uuid.uuid4())
    for address, kind in (("unix:///nonexistent.sock?db=0", "error"), (well, "accepted")):
        settings.COMMAND_LOG_URL = address
        page = await opened(grace, "/ws/chat/general/")
        await page.hear("chat_history")
        await page.say(type="message", id=message_id, message="Hello")
        frame = await page.hear(kind)
        await page.leave()

    assert frame["id"] == message_id
    await off_loop(drain, 0)
    await comes_true(lambda: ChatMessage.objects.count() == 1)

    ticket = await off_loop(SupportTicket.objects.get)
    await off_loop(lambda: ChatSession.objects.filter(ticket=ticket).update(state="ended"))
    page = await opened(grace, "/ws/chat/general/")
    await page.hear("chat_history")
    await page.say(type="message", id=message_id, message="Another conversation under the same id")
    assert (await page.hear("error"))["code"] == "too-fast"
    await page.leave()
