"""What an agent does at the desk: reply, note, status, assignment, priority, tags, read mark, availability.

Called by support.desk_urls (POST). Each is one form, one call of support.intake and the wait for its receipt:
settled, the agent is back at the desk; refused, they are there with the reason and their words; not settled in time,
they are on the pending page. Must not touch the database otherwise.
"""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import receipts
from core.problems import Refused
from support import intake
from support.desk_forms import (
    AssignForm,
    AvailabilityForm,
    DeskReplyForm,
    DeskStatusForm,
    PriorityForm,
    ReadForm,
    TagsForm,
    first_sentence,
)
from support.look import PRIORITY, look_of
from support.models import SupportTicket
from support.pins import pinned_until
from support.views import desk as pages
from support.views import desk_page
from support.views.desk_access import StaffRequest, staff_only
from support.views.desk_posting import TAKEN, apply, settled, to_desk
from support.views.desk_query import parse
from support.workflow import Source
from support.write_limits import require_write

_REPLIED: Final = {"public": _("Reply sent."), "staff": _("Note added. Only staff can see it.")}


@staff_only
@require_POST
def reply(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """A reply or an internal note, and with it the status that the send menu may ask for."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        posted = intake.post_message(
            request.user,
            ticket,
            message=data["message"],
            message_id=data["id"],
            audience=data["audience"],
            source=Source.WEB,
            seen=data["seen"],
        )
        if data["then"] in {"", ticket.status}:
            return posted
        settled(posted)  # refused: the words come back, and the status stays
        key = str(posted.command_id)
        return intake.change_status(request.user, ticket, status=data["then"], idempotency_key=key)

    return apply(
        request, ticket_id, DeskReplyForm(request.POST), write, lambda data: str(_REPLIED[data["audience"]])
    )


@staff_only
@require_POST
def status(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """Along the workflow; refused as stale when the ticket is not where the agent saw it."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        return intake.change_status(
            request.user, ticket, status=data["status"], expected=data["expected"] or ticket.status
        )

    def done(data: dict[str, Any]) -> str:
        return gettext("Status set to {status}.").format(status=look_of(data["status"], staff=True).label)

    return apply(request, ticket_id, DeskStatusForm(request.POST), write, done)


@staff_only
@require_POST
def assign(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """To an agent, to oneself, or back to everybody."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        return intake.assign_ticket(request.user, ticket, data["assignee"])

    def done(data: dict[str, Any]) -> str:
        if data["assignee"] == request.user.pk:
            return gettext("This ticket is yours now.")
        return gettext("Assigned.") if data["assignee"] else gettext("This ticket is nobody’s now.")

    return apply(request, ticket_id, AssignForm(request.POST), write, done)


@staff_only
@require_POST
def priority(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """How much the ticket presses."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        return intake.change_priority(request.user, ticket, data["priority"])

    def done(data: dict[str, Any]) -> str:
        return gettext("Priority set to {priority}.").format(priority=PRIORITY[data["priority"]].label)

    return apply(request, ticket_id, PriorityForm(request.POST), write, done)


@staff_only
@require_POST
def tags(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """All tags at once."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        return intake.change_tags(request.user, ticket, data["tags"])

    return apply(request, ticket_id, TagsForm(request.POST), write, lambda data: gettext("Tags saved."))


@staff_only
@require_POST
def read(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """Seen without script; with it the socket says so."""

    def write(ticket: SupportTicket, data: dict[str, Any]) -> receipts.Accepted:
        return intake.mark_read(request.user, ticket, data["sequence"])

    answer = apply(request, ticket_id, ReadForm(request.POST), write, lambda data: gettext("Marked as read."))
    return HttpResponse(status=204) if request.htmx else answer


@staff_only
@require_POST
def availability(request: StaffRequest) -> HttpResponse:
    """Online, away or offline."""
    form = AvailabilityForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("invalid", first_sentence(form))
        require_write(request.user, request)
        pin = pinned_until(form.cleaned_data["pin"], localtime())
        accepted = intake.set_availability(request.user, form.cleaned_data["availability"], pinned_until=pin)
        outcome = settled(accepted)
    except Refused as refused:
        return _people(request, refused.sentence, refused.type.status)
    if request.htmx:
        return _people(request)
    if outcome.state != "stored":  # there is no ticket that the pending page could lead back to
        messages.info(request, str(TAKEN))
    return to_desk(request)


def _people(request: StaffRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """The presence toggle after it was used; without script the whole desk."""
    query = parse(request.GET)
    if not request.htmx:
        return pages.page(request, query, status=status, presence_problem=problem)
    context = desk_page.people(request.user, query) | {"presence_problem": problem}
    return pages.part(request, "support/desk/part_people.html", context, status)
