"""C8: what people write arrives as they wrote it, whatever it is made of; what cannot be stored is refused."""

import asyncio
import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.appends import Appends
from tests.faults.ears import Ear
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
# A black flag and "gbeng" in tags.
ENGLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbeng\x7f")
ZOO = {
    "a family of four": "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 and a flag " + ENGLAND,
    "from right to left": "left \u202eright to left\u202c left \u2067\u05e9\u05dc\u05d5\u05dd\u2069",
    "10,000 characters, all but one combining": "n" + "\u0301" * 9999,
    "composed and decomposed": "é is not e\u0301, Å is not \u212b",
    "outside the basic plane": "\U0001d4b3 \U0001f9ea \U0010fffd",
    "invisible": "a\u200bb\u00adc\u2060d\ufeffe",
    "lines that are none to us": "one\u2028two\u2029three\x85four\x1cfive",
    "what is no character": "\ufdd0 \uffff \ue000 \ufffd",
    "marks of markup": "<b> & \"quoted\" 'too' </b>",
    "in many scripts": "ñ Ž ß Ω я 中文 日本語 한국어 हिन्दी ไทย አማርኛ",
}
REFUSED = {
    "NUL": "a\0b",
    "the upper half of a pair": "a\ud83d",
    "the lower half of a pair": "\ude00b",
    "the halves the wrong way round": "\ude00\ud83d",
}
_TAG = re.compile(r"<[^>]*>")


def words_of(html: str) -> str:
    """What a browser shows of it."""
    return unescape(_TAG.sub("", html))


async def refused_everywhere(person: Person, ticket: str, text: str) -> list[str]:
    """The codes that a message and a ticket with this text are refused under."""
    async with Ear(person, f"/ws/chat/{ticket}/") as ear:
        await ear.opened()
        await ear.say(type="message", id=str(uuid4()), message=text)
        await eventually(lambda: ear.codes, what="the socket refuses")
    fields = ({"subject": text, "description": "sound"}, {"subject": "sound", "description": text})
    answers = [person.post("tickets/create/", body) for body in fields]
    answers.append(person.post(f"tickets/{ticket}/message/", {"message": text}))
    return [*ear.codes, *(answer.json()["code"] for answer in answers)]


async def posted(person: Person, ticket: str, *, by_socket: bool) -> dict[str, str]:
    """The whole zoo into one thread; id -> text."""
    texts = {str(uuid4()): text for text in ZOO.values()}
    if by_socket:
        async with Ear(person, f"/ws/chat/{ticket}/") as ear:
            await ear.opened()
            for message_id, text in texts.items():
                await ear.say(type="message", id=message_id, message=text)
            await eventually(lambda: ear.count("accepted") == len(texts), what="all are accepted")
        return texts
    for message_id, text in texts.items():
        answer = await asyncio.to_thread(
            person.post, f"tickets/{ticket}/message/", {"id": message_id, "message": text}, Prefer="wait=10"
        )
        assert (answer.status_code, answer.json()["message"]) == (201, text)
    return texts


@pytest.mark.short
async def test_c8_every_text_is_the_same_in_every_place_and_what_cannot_be_stored_is_refused(
    system: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(system), slowness()
    ticket = await asyncio.to_thread(amira.open_ticket, "The zoo")
    thread = ticket["id"]
    with Appends(system) as appends:
        refusals = [await refused_everywhere(amira, thread, text) for text in REFUSED.values()]
        assert appends.of(amira) == []
    async with Ear(amira, f"/ws/chat/{thread}/") as ear:
        texts = await posted(ben, thread, by_socket=True) | await posted(ben, thread, by_socket=False)
        await eventually(lambda: ear.count("message") == len(texts), what="Amira hears all of it")
        heard = {frame["message"]["id"]: frame["message"] for frame in ear.frames if "message" in frame}
    rows = dict(system.rows("SELECT id::text, body FROM support_chatmessage WHERE ticket_id = %s", thread))
    fetched = {message["id"]: message for message in await asyncio.to_thread(amira.messages, thread)}
    page = await asyncio.to_thread(lambda: amira.http.get(f"/support-tickets/{thread}").text)
    reply = await asyncio.to_thread(replies_to, system, ticket, len(texts))
    verdict = await oracle.judge({})

    assert refusals == [["invalid"] * 4] * len(REFUSED)
    assert rows == texts
    for told in (heard, fetched):
        assert {each: message["message"] for each, message in told.items()} == texts
        assert {each: words_of(message["html"]) for each, message in told.items()} == texts
    shown = words_of(page)
    assert [text for text in ZOO.values() if shown.count(text) < 2] == []
    assert sorted(text for mail in reply for text in ZOO.values() if text in mail) == sorted(texts.values())
    assert verdict == Verdict()
    measured(
        "C8",
        f"{len(REFUSED)} refused by 4 ways in; {len(ZOO)} kinds the same in rows, frames, page, mail",
        slowed,
    )


def replies_to(system: System, ticket: dict[str, Any], count: int) -> list[str]:
    """The plain text of the mails that told of a reply, when all have come."""
    until(lambda: len(system.sink.about(ticket["reference"])) >= count + 3, 60, what="all are mailed")
    mails = [
        mail for mail in system.sink.about(ticket["reference"]) if mail["X-Rcpt-To"].startswith("amira@")
    ]
    return [mail.get_body(("plain",)).get_content() for mail in mails]  # type: ignore[union-attr]
