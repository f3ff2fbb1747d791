"""One made-up ticket: what was said and done, as the rows that the services would have written of it.

Called by `support.volume.loading` for each draft. The commands are real ones and so are their events and
fingerprints; what a service would have counted is counted along here, message by message.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final

from core.ids import derive
from core.models import User
from support import commands, events
from support.models import Change, ChatMessage, Participant, ReplyPromise, SupportTicket
from support.models.participants import Role
from support.volume import words
from support.volume.changes import change
from support.volume.copying import NOTHING
from support.volume.draws import Draft, Ending
from support.volume.identifiers import identifier, number
from support.volume.supply import NOTE, ORDER, REQUESTER, SUPPORT, Supply
from support.workflow import Priority, PromiseKind, PromiseOutcome, Status, TicketType

SLOWEST: Final = timedelta(hours=9)
FINAL: Final = {
    Ending.UNTAKEN: (),
    Ending.IN_PROGRESS: (),
    Ending.WAITING: (Status.WAITING_USER,),
    Ending.RESOLVED: (Status.RESOLVED,),
    Ending.CLOSED: (Status.RESOLVED, Status.CLOSED),
}


class Thread:
    """A ticket while it is told, with what its services would know of it by then."""

    def __init__(self, supply: Supply, draft: Draft, number: int, requester: User, agent: User) -> None:
        self.supply, self.draft, self.random = supply, draft, supply.random
        self.number, self.requester, self.agent = number, requester, agent
        self.id = identifier(self.random, draft.opened_at)
        steps = draft.messages + 4
        self.gap = min((supply.until - draft.opened_at) / steps, SLOWEST * self.random.random() ** 3)
        self.public = self.staff = self.revision = 0
        self.asker_read, self.team_read = 0, -1  # -1: nobody of the team has opened it
        self.status: str = Status.OPEN
        self.changed_at: datetime = draft.opened_at
        self.last_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.promise: tuple[uuid.UUID, str, datetime] | None = None

    def tell(self) -> None:
        """From the first word to the last, into the copy."""
        opened = self._open()
        if self.draft.ending != Ending.UNTAKEN:
            self._move(self.gap / 2, Status.IN_PROGRESS, taken=True)
        self._say()
        for place, status in enumerate(FINAL[self.draft.ending], start=self.draft.messages + 1):
            self._move(self.gap * place, status)
        self._settle()
        self._read()
        self._write(opened)

    # --- What is done ---

    def _open(self) -> commands.OpenTicket:
        at, random = self.draft.opened_at, self.random
        command = commands.OpenTicket(
            id=identifier(random, at),
            actor=self.requester.actor,
            at=at,
            ticket_id=self.id,
            subject=words.subject(random),
            description=words.description(random),
            priority=random.choices(list(Priority), (25, 50, 18, 7))[0].value,
            ticket_type=random.choices(list(TicketType), (50, 30, 8, 12))[0].value,
            tags=tuple(words.tags(random)),
            current_url=random.choice(words.PAGES),
        )
        caused = events.caused_by(
            command,
            events.TicketOpened,
            ticket_id=self.id,
            requester_id=self.requester.pk,
            number=self.number,
        )
        row = change(command, [caused], self.requester, to=self.status)
        self.supply.copying.add(Change, row)
        self.promise = (command.id, PromiseKind.TICKET, at)
        return command

    def _move(self, after: timedelta, status: Status, *, taken: bool = False) -> None:
        at, before = self.draft.opened_at + after, self.status
        assigned = self.agent.pk if taken else None
        command = commands.ChangeStatus(
            id=identifier(self.random, at),
            actor=self.agent.actor,
            at=at,
            ticket_id=self.id,
            status=status.value,
            assigned_to=assigned,
        )
        moved = events.caused_by(
            command, events.StatusChanged, ticket_id=self.id, before=before, after=status.value
        )
        given = events.caused_by(
            command, events.TicketAssigned, ticket_id=self.id, before=None, after=self.agent.pk
        )
        caused = [given, moved] if taken else [moved]
        self.supply.copying.add(
            Change, change(command, caused, self.agent, **{"from": before, "to": status.value})
        )
        self.status, self.changed_at = status.value, at
        self.revision += 1
        if status == Status.RESOLVED:
            self.resolved_at = at

    # --- What is said ---

    def _say(self) -> None:
        untaken = self.draft.ending == Ending.UNTAKEN
        order, start = self.random.choice(self.supply.orders), self.random.randrange(ORDER)
        for place in range(1, self.draft.messages + 1):
            at = self.draft.opened_at + self.gap * place
            who = REQUESTER if untaken else order[(start + place) % ORDER]
            message = number(self.random, at.timestamp())
            self._count(who)
            self._add(message, who, at)
            if who == SUPPORT:
                self._settle(at)
            elif who == REQUESTER and self.promise is None:
                self.promise = (uuid.UUID(int=message), PromiseKind.MESSAGE, at)
        if self.draft.messages:
            self.last_at = self.changed_at = at

    def _count(self, who: str) -> None:
        """Whoever writes has read up to there."""
        self.staff += 1
        if who != NOTE:
            self.public += 1
        if who == REQUESTER:
            self.asker_read = self.public
        else:
            self.team_read = self.staff

    def _add(self, message: int, who: str, at: datetime) -> None:
        author = self.requester if who == REQUESTER else self.agent
        body = self.supply.bodies[message % words.BODIES]
        audience, public = ("staff", NOTHING) if who == NOTE else ("public", self.public)
        support = "f" if who == REQUESTER else "t"
        self.supply.copying.add_line(
            ChatMessage,
            f"{message:032x}\t{self.id.hex}\t{NOTHING}\t{author.pk.hex}\t{audience}\t{body}\t{support}"
            f"\t{public}\t{self.staff}\t[]\tweb\t{at}",
        )

    def _settle(self, at: datetime | None = None) -> None:
        """What was promised, by a reply, by the end of the ticket, or not yet."""
        if self.promise is None:
            return
        (cause, kind, made), promised = self.promise, self.supply.promised
        due, outcome = made + promised.wait, PromiseOutcome.OPEN
        if at is not None:
            outcome = PromiseOutcome.KEPT if at <= due else PromiseOutcome.BROKEN
        elif self.resolved_at is not None:
            outcome = PromiseOutcome.WITHDRAWN if self.resolved_at <= due else PromiseOutcome.BROKEN
        row = {
            "id": derive(cause, "promise"),
            "ticket_id": self.id,
            "requester_id": self.requester.pk,
            "kind": kind,
            "availability": promised.availability,
            "words": promised.words,
            "is_default": True,
            "made_at": made,
            "due_at": due,
            "replied_at": at,
            "outcome": outcome,
        }
        self.supply.copying.add(ReplyPromise, row)
        self.promise = None

    # --- What is left ---

    def _read(self) -> None:
        """Most of what is done was read by everybody; of what goes on, some is new to somebody."""
        if self.random.random() < (0.85 if self.draft.is_done else 0.4):
            self.asker_read = self.public
        if self.draft.is_done or (self.draft.ending != Ending.UNTAKEN and self.random.random() < 0.6):
            self.team_read = self.staff
        self._take_part(self.requester, Role.REQUESTER, self.asker_read)
        if self.team_read >= 0:
            self._take_part(self.agent, Role.AGENT, self.team_read)

    def _take_part(self, person: User, role: str, read: int) -> None:
        row = {
            "ticket_id": self.id,
            "user_id": person.pk,
            "role": role,
            "read_sequence": read,
            "delivered_sequence": read,
        }
        self.supply.copying.add(Participant, row)

    def _write(self, opened: commands.OpenTicket) -> None:
        row = {
            "id": self.id,
            "number": self.number,
            "requester_id": self.requester.pk,
            "assigned_to_id": None if self.draft.ending == Ending.UNTAKEN else self.agent.pk,
            "subject": opened.subject,
            "description": opened.description,
            "status": self.status,
            "priority": opened.priority,
            "ticket_type": opened.ticket_type,
            "tags": opened.tags,
            "context_data": {},
            "files": [],
            "current_url": opened.current_url,
            "browser_info": opened.browser_info,
            "public_sequence": self.public,
            "staff_sequence": self.staff,
            "staff_read_sequence": self.team_read if self.team_read >= 0 else None,
            "revision": self.revision,
            "last_message_at": self.last_at,
            "created_at": opened.at,
            "updated_at": self.changed_at,
            "resolved_at": self.resolved_at,
        }
        self.supply.copying.add(SupportTicket, row)
