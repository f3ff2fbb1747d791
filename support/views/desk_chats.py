"""What an agent does with a live chat at the desk: accept it, decline it, end it.

Called by support.desk_urls (POST), in the manner of support.views.desk_actions.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import push_url

from core import receipts
from core.problems import Refused
from support import chat_intake, selectors
from support.desk_forms import CapacityForm, first_sentence
from support.models import SupportTicket
from support.views import desk as pages
from support.views.desk_access import StaffRequest, staff_only
from support.views.desk_posting import TAKEN, apply, settled, to_desk
from support.write_limits import require_write


@staff_only
@require_POST
def accept(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """Theirs, and open before them; refused with the name of whoever was faster."""

    def write(ticket: SupportTicket, _data: dict[str, Any]) -> receipts.Accepted:
        return chat_intake.accept_chat(request.user, ticket, selectors.chat_of(ticket).pk)

    form = forms.Form(request.POST)
    answer = apply(request, ticket_id, form, write, lambda _data: _("This chat is yours now."), pages.thread)
    if request.htmx:
        push_url(answer, f"{resolve_url('desk')}?{_opened(request, ticket_id)}")
    return answer


def _opened(request: StaffRequest, ticket_id: UUID) -> str:
    data = request.GET.copy()
    for name in ("cursor", "before", "details"):
        data.pop(name, None)
    data["ticket"] = str(ticket_id)
    return data.urlencode()


@staff_only
@require_POST
def decline(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """It is offered to somebody else."""

    def write(ticket: SupportTicket, _data: dict[str, Any]) -> receipts.Accepted:
        return chat_intake.decline_chat(request.user, ticket, selectors.chat_of(ticket).pk)

    def done(_data: dict[str, Any]) -> str:
        return _("We’ll offer this chat to somebody else.")

    answer = apply(request, ticket_id, forms.Form(request.POST), write, done, pages.cards)
    return answer if request.htmx else to_desk(request)


@staff_only
@require_POST
def capacity(request: StaffRequest) -> HttpResponse:
    """From the profile: how many chats this agent is offered at once."""
    form = CapacityForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("invalid", first_sentence(form))
        require_write(request.user, request)
        outcome = settled(chat_intake.set_chat_capacity(request.user, form.cleaned_data["capacity"]))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        stored = outcome.state == "stored"
        messages.success(request, _("You’re offered this many chats from now on.") if stored else str(TAKEN))
    return redirect("profile")


@staff_only
@require_POST
def end(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """The requester's page hears of it at once, and asks how it went."""

    def write(ticket: SupportTicket, _data: dict[str, Any]) -> receipts.Accepted:
        return chat_intake.end_chat(request.user, ticket, selectors.chat_of(ticket).pk)

    return apply(request, ticket_id, forms.Form(request.POST), write, lambda _data: _("Chat ended."))
