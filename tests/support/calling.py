"""A person at the API: signed in, with a CSRF token, speaking JSON."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from core.models import User
from support.guests import backend as guests

TOKEN = "t" * 32
BASE = "/support/api/"


class Caller:
    """Calls the API as one person, or as nobody."""

    def __init__(self, user: User | None = None, *, csrf: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = {"X-CSRFToken": TOKEN} if csrf else {}
        if user is not None:
            self.client.force_login(user, backend=guests.PATH if user.is_guest else None)
        if csrf:
            self.client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN

    def get(self, path: str, **query: Any) -> Any:
        """GET below the API's address."""
        return self.client.get(f"{BASE}{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST a document; header names are written with underscores."""
        return self.raw(path, json.dumps({} if body is None else body).encode(), **headers)

    def raw(
        self, path: str, body: bytes, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """POST bytes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/") else f"{BASE}{path}"
        return self.client.post(address, body, content_type, headers=self.headers | named)  # type: ignore[return-value]
