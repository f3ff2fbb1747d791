"""Reports for staff: how often promised replies came in time, as a page and as CSV; how long support was staffed.

Called by support.desk_urls (GET). Reads a selector each, decides nothing. Must not write.
"""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from support import selectors
from support.selectors.reports import PromiseLine, share
from support.views.desk_access import StaffRequest, staff_only
from support.views.desk_presence import own_presence

WEEKS: Final = 12
# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@staff_only
@require_safe
def promises(request: StaffRequest) -> HttpResponse:
    """Kept and broken by week and kind; `?format=csv` for a spreadsheet."""
    now = datetime.now(UTC)
    lines = selectors.promise_report(now, WEEKS)
    if request.GET.get("format") == "csv":
        return _csv("promises.csv", _table(lines))
    kept, broken = sum(line.kept for line in lines), sum(line.broken for line in lines)
    context = {"lines": lines, "kept": kept, "decided": kept + broken, "share": share(kept, broken)}
    context |= {"weeks": WEEKS, "staffed": selectors.staffed_weeks(now, WEEKS), **own_presence(request.user)}
    return render(request, "support/reports/promises.html", context)


def _table(lines: Iterable[PromiseLine]) -> Iterable[list[object]]:
    yield [
        _("Week from"),
        _("Kind"),
        _("Promised"),
        _("Kept"),
        _("Broken"),
        _("Withdrawn"),
        _("Waiting"),
        _("Kept in per cent"),
        _("Promised in seconds (median)"),
        _("Replied in seconds (median)"),
        _("Promised by default"),
    ]
    for line in lines:
        yield [
            line.week.isoformat(),
            line.kind_words,
            line.made,
            line.kept,
            line.broken,
            line.withdrawn,
            line.waiting,
            "" if line.share is None else line.share,
            _seconds(line.promised),
            _seconds(line.actual),
            line.defaults,
        ]


def _seconds(length: timedelta | None) -> object:
    return "" if length is None else round(length.total_seconds())


def _csv(name: str, rows: Iterable[list[object]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # spreadsheets take it for UTF-8 only with a mark
    csv.writer(response).writerows([safe(cell) for cell in row] for row in rows)
    return response


def safe(cell: object) -> str:
    """A cell that no spreadsheet runs."""
    words = str(cell)
    return f"'{words}" if words.startswith(FORMULA) else words
