"""/ws/chat/<ticket>/: one thread, live.

A message goes validated into the command log and is answered `accepted`; it comes back as a `message` frame when it is
stored, to its sender too. Not one database query is made for that: rights are in memory and re-read by the hub. A
refusal that may pass stops the line (4409): the browser's outbox begins again from its head, so order holds.
"""

import asyncio
import math
import time
from typing import Any

from core import clients, dispatch, ids
from core.problems import Refused
from support import chat_intake, frames, groups, histories, intake, validators
from support.guests import limits
from support.models.sessions import SessionState
from support.policies import may
from support.sockets import admission, parse, snapshots
from support.sockets.limits import Bucket
from support.sockets.marks import Mark
from support.sockets.rights import Asked, Standing
from support.sockets.sight import Sight
from support.sockets.socket import Closing, Socket
from support.sockets.writer import Answer

TYPING_EVERY = 3.0
# An agent's page says every fifteen seconds that it shows the thread, and once more when a colleague comes.
VIEWING_EVERY = 1.0
VIEWING_EXPIRES = 10.0
# Each question reads the database: this many at once, and one a second.
QUESTIONS_AT_ONCE = 20
QUESTIONS_PER_SECOND = 1.0


class ChatConsumer(Socket):
    """A person in a thread."""

    place: admission.Place
    own_id: str

    def __init__(self) -> None:
        super().__init__()
        self.last_sequence = 0
        self._exists = True
        self._typed_at = float("-inf")
        self._viewed_at: float | None = None
        self._questions = Bucket(QUESTIONS_PER_SECOND, QUESTIONS_AT_ONCE)
        self._sight = Sight()
        self._received = Mark(lambda sequence: self._tell(intake.build_mark_delivered, sequence))
        self._read = Mark(lambda sequence: self._tell(intake.build_mark_read, sequence))

    # --- Coming and going ------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """First the group, then the snapshot: what is stored in between comes twice, never not at all."""
        reference = self.scope["url_route"]["kwargs"]["reference"]
        self.place = await self.hub.line.read(admission.place, self.scope["headers"], reference)
        self.user = self.place.visitor.user
        self.own_id = str(self.user.pk)
        self._exists = self.place.exists
        self.asked = Asked(self.user.pk, self.place.visitor.session_key, self.place.ticket_id)
        await self.hub.join(self, groups.chat(self.place.ticket_id), groups.PRESENCE)
        self._say(await self.hub.line.read(snapshots.opening, self._thread))

    def part(self) -> None:
        """What was read is told even when the page closes right after; colleagues see that its agent has gone."""
        self._received.part()
        self._read.part()
        if self._viewed_at is not None:
            self._view(over=True)

    def review(self, standing: Standing) -> None:
        """Also how far the thread is, for the next heartbeat."""
        super().review(standing)
        self._exists = self._exists or standing.requester_id is not None
        self.last_sequence = standing.last_sequence(staff=self.user.is_staff)

    def objection(self, standing: Standing) -> str:
        """Beside the person: the ticket must still be theirs to see, and a live chat must still live."""
        objection = super().objection(standing)
        unborn = self.place.general and standing.requester_id is None
        if objection == "not-authenticated":
            return objection
        if not unborn and not standing.shows_ticket_to(self.user.pk):
            return "not-found"
        ended = self.place.general and standing.chat_state == SessionState.ENDED
        return "chat-ended" if ended else objection

    def beat(self, *, fresh: bool) -> None:
        """How far the thread is, as PostgreSQL says; without a number while it is away."""
        if not fresh:
            super().beat(fresh=fresh)
            return
        frame: dict[str, Any] = {"type": "heartbeat", "last_sequence": self.last_sequence}
        if self.progress:
            others = {"read": self.progress.read, "received": self.progress.received}
            frame |= {"revision": self.progress.revision, "others": others}
        self.push(frames.text(frame))

    def forward(self, message: dict[str, Any]) -> None:
        """Also when it went out, if it is a message."""
        super().forward(message)
        if said := message.get("said"):
            self._exists = True
            self._sight.forwarded(said, self.own_id, staff=self.user.is_staff)

    # --- Frames ----------------------------------------------------------------------------------------------------

    async def answer(self, frame: parse.Frame) -> None:
        match frame:
            case parse.Post():
                await self._post(frame)
            case parse.Received(sequence):
                self._sight.reached(sequence)
                self._received.move(sequence)
            case parse.Read(sequence):
                self._sight.spoke()
                self._read.move(sequence)
            case parse.Typing(audience):
                self._type(audience)
            case parse.Viewing(over):
                self._view(over=over)
            case parse.Ping():
                self.beat(fresh=not self.is_stale)
            case parse.Resume() | parse.History():
                await self._look_up(frame)

    async def _post(self, frame: parse.Post) -> None:
        ticket_id, message_id = self.place.ticket_id, frame.id or ids.new_id()
        if not may(self.user).post_to(self.place, frame.audience):
            raise Refused("forbidden")
        body = validators.message_text(frame.message)
        if wait := self.hub.posts.wait(self.user.pk):
            raise Refused("too-fast", retry_after=wait)
        post = intake.build_post_message(
            self.user, ticket_id, message_id, body, frame.audience, seen=frame.seen
        )
        if self.user.is_guest:
            await self.hub.line.read(self._require_guests_measure, starting=not self._exists)
        # Until it is known to exist: words are refused that an earlier chat has stored, and begin nothing.
        first = () if self._exists else chat_intake.build_beginning(self.user, post, frame.topic)
        if refused := await self.hub.writer.hand([*first, post]):
            self.refuse(refused, str(message_id))
            raise Closing(refused.code)
        self.push(f'{{"type":"accepted","id":"{message_id}"}}')

    def _require_guests_measure(self, *, starting: bool) -> None:
        """A conversation begun has its link mailed, so that is counted apart. Asks Valkey, not the database."""
        client = self._client()
        limits.require_message(self.user, client)
        if starting:
            limits.require_ticket(self.user.guest_address, client, ticket_id=self.place.ticket_id)

    def _client(self) -> str:
        headers = dict(self.scope["headers"])
        remote, _port = self.scope.get("client") or ("", 0)
        return clients.address_of(remote, headers.get(b"x-forwarded-for", b"").decode("latin-1"))

    async def _look_up(self, frame: parse.Resume | parse.History) -> None:
        if wait := self._questions.take(time.monotonic()):
            raise Refused("too-fast", retry_after=math.ceil(wait))
        if isinstance(frame, parse.Resume):
            self._say(await self.hub.line.read(snapshots.behind, self._thread, frame.after))
        else:
            self._say(await self.hub.line.read(snapshots.before, self._thread, frame.before, frame.limit))

    @property
    def _thread(self) -> histories.Thread:
        return histories.Thread(self.user, self.place.ticket_id, may_be_unborn=self.place.general)

    def _say(self, history: snapshots.History) -> None:
        self.last_sequence = max(self.last_sequence, history.last_sequence)
        self._exists = self._exists or self.last_sequence > 0
        self.push(history.text)

    def _type(self, audience: str) -> None:
        """At most one task per three seconds, and none for a thread that nobody else can see yet."""
        now = time.monotonic()
        if not self._exists or now - self._typed_at < TYPING_EVERY:
            return
        self._typed_at = now
        dispatch.ring(
            "broadcast.typing",
            expires=TYPING_EVERY,
            ticket_id=str(self.place.ticket_id),
            user_id=str(self.user.pk),
            name=self.user.display_name,
            is_support=self.user.is_staff and self.place.requester_id != self.user.pk,
            audience=audience if self.user.is_staff else "public",
        )

    def _view(self, *, over: bool) -> None:
        """For colleagues only: who else looks at this thread. The page that closes last in this process says so."""
        if not may(self.user).help:
            raise Refused("forbidden")
        now, before = time.monotonic(), self._viewed_at
        self._viewed_at = None if over else now
        if over and (before is None or self._is_shown_elsewhere()):
            return
        if not over and before is not None and now - before < VIEWING_EVERY:
            self._viewed_at = before
            return
        dispatch.ring(
            "broadcast.viewing",
            expires=VIEWING_EXPIRES,
            ticket_id=str(self.place.ticket_id),
            user_id=str(self.user.pk),
            over=over,
        )

    def _is_shown_elsewhere(self) -> bool:
        """Another window of the same agent shows the thread too."""
        others = (other for other in self.hub.others_of(self) if isinstance(other, ChatConsumer))
        return any(
            other.place.ticket_id == self.place.ticket_id and other._viewed_at is not None for other in others
        )

    def _tell(self, build: Any, sequence: int) -> "asyncio.Future[Answer] | None":
        if not self._exists:
            return None
        return self.hub.writer.hand([build(self.user, self.place.ticket_id, sequence)])
