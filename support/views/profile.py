"""A person's own profile, one of the account's pages. Users are theirs to change, so this is no command."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import languages
from core.models import User
from support.forms import summary_title
from support.profile_forms import ProfileForm
from support.views.tickets import reader_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """`/accounts/profile/`: show it; keep what was changed, or say what to mend."""
    person = reader_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        return _keep(request, person, form)
    status = 422 if form.is_bound else 200
    status_row = getattr(person, "support_status", None)
    context = {
        "form": form,
        "summary": summary_title(form, saves=True) if form.errors else "",
        "capacity": status_row.chat_capacity if status_row else None,
        "team_capacity": settings.CHAT_CAPACITY,
    }
    return render(request, "account/profile.html", context, status=status)


def _keep(request: HttpRequest, person: User, form: ProfileForm) -> HttpResponse:
    User.objects.filter(pk=person.pk).update(**form.cleaned_data)
    # The next page is in the language that was just chosen, and so is this.
    with translation.override(languages.chosen(form.cleaned_data["language"]) or translation.get_language()):
        messages.success(request, _("Your profile is saved."))
    return redirect("profile")
