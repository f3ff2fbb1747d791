"""Tokens in the links of a mail by which somebody says, without signing in, how they want to be written to.

Signed, for one person, and good for a year: who forwards a mail lends their switches, and nothing else. Pure. Made by
workers when a mail is written, read by `notifications.stop_pages`.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.core import signing

_SALT: Final = "notifications.mail_tokens"
AGE: Final = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a well-signed token says: whose switches, and which of them to turn off, if one."""

    person_id: uuid.UUID
    switch: str = ""


def token(person_id: uuid.UUID, switch: str = "") -> str:
    """A new token."""
    return signing.dumps([person_id.hex, switch], salt=_SALT)


def read(text: str) -> Claim | None:
    """The claim of a token that we signed for this and that is not too old; None for everything else."""
    try:
        said: Any = signing.loads(text, salt=_SALT, max_age=AGE)
        person_id, switch = said
        return Claim(person_id=uuid.UUID(person_id), switch=str(switch))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
