"""Whatever is said on the sockets: documented words come back, what was accepted is stored, and nothing else is.

hypothesis makes up who opens what, what they say, leave and repeat, and the junk between. The system is the running
one; after each word the fuzzer waits until it was answered, so that it knows what is owed. In the end the rows, the
command log and the logs of all processes are held against what was promised.
"""

import json
from itertools import count
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.faults.appends import Appends
from tests.faults.oracle import unhandled
from tests.fuzzing import frames
from tests.fuzzing.conftest import MORE
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = [pytest.mark.flows, pytest.mark.slow]
EXAMPLES, STEPS = (int(MORE), 40) if MORE else (6, 20)
_marks = count(1)


class Line:
    """One open socket. `thread` is the ticket it writes in, "" for none; `closed` the code it ended with."""

    def __init__(self, person: Person, path: str) -> None:
        self.person, self.is_inbox = person, path == "notifications/"
        self.known = frames.INBOX if self.is_inbox else frames.THREAD
        self.heard: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.socket: ClientConnection = connect(
            f"{person.system.url}/ws/{path}".replace("http", "ws", 1),
            origin=Origin(person.system.url),
            additional_headers={"Cookie": person.cookie},
            compression=None,
            ping_interval=None,
        ).__enter__()
        self.heard = self.say(b"")
        first = next((frame for frame in self.heard if frame["type"] == "chat_history"), {})
        self.thread = str(first.get("ticket_id", ""))

    def say(self, *words: str | bytes | dict[str, Any]) -> list[dict[str, Any]]:
        """What comes back until all of it is answered: the last word is one that is refused under a name of its own.

        Its own refusal is left out.
        """
        mark = f"mark-{next(_marks)}"
        told: list[dict[str, Any]] = []
        try:
            for word in (*words, {"type": "message", "id": mark, "message": 1}):
                self.socket.send(word if isinstance(word, str | bytes) else json.dumps(word))
            while not told or told[-1].get("id") != mark:
                told.append(json.loads(self.socket.recv(timeout=30)))
        except ConnectionClosed:
            self.closed = self.socket.close_code
            assert self.closed in frames.CLOSES
        self.heard += told
        assert {frame["type"] for frame in told} <= self.known
        return told if self.closed else told[:-1]

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def codes(self, *words: str | bytes | dict[str, Any]) -> list[str]:
        """The codes of the refusals."""
        return [frame["code"] for frame in self.say(*words) if frame["type"] == "error"]


