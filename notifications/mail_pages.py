"""The page of mail that came in, for support admins: what became of each, what waits in quarantine and why.

A preview is text alone, so that nothing of a stranger's mail acts or is fetched; its source may be downloaded. A
decision is a command. For support admins alone: it shows what everybody wrote.
"""

import uuid
from typing import Final
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import kept
from notifications import inbox
from notifications.models import IncomingMail, MailOutcome
from support import mail_intake
from support.downloads import as_download
from support.file_list import size_words
from support.views.answers import say_settled
from support.views.desk_access import StaffRequest, admins_only
from support.views.desk_presence import own_presence

# What a preview shows of a mail that never ends.
MOST_SHOWN: Final = 20_000


@admins_only
@require_safe
def mails(request: StaffRequest) -> HttpResponse:
    """The totals, then what is asked for, newest first; the quarantine when nothing is."""
    outcome = request.GET.get("outcome", MailOutcome.QUARANTINED.value)
    page = inbox.page_of(outcome, request.GET.get("cursor"))
    totals = inbox.totals()
    context = {"page": page, "outcome": outcome, "totals": totals, "all": sum(each.count for each in totals)}
    context |= {"older": urlencode({"outcome": outcome, "cursor": page.next or ""})}
    return render(request, "notifications/mails/page.html", context | own_presence(request.user))


@admins_only
@require_safe
def mail(request: StaffRequest, *, mail_id: uuid.UUID) -> HttpResponse:
    """One of them: what it says, what became of it, what can be done."""
    row = _row(mail_id)
    said = inbox.contents(row)
    files = [{"name": file.name, "size": size_words(len(file.data))} for file in said.files] if said else []
    context = {"row": row, "read": said, "files": files, "text": said.text[:MOST_SHOWN] if said else ""}
    context |= own_presence(request.user)
    return render(request, "notifications/mails/mail.html", context)


@admins_only
@require_safe
def source(_request: HttpRequest, *, mail_id: uuid.UUID) -> FileResponse:
    """The mail as it came, as a file."""
    row = _row(mail_id)
    try:
        return as_download(kept.path(row.digest), "mail.eml", "message/rfc822")
    except FileNotFoundError as error:
        raise Http404 from error


@admins_only
@require_POST
def decide(request: StaffRequest, *, mail_id: uuid.UUID) -> HttpResponse:
    """Release it or discard it; back to its page, where what became of it shows."""
    accepted = mail_intake.decide_mail(request.user, mail_id, request.POST.get("decision", ""))
    say_settled(request, accepted)
    return redirect("mail", mail_id=mail_id)


def _row(mail_id: uuid.UUID) -> IncomingMail:
    row = inbox.mail_of(mail_id)
    if row is None:
        raise Http404
    return row
