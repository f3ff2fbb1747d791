"""The part of the page of operations that says how long things take. It follows by itself. Called by desk_urls."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from support.views.desk_access import StaffRequest, admins_only


@admins_only
@require_safe
def operation_times(request: StaffRequest) -> HttpResponse:
    """What `operations` shows of it, as it is now; its template asks."""
    return render(request, "support/operations/times.html")
