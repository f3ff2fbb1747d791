"""Whatever people do, whatever becomes of broadcasts: a page that asks for what it lacks shows the server's view.

The clients are `tests.client.view.View`, written from docs/websocket.md. The server is the product's: commands through
the log and the drain, its reactions run as a worker would, its frames caught at the ephemeral Valkey, its histories
and heartbeats those of the sockets. Broadcasts are lost, doubled and overtaken as hypothesis likes. Two pages that
can have no socket poll the API, and end with the same view.
"""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from channels_redis.serializers import registry
from django.conf import settings as conf
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import command_log, dispatch, valkey
from core.celery import app
from core.ids import new_id
from core.models import User
from support import commands, groups, histories
from support.guests.people import new_guest
from support.models import SupportTicket
from support.selectors import Reader, progress_of
from support.sockets import snapshots
from tests.client.view import Frame, View
from tests.open_pages import next_message
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
SERIALIZER = registry.get_serializer("msgpack")
END = b"that was all"
STATUSES = ["OPEN", "IN_PROGRESS", "WAITING_USER", "RESOLVED", "CLOSED"]


class Page:
    """One open page: its view, the frames that are on their way to it, and the questions it may ask."""

    def __init__(self, user: User, ticket: SupportTicket) -> None:
        self.user, self.ticket = user, ticket
        self.thread = histories.Thread(user, ticket.pk)
        self.view = View(is_staff=user.is_staff)
        self.coming: list[str] = []
        self.connect()

    def connect(self) -> None:
        """A new connection: what was on its way is lost, the first history comes."""
        self.coming.clear()
        self.view.apply(json.loads(snapshots.opening(self.thread).text))

    def hear(self, frame: dict[str, Any]) -> None:
        """A broadcast was published; it arrives later, or not."""
        text = frame["staff" if self.user.is_staff else "public"]
        if text is not None and frame["only"] is None:  # a refusal is for one actor, and no view shows it
            self.coming.append(text)

    def arrive(self, fate: str, chance: random.Random) -> None:
        """The oldest broadcast that is on its way meets its fate, or overtakes another."""
        place = chance.randrange(len(self.coming)) if fate == "overtake" else 0
        text = self.coming.pop(place)
        if fate == "double":
            self.coming.insert(chance.randint(0, len(self.coming)), text)
        if fate != "lose":
            self.view.apply(json.loads(text))

    def beat(self) -> None:
        """A heartbeat, and then questions until there is nothing to ask."""
        ticket = SupportTicket.objects.get(pk=self.ticket.pk)
        [progress] = progress_of([Reader(self.user.pk, ticket.pk, self.user.is_staff)])
        others = {"read": progress.read, "received": progress.received}
        last = ticket.last_sequence(staff=self.user.is_staff)
        beat = {"type": "heartbeat", "last_sequence": last, "revision": progress.revision, "others": others}
        self.view.apply(beat)
        for _ in range(3):
            if question := self.view.wants:
                self.view.apply(json.loads(snapshots.behind(self.thread, question["after"]).text))
        assert self.view.wants is None

    def fresh(self) -> View:
        """The view of somebody who comes new and pages back to the beginning."""
        view = View(is_staff=self.user.is_staff)
        view.apply(json.loads(snapshots.opening(self.thread).text))
        while view.messages and view.messages[0]["sequence"] > 1:
            view.apply(json.loads(snapshots.before(self.thread, view.messages[0]["sequence"], 200).text))
        return view


class Poller(Page):
    """A page in a network that lets no socket through: it hears nothing, and asks by HTTP."""

    def connect(self) -> None:
        self.caller = Caller(self.user)
        self._poll()

    def beat(self) -> None:
        """One round. What it is told is the last word."""
        self._poll()
        assert self.view.wants is None

    def _poll(self) -> None:
        path = f"tickets/{self.ticket.pk}/messages/"
        self.view.apply({"type": "chat_history", **self.caller.get(path, after=self.view.reached).json()})


def shown(view: View) -> list[tuple[int, str, str, str, str]]:
    """What a person sees of the messages."""
    names = ("sequence", "id", "message", "audience", "created_at")
    return [tuple(message[name] for name in names) for message in view.messages]


def standing(view: View) -> dict[str, Any]:
    """What a person sees of everything else; the number of the last message is told apart from the ticket."""
    ticket: Frame = dict(view.ticket or {})
    for name in ("last_sequence", "updated_at"):  # follow every message; pages take them from the messages
        ticket.pop(name, None)
    return {"ticket": ticket, "read": view.read, "received": view.received, "last": view.last}


