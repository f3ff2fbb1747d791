"""The files of a ticket's messages, for whoever may see the message each came with; for nobody else is there one."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core import kept
from support import selectors
from support.downloads import as_download
from support.views.tickets import reader_of


@require_safe
@login_required
def file(request: HttpRequest, ticket_id: uuid.UUID, file_id: uuid.UUID) -> FileResponse:
    """One file, as a download."""
    reader = reader_of(request)
    ticket = selectors.ticket_for(reader, ticket_id)
    found = selectors.file_of(ticket, file_id, staff=reader.is_staff)
    if found is None:
        raise Http404
    try:
        return as_download(kept.path(found["digest"]), found["name"], found["content_type"])
    except FileNotFoundError as error:
        raise Http404 from error
