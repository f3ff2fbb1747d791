"""Probing: one self-probe on its way, hop by hop, through the public path.

Opens a ticket, writes in it, hears what open pages hear, mails itself; each hop is timed, shown at once (`core.probes`)
and given up in its own time. Called by `workers.probe`. Must not touch what is somebody's: its ticket is the probe's
own, which nobody is shown.
"""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from django.db import DatabaseError

from core import canaries, judging, probes
from core.ids import derive
from core.probes import HOPS, Run, Step
from core.problems import Refused
from support import commands, groups
from support.doorway import append
from support.models import SupportTicket
from support.probing import ACTOR, MAIL, MAIL_ACTOR, PROBE_ID
from workers.hearsay import Hearsay, listening

LOOK_SECONDS = 0.1


class Stopped(Exception):
    """Somebody cancelled it, or a hop failed: nothing behind it is tried."""


@dataclass
class Probe:
    """One run, and what is its own: ticket, message, mail."""

    run: Run

    @property
    def ticket_id(self) -> uuid.UUID:
        return derive(self.run.id, "ticket")

    @property
    def mail_id(self) -> uuid.UUID:
        return derive(self.run.id, "mail")

    def walk(self) -> None:
        """Every hop but the mail's arrival. Raises Stopped, RedisError."""
        with listening([groups.chat(self.ticket_id), groups.person(PROBE_ID)]) as heard:
            self._try("accept", self._open)
            self._try("store", self._is_stored)
            append(self._message())
            self._hear(heard)
        self._try("web", _web_hears)

    def _hear(self, heard: Hearsay) -> None:
        for hop, frame in (("announce", "message"), ("react", "unread")):
            seconds = HOPS[hop][1]
            self._try(hop, lambda frame=frame, seconds=seconds: heard.hears(frame, seconds))  # type: ignore[misc]

    def note(self, step: Step) -> None:
        """Show how far it is. Raises RedisError; Stopped when that was a failure."""
        self.run = msgspec.structs.replace(self.run, steps=(*self.run.steps, step))
        probes.show(self.run)
        if step.state == "failed":
            raise Stopped(step.hop)

    def _try(self, hop: str, attempt: Callable[[], bool]) -> None:
        if probes.is_cancelled(self.run):
            raise Stopped("cancelled")
        began = time.monotonic()
        try:
            passed = attempt()
        except (DatabaseError, Refused):
            passed = False
        seconds = time.monotonic() - began
        state = "failed" if not passed else "late" if seconds > HOPS[hop][0] else "ok"
        self.note(Step(hop, state, round(seconds * 1000)))

    def _open(self) -> bool:
        now = datetime.now(UTC)
        append(
            commands.OpenTicket(
                id=self.run.id,
                actor=ACTOR,
                at=now,
                ticket_id=self.ticket_id,
                subject="Self-probe",
                description="Sent by the installation to itself.",
            )
        )
        return True

    def _is_stored(self) -> bool:
        pause, until = threading.Event(), time.monotonic() + HOPS["store"][1]
        while not SupportTicket.everything.filter(pk=self.ticket_id).exists():
            if time.monotonic() > until:
                return False
            pause.wait(LOOK_SECONDS)
        return True

    def _message(self) -> commands.PostMessage:
        return commands.PostMessage(
            id=derive(self.run.id, "message"),
            actor=ACTOR,
            at=datetime.now(UTC),
            ticket_id=self.ticket_id,
            body="Is anybody there?",
            source="chat",
        )

    def send_mail(self, address: str) -> None:
        """Mail itself, as account pages do. Raises Refused."""
        append(
            commands.SendAccountMail(
                id=self.mail_id,
                actor=MAIL_ACTOR,
                at=datetime.now(UTC),
                template=MAIL,
                to=address,
                subject="Self-probe",
                text="The installation sent this to itself to see whether mail leaves. Nothing has to be done.",
            )
        )


def _web_hears() -> bool:
    return judging.live_updates(canaries.read(), time.time()).ok
