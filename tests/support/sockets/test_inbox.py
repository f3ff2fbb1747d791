"""The notifications' socket: what it says first, who hears what, and the leases it keeps."""

import pytest

from core import command_log, layer, valkey
from core.contracts import decode, kind_of
from core.layer import GroupFrame
from core.models import User
from notifications.models import IN_APP, Delivery
from support import commands, groups, presence
from support.models import SupportTicket
from support.sockets import hub as hub_module
from tests.support.conftest import Desk
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import Page, comes_true, off_loop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
PATH = "/ws/notifications/"


def kinds() -> list[str]:
    return [kind_of(decode(entry.payload)) for entry in command_log.read(0, count=100)]


async def test_a_requester_first_hears_their_unread_count_and_whether_support_is_there(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    def before() -> None:
        desk.declare(ben, "online")
        desk.say(ben, ticket, "We are looking at it.")

    await off_loop(before)
    page = await open_page(amira, PATH)
    await page.settle()
    assert page.heard == [
        {"type": "unread", "total": 1, "tickets": {str(ticket.pk): 1}},
        {"type": "presence", "is_online": True, "availability": "online", "support_name": "Ben"},
        {"type": "unseen", "total": 0, "tickets": {}},
        {"type": "heartbeat"},
    ]


async def test_an_agent_also_hears_who_is_there_and_what_waits(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    def before() -> None:
        desk.declare(ben, "away")
        desk.say(amira, ticket, "Any news?")

    await off_loop(before)
    page = await open_page(ben, PATH)
    await page.settle()
    unread, here, counts, unseen, _ = page.heard
    assert unread == {"type": "unread", "total": 1, "tickets": {str(ticket.pk): 1}}
    assert here["agents"] == [{"id": str(ben.pk), "name": "Ben", "availability": "away"}]
    assert (counts["type"], counts["counts"]["unassigned"]) == ("counts", 1)
    assert unseen == {"type": "unseen", "total": 0, "tickets": {}}


async def test_strangers_are_asked_to_sign_in(open_page: Opener, db: None) -> None:
    page = await open_page(None, PATH)
    assert (await page.hear_close(), page.heard) == (4401, [])


async def test_each_group_reaches_its_own(open_page: Opener, amira: User, dora: User, ben: User) -> None:
    pages = {person.username: await open_page(person, PATH) for person in (amira, dora, ben)}
    for page in pages.values():
        await page.settle()
    line = '{{"type":"{}"}}'
    await off_loop(
        layer.send,
        [
            GroupFrame(group=groups.person(amira.pk), public=line.format("own"), staff=line.format("own")),
            GroupFrame(group=groups.STAFF, staff=line.format("desk")),
            GroupFrame(group=groups.PRESENCE, public=line.format("public"), staff=line.format("colleagues")),
        ],
    )
    await pages["amira"].hear("public")
    await pages["dora"].hear("public")
    await pages["ben"].hear("colleagues")
    heard = {name: [frame["type"] for frame in page.heard] for name, page in pages.items()}
    assert heard["amira"][4:] == ["own", "public"]
    assert heard["dora"][4:] == ["public"]
    assert heard["ben"][5:] == ["desk", "colleagues"]


async def test_only_pings_are_taken(open_page: Opener, amira: User) -> None:
    page = await open_page(amira, PATH)
    await page.say(type="message", message="Hello")
    assert (await page.hear("error"))["code"] == "invalid"
    await page.settle()
    assert kinds() == []


# --- Leases ---------------------------------------------------------------------------------------


async def test_an_agents_page_holds_a_lease_and_a_requesters_does_not(
    open_page: Opener, amira: User, ben: User
) -> None:
    for person in (amira, ben):
        await (await open_page(person, PATH)).settle()
    assert set(await off_loop(presence.leases, [amira.pk, ben.pk])) == {ben.pk}
    assert 55 < valkey.ephemeral().ttl(presence.lease_key(ben.pk)) <= 60


async def test_a_ping_renews_the_lease_and_tells_nobody(open_page: Opener, ben: User) -> None:
    page = await open_page(ben, PATH)
    await page.settle()
    valkey.ephemeral().expire(presence.lease_key(ben.pk), 5)
    await page.say(type="ping", input_age=120)
    await page.settle()
    assert valkey.ephemeral().ttl(presence.lease_key(ben.pk)) > 55
    assert kinds() == []


@pytest.mark.parametrize(
    ("declared", "is_present", "told"),
    [
        ("online", False, ["RestorePresence"]),
        ("away", False, ["RestorePresence"]),
        ("offline", False, []),
        ("online", True, []),
    ],
)
async def test_the_first_page_after_a_lapse_is_told_when_the_agent_wants_to_be_seen(
    declared: str, is_present: bool, told: list[str], open_page: Opener, desk: Desk, ben: User
) -> None:
    def before() -> None:
        desk.declare(ben, declared)
        if not is_present:
            desk.do(ben, commands.ExpirePresence, user_id=ben.pk)
        valkey.ephemeral().delete(presence.lease_key(ben.pk))

    await off_loop(before)
    await (await open_page(ben, PATH)).settle()
    await (await open_page(ben, PATH)).settle()
    assert kinds() == told


async def test_the_last_page_lets_the_lease_lapse_soon_and_another_page_keeps_it(
    open_page: Opener, ben: User
) -> None:
    first, second = await open_page(ben, PATH), await open_page(ben, PATH)
    for page in (first, second):
        await page.settle()
    lease = presence.lease_key(ben.pk)
    await first.leave()
    await second.settle()
    assert valkey.ephemeral().ttl(lease) > 55
    await second.leave()
    await comes_true(lambda: 0 < valkey.ephemeral().ttl(lease) <= presence.PARTING_SECONDS)


async def test_a_lease_that_cannot_be_renewed_closes_nothing(
    open_page: Opener, ben: User, settings: object
) -> None:
    page = await open_page(ben, PATH)
    await page.settle()
    settings.REDIS_URL = "unix:///nonexistent.sock?db=0"  # type: ignore[attr-defined]
    await page.settle()
    await page.settle()


@pytest.fixture
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat every half second."""
    monkeypatch.setattr(hub_module, "REVIEW_SECONDS", 0.05)


def counted(page: Page) -> list[int]:
    return [frame["total"] for frame in page.heard if frame["type"] == "unread"]


@pytest.mark.usefixtures("quick_clock")
async def test_a_count_whose_broadcast_got_lost_comes_with_the_next_heartbeat(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    pages = [await open_page(amira, PATH), await open_page(amira, PATH), await open_page(ben, PATH)]
    for page in pages:
        await page.settle()
    await off_loop(desk.say, ben, ticket, "Looking.")  # no worker runs beside this test: nobody broadcasts
    await off_loop(desk.give, ben, ticket, ben)

    for page in pages[:2]:
        await page.hear("unread")
        assert page.heard[-1] == {"type": "unread", "total": 1, "tickets": {str(ticket.pk): 1}}
    counts = await pages[2].hear("counts")
    while counts["counts"]["inbox"] != 1:
        counts = await pages[2].hear("counts")
    assert counts["counts"]["unassigned"] == 0


@pytest.mark.usefixtures("quick_clock")
async def test_who_is_there_comes_with_the_next_heartbeat_when_its_broadcast_got_lost(
    open_page: Opener, desk: Desk, amira: User, ben: User, chen: User
) -> None:
    pages = [await open_page(amira, PATH), await open_page(ben, PATH)]
    for page in pages:
        assert (await page.hear("presence"))["is_online"] is False
    await off_loop(desk.declare, chen, "online")  # nobody broadcasts

    public, staff = [await page.hear("presence") for page in pages]
    assert (public["is_online"], "agents" in public) == (True, False)
    assert [agent["name"] for agent in staff["agents"]] == ["Chen"]


@pytest.mark.usefixtures("quick_clock")
async def test_the_bells_number_whose_broadcast_got_lost_comes_with_the_next_heartbeat_and_on_connecting(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    pages = [await open_page(amira, PATH), await open_page(ben, PATH)]
    for page in pages:
        await page.settle()
    await off_loop(desk.say, ben, ticket, "Looking.")
    told = Delivery.objects.filter(recipient=amira, transport=IN_APP)
    await off_loop(lambda: told.update(state="sent"))
    one = {"type": "unseen", "total": 1, "tickets": {str(ticket.pk): 1}}

    assert await pages[0].hear("unseen") == one
    later = await open_page(amira, PATH)
    assert await later.hear("unseen") == one
    await off_loop(lambda: told.update(seen_at=desk.now))
    for page in (pages[0], later):
        assert await page.hear("unseen") == {"type": "unseen", "total": 0, "tickets": {}}
    await pages[1].hear("heartbeat")
    assert [frame["total"] for frame in pages[1].heard if frame["type"] == "unseen"] == [0]


@pytest.mark.usefixtures("quick_clock")
async def test_a_count_that_an_older_broadcast_overtook_is_put_right(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    page = await open_page(amira, PATH)
    await page.settle()
    await off_loop(desk.say, ben, ticket, "Looking.")
    while counted(page)[-1] != 1:
        await page.hear("unread")
    old = '{"type":"unread","total":0,"tickets":{}}'
    await off_loop(layer.send, [GroupFrame(group=groups.person(amira.pk), public=old, staff=old)])

    while counted(page)[-2:] != [0, 1]:
        await page.hear("unread")


@pytest.mark.usefixtures("quick_clock")
async def test_a_count_that_the_page_knows_is_not_told_again(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    for person, expected in ((amira, ["unread"]), (ben, ["unread", "counts"])):
        page = await open_page(person, PATH)
        for _ in range(3):
            await page.hear("heartbeat")
        assert [frame["type"] for frame in page.heard if frame["type"] in {"unread", "counts"}] == expected
