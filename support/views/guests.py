"""What visitors without an account do: write a first message, come back by the mailed link, ask for it, be forgotten.

Plain form posts that work without script. Nothing here looks an address up, and every answer is the same whether it
is known or not: an account, a guest, or nobody. GET changes nothing, so a mail scanner that follows a link does not.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import receipts
from core.models import User
from core.problems import Refused
from support import guest_intake, selectors
from support.forms import key_of, summary_title
from support.guest_forms import GuestForm, LinkForm
from support.guests import joining, limits, links, people, sessions
from support.guests.links import Claim
from support.models import SupportTicket
from support.validators import MOST_BROWSER
from support.views.answers import go, settle
from support.workflow import Availability

logger = logging.getLogger(__name__)
P = ParamSpec("P")
GONE: Final = 410


def _for_visitors(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Not there at all while GUESTS is off; never kept by a browser or a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.GUESTS:
            raise Refused("not-found")
        return never_cache(view)(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
def write(request: HttpRequest) -> HttpResponse:
    """`/support-tickets/guest`: the form as a page (GET), a conversation begun (POST)."""
    guest = _guest_of(request)
    if isinstance(request.user, User) and guest is None:
        return redirect("ticket-create")
    if request.method != "POST":
        return _form_page(request, GuestForm(known=guest is not None))
    form = GuestForm(request.POST, known=guest is not None)
    if not form.is_valid():
        return _form_page(request, form, Refused("invalid"))
    try:
        return _begun(request, form, guest)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _form_page(request, form, refused)


def _begun(request: HttpRequest, form: GuestForm, guest: User | None) -> HttpResponse:
    """The session begins before the message is accepted, so one that has to be sent again is the same guest's."""
    asked = form.cleaned_data
    limits.require_ticket(guest.guest_address if guest else asked["email"], limits.client_of(request))
    if guest is None:
        guest = people.new_guest(asked["email"], asked["name"].strip())
        sessions.begin(request, guest)
        logger.info("guests: %s began", guest.actor)
    if asked["chat"] and selectors.online_status().availability != Availability.OFFLINE:
        answer = settle(request, guest, _chat(guest, form))
        return go(request, asked["place"]) if _is_ours(request, asked["place"]) else answer
    return settle(request, guest, _ticket(request, guest, form), kind="OpenTicket")


def _chat(guest: User, form: GuestForm) -> receipts.Accepted:
    return guest_intake.begin_chat(
        guest, message=form.cleaned_data["message"], message_id=form.cleaned_data["key"]
    )


def _ticket(request: HttpRequest, guest: User, form: GuestForm) -> receipts.Accepted:
    return guest_intake.leave_message(
        guest,
        message=form.cleaned_data["message"],
        browser_info=request.headers.get("User-Agent", "")[:MOST_BROWSER],
        idempotency_key=str(form.cleaned_data["key"] or "") or None,
    )


def _is_ours(request: HttpRequest, place: str) -> bool:
    return place.startswith("/") and url_has_allowed_host_and_scheme(place, {request.get_host()})


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """`/support-tickets/guest/return/<token>`: what the link opens (GET), and the conversation itself (POST)."""
    claim = links.read(token)
    guest = _claimed(claim) if claim else None
    if claim is None or guest is None:
        return _not_theirs_any_more(request, claim)
    joins = joining.can_join(request.user, guest)
    if request.method != "POST":
        return render(request, "support/guest/return.html", {"guest": guest, "joins": joins})
    if joins:
        return _joined(request, claim, guest)
    sessions.begin(request, guest)
    people.verify(guest)
    logger.info("guests: %s came back to ticket %s by link", guest.actor, claim.ticket_id)
    return redirect("ticket", claim.ticket_id)


def _joined(request: HttpRequest, claim: Claim, guest: User) -> HttpResponse:
    """The link, used by somebody whose account has proven the same address: what it opens becomes the account's."""
    account = cast(User, request.user)
    people.verify(guest)
    accepted = guest_intake.claim_ticket(account, claim.ticket_id, guest.pk)
    joining.join_all(account)
    return settle(request, account, accepted, kind="ClaimTicket")


def _not_theirs_any_more(request: HttpRequest, claim: Claim | None) -> HttpResponse:
    """It joined an account, and its page asks for that; or the link does not hold."""
    if claim and claim.guest_id in selectors.guests_before(claim.ticket_id):
        return redirect("ticket", claim.ticket_id)
    return render(request, "support/guest/gone.html", {"form": LinkForm()}, status=GONE)


def _claimed(claim: Claim) -> User | None:
    """The guest of a link that still holds: theirs, not revoked, and the ticket is theirs too."""
    guest = User.objects.filter(pk=claim.guest_id, is_guest=True, is_active=True).first()
    if guest is None or not claim.is_of(guest):
        return None
    theirs = SupportTicket.objects.visible_to(guest).filter(pk=claim.ticket_id)
    return guest if theirs.exists() else None


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
def link(request: HttpRequest) -> HttpResponse:
    """`/support-tickets/guest/link`: have the link mailed again. The answer is one and the same for every address."""
    if request.method != "POST":
        return render(request, "support/guest/link.html", {"form": LinkForm(), "sent": "sent" in request.GET})
    form = LinkForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("invalid")
        limits.require_link(form.cleaned_data["email"], limits.client_of(request))
        guest_intake.send_link(form.cleaned_data["email"])
    except Refused as refused:
        if form.is_valid():
            form.add_error(None, refused.sentence)
        return render(request, "support/guest/link.html", {"form": form}, status=refused.type.status)
    return redirect(f"{reverse('guest-link')}?sent=1")


@require_POST
@_for_visitors
def forget(request: HttpRequest) -> HttpResponse:
    """`/support-tickets/guest/forget`: this device is nobody's any more; the mailed link still works."""
    if _guest_of(request):
        sessions.forget(request)
        messages.success(request, _("This device has forgotten you. The link in your email brings you back."))
    return redirect("home")


def _guest_of(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_guest else None


def _form_page(request: HttpRequest, form: GuestForm, refused: Refused | None = None) -> HttpResponse:
    taken = refused is not None and refused.code == "id-taken"
    context = {"form": form, "key": key_of(form, "key", taken=taken), "summary": summary_title(form)}
    return render(
        request, "support/guest/write.html", context, status=refused.type.status if refused else 200
    )
