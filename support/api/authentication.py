"""Authentication: the session of the pages, with a CSRF token for everything that changes something.

Named by the settings. A missing session is 401 (a page then asks to sign in again and keeps the draft), a missing
token 403: the two need different advice.
"""

from django.http import HttpRequest
from rest_framework.authentication import CSRFCheck, SessionAuthentication
from rest_framework.request import Request

from core.problems import Refused


class Session(SessionAuthentication):
    """Django's session."""

    def authenticate_header(self, request: Request) -> str:
        """Naming a scheme is what makes the framework answer 401 instead of 403."""
        return 'Session realm="support"'

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]
        check.process_request(request)
        if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
            raise Refused("csrf")
