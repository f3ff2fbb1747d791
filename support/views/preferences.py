"""What a reader likes: the theme. Users are theirs to change, so this is no command."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from core.models import User
from core.problems import Refused
from support.forms import ThemeForm
from support.views.tickets import reader_of


@require_POST
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme and go back to where the reader was."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        raise Refused("invalid", _("Choose automatic, light or dark."))
    User.objects.filter(pk=reader_of(request).pk).update(theme=form.cleaned_data["theme"])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("home"))
