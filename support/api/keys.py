"""How the session describes itself in OpenAPI, with the CSRF token that a write needs beside it.

The generator finds this class once the module is loaded, which `support.api.urls` sees to. What is asked for is
`support.api.authentication`'s affair.
"""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`authentication.Session`: the pages' cookie; a write also needs the CSRF token, in a header and in its cookie."""

    target_class = "support.api.authentication.Session"
    name = ["session", "csrfCookie", "csrfToken"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """Three keys, all of which a write needs."""
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            {"type": "apiKey", "in": "cookie", "name": settings.CSRF_COOKIE_NAME},
            {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Reading needs the session alone."""
        return {key: [] for key in (["session"] if auto_schema.method == "GET" else self.name)}
