"""Admission: who is at the socket, and which thread they may open. Runs in a reading thread, once per connection.

It reads the session as Django's own login check does, but never touches it: no flush, no new key, because a socket
has no response that could carry a cookie. Raises Refused not-authenticated or not-found, the latter alike for what
does not exist and for what is somebody else's.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.sessions.backends.db import SessionStore
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from core.models import User
from core.problems import Refused
from support.chat_identity import GENERAL
from support.models import SupportTicket
from support.selectors import live_chat_of

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """A signed-in person and the session that says so."""

    user: User
    session_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The thread a visitor opens. `general`: their live chat, which `exists` only from its first message on."""

    visitor: Visitor
    ticket_id: uuid.UUID
    requester_id: uuid.UUID
    general: bool = False
    exists: bool = True


def visitor(headers: Headers) -> Visitor:
    """Whoever the session cookie says it is."""
    session_key = _session_key(headers)
    known = SessionStore(session_key).load() if session_key else {}
    backend = known.get(BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        raise Refused("not-authenticated")
    user = load_backend(backend).get_user(known[SESSION_KEY])
    if not isinstance(user, User) or not _belongs(known.get(HASH_SESSION_KEY, ""), user):
        raise Refused("not-authenticated")
    return Visitor(user=user, session_key=session_key)


def place(headers: Headers, reference: str) -> Place:
    """The thread behind a path of /ws/chat/."""
    who = visitor(headers)
    return _live_chat(who) if reference == GENERAL else _ticket(who, reference)


def _session_key(headers: Headers) -> str:
    for name, value in headers:
        if name == b"cookie":
            key = parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
            return key if key.isascii() and key.isalnum() else ""
    return ""


def _belongs(session_hash: str, user: User) -> bool:
    """The session began with the password the person has now (under this secret key or a former one)."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, known) for known in hashes)


def _ticket(who: Visitor, reference: str) -> Place:
    try:
        ticket_id = uuid.UUID(reference)
    except ValueError as error:
        raise Refused("not-found") from error
    requester_id = (
        SupportTicket.objects.visible_to(who.user)
        .filter(pk=ticket_id)
        .values_list("requester_id", flat=True)
        .first()
    )
    if requester_id is None:
        raise Refused("not-found")
    return Place(visitor=who, ticket_id=ticket_id, requester_id=requester_id)


def _live_chat(who: Visitor) -> Place:
    ticket_id, exists = live_chat_of(who.user)
    return Place(visitor=who, ticket_id=ticket_id, requester_id=who.user.pk, general=True, exists=exists)
