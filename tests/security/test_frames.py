"""X3, over sockets: every frame on every socket, said by every kind of person, is answered as the table says.

A frame or a socket that is added without a line in `frames.txt` fails here.
"""

import json
from typing import Any

import pytest

from core.ids import new_id
from core.models import User
from support.routing import websocket_urlpatterns
from support.sockets import parse
from tests.security import table
from tests.security.cast import KINDS, MAY_READ, MAY_READ_NOTES, PUBLIC, STAFF_ONLY, Cast, make_cast
from tests.security.routes import filled
from tests.support.conftest import Desk
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import Page

pytestmark = [
    pytest.mark.faults,
    pytest.mark.short,
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
]
# What is said of each kind; "note" is how staff keep something from the requester.
WORDS: dict[str, dict[str, Any]] = {
    "message": {"message": "Words of somebody"},
    "message/note": {"message": "Words of somebody", "audience": "staff"},
    "resume": {"after": 0},
    "history": {"before": 99},
    "received": {"sequence": 1},
    "read": {"sequence": 1},
    "typing/note": {"audience": "staff"},
}
OPENS = "opens"


@pytest.fixture
def cast(desk: Desk, amira: User, dora: User, ben: User, admin: User) -> Cast:
    return make_cast(desk, amira, dora, ben, admin)


async def test_x3_every_frame_is_answered_as_the_table_says(cast: Cast, open_page: Opener) -> None:
    expected, known, leaks = table.read(table.FRAMES), frames(), []
    found: dict[tuple[str, str], table.Cells] = {(name, frame): {} for name, frame in expected}
    for name in sockets():
        for kind in KINDS:
            path = filled(name, cast.values_for(kind, name))
            page = await open_page(cast.people[kind], path)
            for frame, cell in (await tried(page, known)).items():
                found.setdefault((name, frame), {})[kind] = cell
            leaks += [(name, kind, word) for word in spilt(page, kind)]

    assert table.lines(found) == table.lines(expected)
    assert leaks == []


def sockets() -> list[str]:
    """Every address of a socket; `general` is one of its own."""
    known = [str(entry.pattern) for entry in websocket_urlpatterns if str(entry.pattern)]
    assert known == ["ws/chat/<str:reference>/", "ws/notifications/"]
    return ["ws/chat/<ticket_id>/", "ws/chat/general/", "ws/notifications/"]


def frames() -> list[str]:
    """Every kind that the parser knows, and to whom it is said where that makes a difference."""
    return sorted({*parse._SHAPES, *WORDS})


async def tried(page: Page, known: list[str]) -> table.Cells:
    """What this page is answered: on being opened, and on each frame."""
    if not await page.is_let_in():
        return {OPENS: str(page.closed_with)} | dict.fromkeys(known, "-")
    await page.settle()
    return {OPENS: "yes"} | {frame: await answer(page, frame) for frame in known}


async def answer(page: Page, frame: str) -> str:
    """The type of what comes back, a refusal's code, or nothing."""
    before = len(page.heard)
    said = {"type": frame.partition("/")[0]} | WORDS.get(frame, {})
    await page.say(**said | ({"id": str(new_id())} if "message" in said else {}))
    if frame == "ping":
        await page.hear("heartbeat")
    await page.settle()
    told = [one.get("code", one["type"]) for one in page.heard[before:-1]]
    return ",".join(told) or "quiet"


def spilt(page: Page, kind: str) -> list[str]:
    """Words in what this page heard that are not for this person."""
    heard, canaries = json.dumps(page.heard), ((PUBLIC, MAY_READ), (STAFF_ONLY, MAY_READ_NOTES))
    return [word for word, readers in canaries if kind not in readers and word in heard]
