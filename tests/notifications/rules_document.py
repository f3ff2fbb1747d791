"""docs/notices.md: the table of rules as a person reads it, made from the one that the code reads.

`python -m tests.notifications.rules_document` writes it after a rule was changed; a test holds the two together.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    import django

    django.setup()

from core.contracts import kind_of
from notifications.models import EMAIL
from notifications.rules import ASKED_FOR, OFFER_GRACE, RULES, Audience, Rule

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "notices.md"
BEGIN, END = "<!-- rules -->\n", "<!-- end of rules -->\n"
_WHO: Final = {
    Audience.AGENTS: "every active agent; the support address while there is none",
    Audience.REQUESTER: "the requester",
    Audience.GUEST: "the requester, when they are a guest",
    Audience.OFFERED: "the agent who is asked",
    Audience.ASSIGNEE: "the assignee",
    Audience.HELPERS: "the assignee; every active agent while there is none",
    Audience.NEW_ASSIGNEE: "the agent it was given to",
    Audience.ADDRESS: "the address it is for",
}


def table() -> str:
    """One line per rule."""
    lines = [_line(kind_of(event), rule) for event, rules in RULES.items() for rule in rules]
    head = "| event | when | who is told | of what | how | waits | may be switched off |\n"
    return head + "|---|---|---|---|---|---|---|\n" + "".join(lines)


def with_table(text: str) -> str:
    """The document with the table as it is now."""
    before, _begin, rest = text.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


def _line(event: str, rule: Rule) -> str:
    cells = (
        f"`{event}`",
        ", ".join(_when(rule)) or "always",
        _WHO[rule.audience] + (", even when they caused it" if rule.to_author else ""),
        str(rule.notice.label),
        ", ".join(f"`{transport}`" for transport in rule.transports),
        _waits(rule),
        "no" if rule.notice in ASKED_FOR else "yes",
    )
    return f"| {' | '.join(cells)} |\n"


def _when(rule: Rule) -> Iterable[str]:
    if rule.by_support is not None and not rule.on_note:
        yield "support wrote it" if rule.by_support else "the requester wrote it"
    if rule.on_note:
        yield "it is an internal note"
    if rule.in_chat is not None:
        yield "in a live chat" if rule.in_chat else "outside a live chat"


def _waits(rule: Rule) -> str:
    if rule.unless_offered:
        return f"{OFFER_GRACE.seconds} s, for one agent to be asked instead"
    return (
        "`email`: `REPLY_MAIL_GRACE`, dropped when read" if rule.waits and EMAIL in rule.transports else "no"
    )


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
