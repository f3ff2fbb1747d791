"""The page on which a person says how they want to be told: one form, applied as a whole by a command."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import receipts
from core.models import User
from notifications import bell, wishes
from notifications.models import Preference
from notifications.quiet_form import QuietForm
from notifications.transports.registry import TRANSPORTS
from support import notice_intake
from support.views.tickets import reader_of
from support.write_limits import require_write


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the switches; keep them."""
    reader = reader_of(request)
    if request.method != "POST":
        known = bell.preference_of(reader)
        shown = _shown(reader, known, QuietForm.showing(known))
        return render(request, "notifications/preferences.html", shown)
    form, asked = QuietForm(request.POST), _asked(request, reader)
    if not form.is_valid():
        return render(request, "notifications/preferences.html", _shown(reader, asked, form), status=422)
    return _keep(request, reader, asked, form)


def _asked(request: HttpRequest, reader: User) -> Preference:
    """The switches as posted."""
    return Preference(
        browser="browser" in request.POST,
        sound="sound" in request.POST,
        muted=wishes.muted_after(reader, bell.preference_of(reader), request.POST.getlist("on")),
    )


def _shown(reader: User, switches: Preference | None, quiet: QuietForm) -> dict[str, Any]:
    return {
        "wishes": switches,
        "lines": wishes.table(reader, switches),
        "columns": [TRANSPORTS[transport].label for transport in wishes.SWITCHED],
        "quiet": quiet,
        "zone": reader.timezone,
    }


def _keep(request: HttpRequest, reader: User, asked: Preference, form: QuietForm) -> HttpResponse:
    require_write(reader, request)
    accepted = notice_intake.set_notice_preferences(
        reader,
        browser=asked.browser,
        sound=asked.sound,
        muted=asked.muted,
        **form.clocks,
    )
    stored = receipts.settled(accepted).state == "stored"
    messages.success(request, _("Saved.") if stored else _("Saved. It may take a moment to show."))
    return redirect("notice-preferences")
