"""Rights while a socket is open: withdrawn ones close it, and PostgreSQL being away does not."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from core import layer
from core.layer import GroupFrame
from core.models import User
from support import groups
from support.models import SupportTicket
from support.sockets import hub as hub_module
from support.sockets import threads
from support.sockets.hub import hub
from support.sockets.rights import Standing, standings
from tests.support.conftest import Desk
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import SECONDS, Page, comes_true, cookie_of, off_loop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
PROMISED = 5.0  # seconds after which nobody hears what they may not any more


def log_out(user: User) -> None:
    Session.objects.all().delete()


def deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another one entirely")
    user.save()


@pytest.mark.parametrize("withdraw", [log_out, deactivate, change_password])
@pytest.mark.parametrize("path", ["/ws/chat/{}/", "/ws/chat/general/", "/ws/notifications/"])
async def test_whoever_is_signed_out_is_closed(
    withdraw: Callable[[User], None], path: str, open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, path.format(ticket.pk))
    await page.settle()
    await off_loop(withdraw, amira)
    await hub().review()
    assert await page.hear_close() == 4401


async def test_a_demoted_agent_loses_other_peoples_tickets_and_the_desk(
    open_page: Opener, ticket: SupportTicket, ben: User
) -> None:
    thread = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    desk = await open_page(ben, "/ws/notifications/")
    for page in (thread, desk):
        await page.settle()
    await off_loop(lambda: User.objects.filter(pk=ben.pk).update(is_staff=False))
    await hub().review()
    assert (await thread.hear_close(), await desk.hear_close()) == (4404, 4409)
    again = await open_page(ben, "/ws/notifications/")
    await again.settle()
    await off_loop(layer.send, [GroupFrame(group=groups.STAFF, staff='{"type":"counts"}')])
    assert await again.hears_nothing()


async def test_the_clock_closes_and_beats_without_being_asked(
    open_page: Opener, ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 0.1)
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("heartbeat")
    await off_loop(log_out, amira)
    assert await page.hear_close() == 4401


async def test_every_page_hears_numbers_though_each_review_takes_longer_than_a_tick(
    open_page: Opener, ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(function: Callable[..., Any], *given: Any) -> Any:
        await asyncio.sleep(0.15)
        return await threads.read(function, *given)

    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "read", slow)
    pages = [await open_page(amira, f"/ws/chat/{ticket.pk}/") for _ in range(hub_module.BEATS)]
    async with asyncio.timeout(SECONDS):
        for page in pages:
            while "last_sequence" not in await page.hear("heartbeat"):
                pass


async def test_signing_in_elsewhere_changes_nothing_here(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    await off_loop(update_last_login, None, amira)
    assert await hub().review()
    assert await page.hears_nothing()


async def test_one_query_reviews_everybody(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    for person in (amira, ben):
        for path in (f"/ws/chat/{ticket.pk}/", "/ws/chat/general/", "/ws/notifications/"):
            await (await open_page(person, path)).say(type="ping")
    sockets = hub().sockets
    await comes_true(lambda: len(sockets) == 6)
    asked = [socket.asked for socket in sockets]

    def counted() -> list[Standing]:
        with CaptureQueriesContext(connection) as queries:
            found = standings(asked)
        assert len(queries) == 1
        return found

    for place, standing in zip(asked, await off_loop(counted), strict=True):
        assert (standing.is_signed_in, standing.is_staff) == (True, place.user_id == ben.pk)
        assert standing.requester_id == (amira.pk if place.ticket_id == ticket.pk else None)


async def test_a_heartbeat_says_how_far_the_thread_is_for_its_reader(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    asking = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    helping = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    for page in (asking, helping):
        await page.hear("chat_history")

    def meanwhile() -> None:
        desk.say(ben, ticket, "for us only", audience="staff")
        desk.say(ben, ticket, "for everybody")

    await off_loop(meanwhile)
    assert await hub().review()
    for socket in hub().sockets:
        socket.beat(fresh=True)
    assert await asking.hear("heartbeat") == {"type": "heartbeat", "last_sequence": 1}
    assert await helping.hear("heartbeat") == {"type": "heartbeat", "last_sequence": 2}


@contextmanager
def postgresql_away() -> Iterator[None]:
    """The database takes no new connection; the sockets' reads open one each in these tests."""
    parameters = connection.get_connection_params() | {"dbname": "postgres", "autocommit": True}
    name = sql.Identifier(connection.settings_dict["NAME"])
    with psycopg.connect(**parameters) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            yield
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


async def test_while_postgresql_is_away_sockets_stay_and_post(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    another = Page(f"/ws/chat/{ticket.pk}/", await off_loop(cookie_of, amira))
    with postgresql_away():
        assert await hub().review() is False
        await page.say(message="Are you there?")
        await page.hear("accepted")
        await page.say(type="resume", after=0)
        assert (await page.hear("error"))["code"] == "database-unavailable"
        for socket in hub().sockets:
            socket.beat(fresh=False)
        assert await page.hear("heartbeat") == {"type": "heartbeat"}
        assert await another.connect()
        assert await another.hear_close() == 4409
    assert await hub().review()
    await page.say(type="resume", after=0)
    assert (await page.hear("chat_history"))["messages"] == []


async def test_what_is_for_staff_only_waits_until_their_rights_are_known_again(
    open_page: Opener, desk: Desk, ticket: SupportTicket, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 3600.0)
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await page.settle()

    async def says(body: str, audience: str) -> None:
        await off_loop(lambda: desk.say(ben, ticket, body, audience=audience))

    for socket in hub().sockets:
        socket.known_at = time.monotonic() - PROMISED
    await says("for us only", "staff")
    await says("for everybody", "public")
    assert (await page.hear("message"))["message"]["message"] == "for everybody"
    assert await hub().review()
    for socket in hub().sockets:
        socket.beat(fresh=True)
    assert (await page.hear("heartbeat"))["last_sequence"] == 2
    await page.say(type="resume", after=0)
    missed = (await page.hear("chat_history"))["messages"]
    assert [message["message"] for message in missed] == ["for us only", "for everybody"]
    await says("and this", "staff")
    assert (await page.hear("message"))["message"]["message"] == "and this"


async def test_rights_are_as_old_as_the_question_whose_answer_they_are(
    open_page: Opener, ticket: SupportTicket, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await page.settle()
    before, asked_at = time.monotonic(), list[float]()

    async def noted(function: Callable[..., Any], *given: Any) -> Any:
        asked_at.append(time.monotonic())
        return await threads.read(function, *given)

    monkeypatch.setattr(hub_module, "read", noted)
    assert await hub().review()
    [socket] = hub().sockets
    assert before < socket.known_at <= asked_at[0]


async def test_a_page_that_comes_is_known_as_of_its_coming_until_the_first_review(
    open_page: Opener, ticket: SupportTicket, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 3600.0)
    came_at = time.monotonic()
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await page.settle()
    settled_at = time.monotonic()
    [socket] = hub().sockets
    assert came_at <= socket.known_at < settled_at
    assert await hub().review()
    assert socket.known_at >= settled_at
