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
        return render(request, "notifications/preferences.html", _shown(reader))
    form = QuietForm(request.POST)
    if not form.is_valid():
        return render(request, "notifications/preferences.html", _shown(reader, form), status=422)
    return _keep(request, reader, form)


def _shown(reader: User, refused: QuietForm | None = None) -> dict[str, Any]:
    known = bell.preference_of(reader)
    return {
        "wishes": known,
        "lines": wishes.table(reader, known),
        "columns": [TRANSPORTS[transport].label for transport in wishes.SWITCHED],
        "quiet": refused or QuietForm.showing(known),
        "zone": reader.timezone,
    }


def _keep(request: HttpRequest, reader: User, form: QuietForm) -> HttpResponse:
    require_write(reader, request)
    accepted = notice_intake.set_notice_preferences(
        reader,
        browser="browser" in request.POST,
        sound="sound" in request.POST,
        muted=wishes.muted_after(reader, bell.preference_of(reader), request.POST.getlist("on")),
        **form.clocks,
    )
    stored = receipts.settled(accepted).state == "stored"
    messages.success(request, _("Saved.") if stored else _("Saved. It may take a moment to show."))
    return redirect("notice-preferences")
