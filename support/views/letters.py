"""Dead letters on the page of operations: replayed by a support admin, one at a time.

Called by support.desk_urls (POST). Appends the kept command again, like any face; the drain settles the letter when it
went through. Must not write.
"""

import uuid

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support.letters import appended_again
from support.models import DeadLetter
from support.models.changes import LetterState
from support.views.desk_access import StaffRequest, admins_only


@admins_only
@require_POST
def replay(request: StaffRequest, *, letter_id: uuid.UUID) -> HttpResponse:
    """Try it again. One that is not held any more went through meanwhile."""
    letter = get_object_or_404(DeadLetter, pk=letter_id)
    if letter.state != LetterState.HELD:
        messages.success(request, _("It went through meanwhile."))
        return redirect("operations")
    try:
        appended_again(letter)
    except msgspec.DecodeError:
        messages.error(request, _("This letter can’t be read by the version that runs now."))
    else:
        messages.success(request, _("Accepted again. It leaves this list when it went through."))
    return redirect("operations")