def outcomes(told: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """What was said about words, without what else happened. A known id's refusal comes when the drain has decided."""
    return [(each["type"], each.get("code")) for each in told if each["type"] in {"accepted", "error"}]


class Sockets(RuleBasedStateMachine):
    """Amira's ticket, the live chats of Amira and Dora, and whoever opens a socket on anything."""

    people: ClassVar[dict[str, Person]]
    lines = Bundle("lines")
    posts = Bundle("posts")

    @initialize()
    def begin(self) -> None:
        self.system = self.people["amira"].system
        self.ticket = self.people["amira"].open_ticket("Fuzzed")["id"]
        self.open: list[Line] = []
        [(self.since,)] = self.system.rows("SELECT now()")
        self.owed: dict[str, tuple[str, str, str]] = {}  # id -> thread, author, text
        self.appends = Appends(self.system)
        self.appends.__enter__()

    @rule(target=lines, who=st.sampled_from(["amira", "amira", "ben"]))
    def join(self, who: str) -> Any:
        return self._opened(who, f"chat/{self.ticket}/")

    @rule(target=lines, who=st.sampled_from(["amira", "dora"]))
    def join_live_chat(self, who: str) -> Any:
        return self._opened(who, "chat/general/")

    def _opened(self, who: str, path: str) -> Any:
        line = Line(self.people[who], path)
        assert (line.closed, bool(line.thread)) == (None, True)
        self.open.append(line)
        return line

    @rule(
        who=st.sampled_from(["dora", "amira"]),
        reference=st.text("0123456789abcdef-", min_size=1, max_size=36),
    )
    def intrude(self, who: str, reference: str) -> None:
        """On what is somebody else's, or nobody's."""
        line = Line(self.people[who], f"chat/{self.ticket if who == 'dora' else reference}/")
        assert (line.closed, line.heard) == (4404, [])

    @rule(
        who=st.sampled_from(["amira", "ben"]),
        words=st.lists(frames.JUNK | frames.QUIET.map(json.dumps), max_size=5),
    )
    def look_in(self, who: str, words: list[str | bytes]) -> None:
        """The inbox takes pings alone."""
        line = Line(self.people[who], "notifications/")
        assert set(line.codes(*words)) <= frames.REFUSED
        line.socket.close()

    @rule(target=posts, line=lines, text=frames.TEXTS, note=st.booleans())
    def post(self, line: Line, text: str, note: bool) -> Any:
        words = frames.at_length(text)
        frame = {
            "type": "message",
            "id": str(uuid4()),
            "message": words,
            "audience": "staff" if note else "public",
        }
        told = self._said(line, frame)
        if told is None:
            return multiple()
        allowed, is_sound = line.person.is_staff or not note, frames.is_storable(words)
        code = "too-large" if len(json.dumps(frame)) > 65_536 else "invalid" if allowed else "forbidden"
        expected = [("accepted", None)] if allowed and is_sound else [("error", code)]
        about = [(kind, code) for kind, code in outcomes(told) if code != "id-taken"]
        assert about == expected, (frame["message"][:40], told)
        return (line, frame) if allowed and is_sound else multiple()

    @rule(line=lines, post=posts, text=st.none() | st.just("other words"))
    def repeat(self, line: Line, post: tuple[Line, dict[str, Any]], text: str | None) -> None:
        """Under an id that is known, the same or not, here or elsewhere."""
        self._said(line, {**post[1], **({"message": text} if text else {})})

    @rule(line=lines, frame=frames.QUIET)
    def ask(self, line: Line, frame: dict[str, Any]) -> None:
        told = self._said(line, frame)
        if told is not None:
            codes = {code for _, code in outcomes(told)} - {"id-taken"}
            is_sound = frames.is_sound(frame, staff=line.person.is_staff)
            assert codes <= ({"too-fast"} if is_sound else {*frames.REFUSED, "forbidden"})
            assert is_sound or codes

    @rule(line=lines, junk=frames.JUNK)
    def throw(self, line: Line, junk: str | bytes) -> None:
        told = self._said(line, junk)
        if told is not None:
            [(kind, code)] = [each for each in outcomes(told) if each[1] != "id-taken"]
            assert (kind, code) in {("error", refused) for refused in frames.REFUSED}

    @rule(line=lines, frame=frames.MUTANTS)
    def mutate(self, line: Line, frame: dict[str, Any]) -> None:
        self._said(line, frame)

    @rule(line=consumes(lines))
    def leave(self, line: Line) -> None:
        line.socket.close()

    def _said(self, line: Line, word: str | bytes | dict[str, Any]) -> list[dict[str, Any]] | None:
        """What was answered; what was accepted is owed from now on. None: the line is over by now."""
        told = line.say(word) if line.is_open else []
        for each in told:
            if each["type"] == "accepted":
                assert isinstance(word, dict)
                self.owed.setdefault(each["id"], (line.thread, line.person.username, word["message"]))
        return told if line.is_open else None

    def teardown(self) -> None:
        if not hasattr(self, "appends"):
            return
        for line in self.open:
            line.socket.close()
        until(lambda: sorted(self._rows()) == sorted(self._owed()), 60, what=f"{self._owed()} are the rows")
        said = [each for person in self.people.values() for each in self.appends.of(person)]
        posted = [each for each in said if '"kind":"PostMessage"' in each]
        assert [command for command in posted if not any(owed in command for owed in self.owed)] == []
        self.appends.__exit__(None, None, None)

    def _owed(self) -> list[tuple[str, ...]]:
        return [(message_id, *owed) for message_id, owed in self.owed.items()]

    def _rows(self) -> list[tuple[Any, ...]]:
        threads = [self.ticket, *{thread for thread, _, _ in self.owed.values()}]
        query = (
            "SELECT m.id::text, m.ticket_id::text, u.username, m.body FROM support_chatmessage m"
            " JOIN core_user u ON u.id = m.author_id WHERE m.ticket_id = ANY(%s::uuid[]) AND m.created_at >= %s"
        )
        return self.system.rows(query, threads, self.since)


def test_whatever_is_said_what_was_accepted_is_stored_and_nothing_else(
    fuzzed: System, people: dict[str, Person]
) -> None:
    machine = type("Machine", (Sockets,), {"people": people})
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=not MORE,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)

    assert [name for name in fuzzed.logs if unhandled(fuzzed.log(name))] == []
    assert fuzzed.rows("SELECT count(*) FROM support_deadletter") == [(0,)]
