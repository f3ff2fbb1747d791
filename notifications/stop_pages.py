"""The pages that a mail's own links lead to, without signing in: stop mails like this one, and which mails to get.

Stopping is one POST, by a person's button or by their mail program (RFC 8058: List-Unsubscribe-Post); looking changes
nothing, for mail programs and scanners follow links. The token says whose switches they are and is all it takes, so the
POST of a mail program carries no CSRF token. Must not show who the person is: a forwarded mail may be in other hands.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import languages, receipts
from core.models import User
from notifications import bell, mail_tokens, wishes
from notifications.models import EMAIL, Preference
from notifications.quiet_form import QuietForm
from notifications.rules import SWITCHES
from support import delivery_intake, notice_intake

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, *, token: str) -> HttpResponse:
    """No more mails of this kind: asked on GET, done on POST."""
    person, switch = _named(token)
    if person is None or switch not in SWITCHES:
        return _page(request, None, "gone", status=404)
    with languages.reading(person.language):
        kind = wishes.called(person, switch.partition(":")[0])
    context = {"kind": kind, "settings_token": mail_tokens.token(person.pk)}
    if request.method != "POST":
        return _page(request, person, "stop", context)
    name, value = ONE_CLICK
    if request.POST.get(name) != value:
        return _page(request, person, "stop", context, status=400)
    delivery_intake.mute_notice(person, switch)
    return _page(request, person, "stop", context | {"done": True})


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest, *, token: str) -> HttpResponse:
    """Which mails to get, and when not."""
    person, _switch = _named(token)
    if person is None:
        return _page(request, None, "gone", status=404)
    known = bell.preference_of(person)
    form = QuietForm(request.POST) if request.method == "POST" else QuietForm.showing(known)
    context: dict[str, Any] = {"quiet": form, "zone": person.timezone}
    if request.method == "POST":
        browser, sound = bool(known and known.browser), bool(known and known.sound)
        muted = wishes.muted_after(person, known, request.POST.getlist("on"), (EMAIL,))
        known = Preference(browser=browser, sound=sound, muted=muted)  # as posted, until it is stored
        if form.is_valid():
            accepted = notice_intake.set_notice_preferences(
                person, browser=browser, sound=sound, muted=muted, **form.clocks
            )
            context["is_stored"] = receipts.settled(accepted).state == "stored"
            known = bell.preference_of(person) if context["is_stored"] else known
    return _page(request, person, "settings", context | {"known": known}, status=422 if form.errors else 200)


def _named(token: str) -> tuple[User | None, str]:
    claim = mail_tokens.read(token)
    person = User.objects.filter(id=claim.person_id, is_active=True).first() if claim else None
    return person, claim.switch if claim else ""


def _page(
    request: HttpRequest,
    person: User | None,
    name: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """In the person's own language; nobody keeps it."""
    with languages.reading(person.language if person else ""):
        lines = wishes.table(person, (context or {}).get("known"), (EMAIL,)) if person else []
        shown = (context or {}) | {"lines": lines}
        response = render(request, f"notifications/stop/{name}.html", shown, status=status)
    add_never_cache_headers(response)
    return response