class Threads(RuleBasedStateMachine):
    """Amira's ticket, her page (she has an account, or is a guest), and the pages of two agents."""

    people: Callable[[], tuple[User, User, User]]

    @initialize()
    def open(self) -> None:
        valkey.durable().flushdb()
        self.desk = Desk()
        self.amira, self.ben, self.chen = type(self).people()
        self.ticket = self.desk.ask(self.amira)
        self.pages = [Page(person, self.ticket) for person in (self.amira, self.ben, self.chen)]
        self.pollers = [Poller(person, self.ticket) for person in (self.amira, self.ben)]
        self.listener = valkey.ephemeral().pubsub(ignore_subscribe_messages=True)
        self.channel = f"{conf.LAYER_PREFIX}__group__{groups.chat(self.ticket.pk)}"
        self.listener.subscribe(self.channel)
        self.listener.get_message(timeout=20)

    def teardown(self) -> None:
        if hasattr(self, "listener"):
            self.listener.close()

    # --- What people do ---

    @rule(who=st.sampled_from([0, 1, 2]), note=st.booleans(), count=st.sampled_from([1, 1, 3]))
    def send(self, who: int, note: bool, count: int) -> None:
        person = self.pages[who].user
        for _ in range(count):
            audience = "staff" if note and person.is_staff else "public"
            self._do(person, commands.PostMessage, body=f"words {uuid.uuid4()}", audience=audience)

    @rule(count=st.sampled_from([60, 230]))
    def send_many(self, count: int) -> None:
        stamp: dict[str, Any] = {"actor": self.amira.actor, "at": self.desk.now, "ticket_id": self.ticket.pk}
        command_log.append([commands.PostMessage(id=new_id(), body=f"{n}", **stamp) for n in range(count)])
        self.desk.drain()
        self._listen()

    @rule(who=st.sampled_from([0, 1, 2]), received=st.booleans())
    def read(self, who: int, received: bool) -> None:
        kind = commands.MarkDelivered if received else commands.MarkRead
        self._do(self.pages[who].user, kind, sequence=self.pages[who].view.reached)

    @rule(status=st.sampled_from(STATUSES), who=st.sampled_from([0, 1, 2]))
    def move(self, status: str, who: int) -> None:
        self._do(self.pages[who].user, commands.ChangeStatus, status=status)

    @rule(to=st.sampled_from([None, 1, 2]))
    def assign(self, to: int | None) -> None:
        agent = None if to is None else self.pages[to].user.pk
        self._do(self.ben, commands.AssignTicket, assignee=agent)

    @rule(priority=st.sampled_from(["LOW", "URGENT"]), tag=st.sampled_from(["", "logbook"]))
    def sort(self, priority: str, tag: str) -> None:
        self._do(self.chen, commands.ChangePriority, priority=priority)
        self._do(self.chen, commands.ChangeTags, tags=(tag,) if tag else ())

    def _do(self, person: User, kind: Any, **facts: Any) -> None:
        self.desk.do(person, kind, ticket_id=self.ticket.pk, **facts)
        self._listen()

    def _listen(self) -> None:
        valkey.ephemeral().publish(self.channel, END)
        while (message := next_message(self.listener))["data"] != END:
            frame = SERIALIZER.deserialize(message["data"])
            for page in self.pages:
                page.hear(frame)

    # --- What becomes of the broadcasts ---

    @rule(
        who=st.sampled_from([0, 1, 2]),
        fates=st.lists(st.sampled_from(["pass", "lose", "double", "overtake"]), max_size=6),
        chance=st.randoms(use_true_random=False),
    )
    def arrive(self, who: int, fates: list[str], chance: random.Random) -> None:
        page = self.pages[who]
        for fate in fates:
            if page.coming:
                page.arrive(fate, chance)

    @rule(who=st.sampled_from([0, 1, 2]))
    def reconnect(self, who: int) -> None:
        self.pages[who].connect()

    # --- What must hold ---

    @invariant()
    def every_page_ends_with_the_servers_view(self) -> None:
        for page in [*getattr(self, "pages", []), *getattr(self, "pollers", [])]:
            shown_before = [number for number, *_ in shown(page.view)]
            assert shown_before == sorted(set(shown_before))
            page.beat()
            fresh = page.fresh()
            mine, theirs = shown(page.view), shown(fresh)
            assert mine == theirs[len(theirs) - len(mine) :]
            assert standing(page.view) == standing(fresh)


@pytest.mark.parametrize("asks", ["with an account", "as a guest"])
def test_every_page_ends_with_the_servers_view(
    monkeypatch: pytest.MonkeyPatch, person: Callable[..., User], asks: str
) -> None:
    app.loader.import_default_modules()

    def run_broadcasts(task: str, /, **_more: Any) -> bool:
        """The reactions that pages see, run as a worker would; the others are another test's affair."""
        if task in {"broadcast.tickets", "broadcast.cursors"}:
            app.tasks[task].run()
        return True

    monkeypatch.setattr(dispatch, "publish", run_broadcasts)
    amira = person("amira") if asks == "with an account" else new_guest("amira@example.com", "Amira")
    ben, chen = person("ben", is_staff=True), person("chen", is_staff=True)
    machine = type("Machine", (Threads,), {"people": staticmethod(lambda: (amira, ben, chen))})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=6, stateful_step_count=10, deadline=None, database=None)
    )
