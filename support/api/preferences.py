"""What the headers of a write ask for: how long to wait (RFC 7240), and under which key it may be repeated."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from rest_framework.request import Request

from core.problems import Refused
from core.receipts import MOST_SECONDS

DEFAULT_SECONDS = 2.0
MOST_KEY = 200
KEY_HEADER = "Idempotency-Key"
_WAIT = re.compile(r'wait\s*=\s*"?(\d{1,6})"?')


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Seconds to wait for the commit, and what of the wish was granted, for `Preference-Applied`."""

    seconds: float = DEFAULT_SECONDS
    applied: str = ""


def preference_of(request: Request) -> Preference:
    """`respond-async` does not wait, `wait=N` at most N seconds and never more than ten; anything else is ignored."""
    wishes = [wish.partition(";")[0].strip().lower() for wish in request.headers.get("Prefer", "").split(",")]
    waits = [found[1] for wish in wishes if (found := _WAIT.fullmatch(wish))]
    if waits:
        seconds = min(float(waits[0]), MOST_SECONDS)
        return Preference(seconds=seconds, applied=f"wait={seconds:.0f}")
    if "respond-async" in wishes:
        return Preference(seconds=0.0, applied="respond-async")
    return Preference()


def key_of(request: Request) -> str | None:
    """The idempotency key; raises Refused("invalid") on one that is too long or not printable ASCII."""
    key = request.headers.get(KEY_HEADER, "").strip()
    if len(key) > MOST_KEY or not (key.isascii() and (key.isprintable())):
        words = _("{header} has up to {most} printable ASCII characters.")
        sentence = gettext(words).format(header=KEY_HEADER, most=MOST_KEY)
        raise Refused("invalid", sentence, errors={KEY_HEADER: [sentence]})
    return key or None
