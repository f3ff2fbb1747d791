"""Pages for support admins: the way of one command, what a Celery task was about, and the field that finds both.

Flower shows tasks, these pages show what they were for; each leads to the other. Reads through
`notifications.waterfall` and `core.moments`; decides nothing and writes nothing. Dead letters are replayed by
`support.views.letters`.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import moments
from core.moments import Drained
from notifications.models import Delivery
from notifications.waterfall import Subject, subject_of, waterfall
from support.models import Change, ChatMessage, SupportTicket
from support.selectors.filters import harmless, number_in
from support.views.desk_access import StaffRequest, admins_only
from support.views.desk_presence import own_presence

MOST: Final = 50


@dataclass(frozen=True, kw_only=True)
class Task:
    """A Celery task and where Flower shows it; no link without an address of Flower."""

    name: str
    id: str

    @property
    def link(self) -> str:
        return f"{settings.FLOWER_URL}/task/{self.id}" if settings.FLOWER_URL else ""


@admins_only
@require_safe
def work(request: StaffRequest, *, command_id: uuid.UUID) -> HttpResponse:
    """One command's way; 404 for one that left nothing."""
    subject = subject_of(command_id)
    if subject is None:
        return _found(request, str(command_id), [], status=404)
    found = waterfall(subject)
    context = {"way": found, "tasks": tasks_of(found.batch) if found.batch else []}
    return render(request, "notifications/way/page.html", context | own_presence(request.user))


@admins_only
@require_safe
def task(request: StaffRequest, *, task_id: uuid.UUID) -> HttpResponse:
    """What a task was about: where Flower leads to. One command is shown at once."""
    batch = _batch_of(str(task_id))
    subjects = _subjects(batch.ids) if batch else []
    if len(subjects) == 1:
        return redirect("operations-work", command_id=subjects[0].id)
    return _found(request, str(task_id), subjects, batch=batch, status=200 if batch else 404)


@admins_only
@require_safe
def find(request: StaffRequest) -> HttpResponse:
    """By whatever somebody has at hand: id of a task, message, command or delivery; number or id of a ticket."""
    query = harmless(request.GET.get("q", ""))
    if (number := number_in(query)) is not None:
        return _found(request, query, _of_ticket(SupportTicket.objects.filter(number=number).first()))
    wanted = _uuid(query)
    if wanted is None:
        return _found(request, query, [])
    if subject_of(wanted):
        return redirect("operations-work", command_id=wanted)
    if row := Delivery.objects.filter(pk=wanted).first():
        return redirect("operations-work", command_id=row.command_id)
    if ticket := SupportTicket.objects.filter(pk=wanted).first():
        return _found(request, query, _of_ticket(ticket))
    return redirect("operations-task", task_id=wanted)


def tasks_of(batch: Drained) -> list[Task]:
    """The drain's own, then those it rang for."""
    drain = [Task(name="persistence", id=batch.task)] if batch.task else []
    return drain + [Task(name=name, id=task_id) for name, task_id in batch.tasks.items()]


def _batch_of(task_id: str) -> Drained | None:
    try:
        batches = (batch for _, batch in moments.newest())
        return next(
            (batch for batch in batches if task_id == batch.task or task_id in batch.tasks.values()), None
        )
    except redis.RedisError:
        return None


def _subjects(ids: Iterable[uuid.UUID]) -> list[Subject]:
    """What left rows under these ids, in two queries, oldest first."""
    wanted = list(ids)
    said = ChatMessage.objects.defer("body").select_related("ticket").filter(pk__in=wanted)
    done = Change.objects.select_related("ticket").filter(pk__in=wanted)
    return sorted([*_of_messages(said), *_of_changes(done)], key=lambda subject: subject.at)


def _of_ticket(ticket: SupportTicket | None) -> list[Subject]:
    """The newest that was said and done, newest first."""
    if ticket is None:
        return []
    said = ticket.messages.defer("body").select_related("ticket").order_by("-staff_sequence")[:MOST]
    done = ticket.changes.select_related("ticket").order_by("-created_at", "-id")[:MOST]
    found = sorted([*_of_messages(said), *_of_changes(done)], key=lambda subject: subject.at, reverse=True)
    return found[:MOST]


def _of_messages(rows: Iterable[ChatMessage]) -> Iterable[Subject]:
    for row in rows:
        yield Subject(id=row.pk, kind="PostMessage", at=row.created_at, ticket=row.ticket, message=row)


def _of_changes(rows: Iterable[Change]) -> Iterable[Subject]:
    for row in rows:
        yield Subject(id=row.pk, kind=row.kind, at=row.created_at, ticket=row.ticket)


def _found(
    request: StaffRequest,
    query: str,
    subjects: list[Subject],
    *,
    batch: Drained | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"query": query, "subjects": subjects, "batch": batch}
    context |= own_presence(request.user)
    if batch:
        context["tasks"] = tasks_of(batch)
    return render(request, "notifications/way/found.html", context, status=status)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
