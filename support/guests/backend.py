"""The backend that the sessions of guests name: it knows guests, and signs nobody in.

Chosen by AUTHENTICATION_BACKENDS; the sockets ask it as well (`support.sockets.admission`). With GUESTS off it knows
nobody, so every guest's session is a stranger's at once.
"""

import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.backends import BaseBackend

from core.models import User

PATH: Final = "support.guests.backend.Guests"


class Guests(BaseBackend):
    """Guests by id. There is no password to check, and never a permission of Django's."""

    def get_user(self, user_id: Any) -> User | None:
        if not settings.GUESTS:
            return None
        try:
            return User.objects.filter(pk=uuid.UUID(str(user_id)), is_guest=True, is_active=True).first()
        except ValueError:
            return None
