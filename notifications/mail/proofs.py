"""Proofs: what our own receiving server found out about a sender (RFC 8601), read so that no sender can say it.

Anybody can write such a header, so only the topmost of the server that is named in the settings counts. What a sender
chose stands in there too (envelope, signature, comments), so for a proof the header is read as it was sent: nothing is
decoded, quotations and comments are left out first, and what does not add up proves nothing.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final

from notifications.mail.headers import undecoded

_DISOWNED: Final = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_EQUALS: Final = re.compile(r"\s*=\s*")


def is_disowned(message: EmailMessage, trusted: str) -> bool:
    """Whether the server found that the domain in From disowns this mail. In doubt it did."""
    return bool(_DISOWNED.search(_results(message, trusted)))


def is_proven(message: EmailMessage, sender: str, trusted: str) -> bool:
    """Whether the server found that the domain of `sender` stands for this mail: by DMARC, or by its own signature."""
    domain = sender.rpartition("@")[2]
    return any(_proves(finding, domain) for finding in _findings(_results(message, trusted)))


def _results(message: EmailMessage, trusted: str) -> str:
    if not trusted:
        return ""
    results = undecoded(message, "Authentication-Results")
    ours = [trusted.lower()]  # a version may follow the name
    return next((each for each in results if each.partition(";")[0].lower().split()[:1] == ours), "")


def _proves(finding: dict[str, str], domain: str) -> bool:
    if finding.get("dmarc") == "pass":
        return finding.get("header.from", domain).rpartition("@")[2] == domain
    return finding.get("dkim") == "pass" and finding.get("header.d", "") == domain


def _findings(results: str) -> Iterator[dict[str, str]]:
    """Each method with its result and what it was found for: {"dkim": "pass", "header.d": "example.com"}."""
    for finding in _EQUALS.sub("=", _plain(results).lower()).split(";")[1:]:
        pairs = (word.partition("=") for word in finding.split())
        yield {name.partition("/")[0]: value.rstrip(".") for name, _, value in pairs}


def _plain(value: str) -> str:
    """Without quotations and comments (RFC 5322); nothing of it when one has no end."""
    kept, depth, quoted = [], 0, False
    characters = iter(value)
    for character in characters:
        if character == "\\":
            next(characters, "")
        elif quoted:
            quoted = character != '"'
        elif character in "()":
            depth += 1 if character == "(" else -1
            kept.append(" ")
        elif character == '"' and not depth:
            quoted = True
            kept.append(" ")
        elif not depth:
            kept.append(character)
    return "" if quoted or depth else "".join(kept)
