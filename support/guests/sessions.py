"""How a browser is a guest's: an ordinary session of the database, begun with the first message or by the mailed link.

Called by the guests' pages, always from a POST with its token. Django gives the session a new key, so one that somebody
planted beforehand is worth nothing afterwards; a session of somebody else ends.
"""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from core.models import User
from support.guests import backend


def begin(request: HttpRequest, guest: User) -> None:
    """From now on this browser is the guest's, for GUEST_SESSION_AGE; the mailed link begins anew."""
    if getattr(request.user, "pk", None) != guest.pk:
        request.session.flush()
    login(request, guest, backend=backend.PATH)
    request.session.set_expiry(settings.GUEST_SESSION_AGE)


def forget(request: HttpRequest) -> None:
    """This browser is nobody's any more."""
    logout(request)
