"""References: the short name of a failed request, on the page a person reads and in the log lines about it.

Called by `core.errors` for pages and by `core.logs` for records that carry a request. It says nothing about the
request itself, so it may be read out to anybody. Must not: be used as a key for anything.
"""

import secrets
from typing import Any, Final

from django.http import HttpRequest

# Without letters that sound or look like another letter or a digit.
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF: Final = 4


def reference_of(request: HttpRequest) -> str:
    """The request's reference, such as 7K3F-9QXM; the same however often it is asked for."""
    known = told_by(request)
    if known is None:
        known = f"{_half()}-{_half()}"
        request.reference = known  # type: ignore[attr-defined]
    return known


def told_by(request: Any) -> str | None:
    """The reference that a person has been told, if any."""
    return getattr(request, "reference", None)


def _half() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))
