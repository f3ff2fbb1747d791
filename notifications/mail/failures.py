"""Bounces: for whom a mail of ours could not be delivered, and which mail that was.

flufl.bounce knows the reports of the mail servers there are, standard and not. Which mail it was is read from what the
report quotes: its Message-ID is ours, and nobody but its recipient's servers has seen it.
"""

import contextlib
import email
import logging
import re
from email.message import EmailMessage
from typing import Final

from flufl.bounce import all_failures

from notifications.mail.bodies import decoded, own_parts
from notifications.mail.headers import first, message_ids, one_line
from notifications.mail.records import Failure

MOST_QUOTED: Final = 200_000
_IDS: Final = re.compile(
    r"^(?:Message-ID|In-Reply-To|Original-Message-ID):\s*(<[^<>\s]{1,250}@[^<>\s]{1,250}>)",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(r"^(?:Diagnostic-Code|Status):\s*(.{1,300})", re.IGNORECASE | re.MULTILINE)
_REPORTS: Final = {"text/plain", "text/html", "text/rfc822-headers", "message/delivery-status"}
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs whose report it could not read


def failure_of(message: EmailMessage) -> Failure | None:
    """What a delivery report reports, or None when it is no such report."""
    later, never = _detected(message)
    named = [
        one_line(each).lower() for each in first(message, "X-Failed-Recipients").split(",") if each.strip()
    ]
    if not (later or never or named):
        return None
    quoted = _quoted(message)
    statuses = _STATUS.findall(quoted)
    return Failure(
        recipients=tuple(sorted(never or later or named)),
        is_permanent=bool(never or (named and not later)),
        message_ids=tuple(
            dict.fromkeys([*_IDS.findall(quoted), *message_ids(message, "In-Reply-To", "References")])
        ),
        diagnosis=one_line(max(statuses, key=len, default=""))[:300],
    )


def _detected(message: EmailMessage) -> tuple[set[str], set[str]]:
    with contextlib.suppress(Exception):  # its detectors trust that a report is well-formed
        later, never = all_failures(email.message_from_bytes(message.as_bytes()))
        return _addresses(later), _addresses(never)
    return set(), set()


def _addresses(found: object) -> set[str]:
    return {
        address.decode("ascii", "replace").lower() if isinstance(address, bytes) else str(address).lower()
        for address in found  # type: ignore[attr-defined]
    }


def _quoted(message: EmailMessage) -> str:
    """Everything in the report that may name the mail or the cause: texts, status fields, headers of what came back."""
    texts = []
    for part in own_parts(message):
        if (
            part.get_content_type() == "message/rfc822"
            or part.get_content_type() == "message/delivery-status"
        ):
            texts.append(_headers_within(part))
        elif part.get_content_type() in _REPORTS:
            texts.append(decoded(part))
    return "\n".join(texts)[:MOST_QUOTED]


def _headers_within(part: EmailMessage) -> str:
    inner = part.get_payload()
    messages = [each for each in inner if isinstance(each, EmailMessage)] if isinstance(inner, list) else []
    return "\n".join(f"{name}: {value}" for each in messages for name, value in each.raw_items())
