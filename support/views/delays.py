"""What is late just now, for pages that are open: `GET /support-delays` → `{"delay": null | {"kind", "since"}}`.

For everybody, signed in or not: it says no more than the banner on every page. Asks neither PostgreSQL nor, as it comes
without cookies, who is asking, so it answers while either is away. The words are in the page (delay_templates.html).
"""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.delays import current


@require_safe
@never_cache
def delays(_request: HttpRequest) -> HttpResponse:
    """The most serious one."""
    late = current()
    return JsonResponse({"delay": asdict(late) if late else None})
