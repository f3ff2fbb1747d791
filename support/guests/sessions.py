"""How a browser is a guest's: an ordinary session of the database, begun with the first message or by the mailed link.

Called by the guests' pages and where people sign in, always from a POST with its token. Django gives the session a new
key, so one that somebody planted beforehand is worth nothing afterwards; a session of somebody else ends.
"""

import uuid
from typing import Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, get_user, login, logout
from django.http import HttpRequest

from core.models import User
from support.guests import backend

_WAS: Final = "was_guest"


def begin(request: HttpRequest, guest: User) -> None:
    """From now on this browser is the guest's, for GUEST_SESSION_AGE; the mailed link begins anew."""
    if getattr(request.user, "pk", None) != guest.pk:
        request.session.flush()
    login(request, guest, backend=backend.PATH)
    request.session.set_expiry(settings.GUEST_SESSION_AGE)


def forget(request: HttpRequest) -> None:
    """This browser is nobody's any more."""
    logout(request)


def guest_of(request: HttpRequest) -> User | None:
    """Whose browser this is, also on pages where a guest is a stranger; the one it was before its person signed in."""
    if request.session.get(BACKEND_SESSION_KEY) == backend.PATH:
        user = get_user(request)
        return user if isinstance(user, User) else None
    was = request.session.get(_WAS)
    return User.objects.filter(pk=uuid.UUID(was), is_guest=True, is_active=True).first() if was else None


def remember(request: HttpRequest, guest: User) -> None:
    """Their person has signed in here, and their account's address is not proven yet."""
    request.session[_WAS] = str(guest.pk)
