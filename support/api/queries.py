"""Queries: what the lists filter by and which part of a thread is wanted, checked like everything else from outside.

In an address everything is text, so a number is its digits and a flag one of two words.
"""

import re
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from support.api.fields import CountField, TextField
from support.selectors.filters import TABS
from support.selectors.lists import VIEWS
from support.selectors.paging import MOST_ROWS
from support.selectors.threads import MESSAGES, MOST_MESSAGES
from support.validators import SEARCH
from support.workflow import Priority

_DIGITS = re.compile(r"[0-9]{1,10}")


class DigitsField(CountField):
    """A whole number in an address."""

    def to_internal_value(self, data: Any) -> int:
        if not _DIGITS.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(int(data))


class WordOfTruthField(serializers.BooleanField):
    """true or false in an address; left out, it is its default, and not false as in a form."""

    default_empty_html = empty

    def to_internal_value(self, data: Any) -> bool:
        if data not in {"true", "false"}:
            self.fail("invalid")
        return bool(data == "true")


class CursorField(serializers.CharField):
    """Where the next page begins: `next` of the page before, and nothing else."""


class Listing(serializers.Serializer[Any]):
    """What the lists filter by; all of it optional."""

    search = TextField(SEARCH, default="")
    status = serializers.ChoiceField(
        choices=["all", *TABS],
        default="",
        allow_blank=True,
        error_messages={"invalid_choice": f"Choose one of: {', '.join(TABS)}."},
    )
    priority = serializers.ChoiceField(
        choices=Priority.values,
        default="",
        allow_blank=True,
        error_messages={"invalid_choice": f"Choose one of: {', '.join(Priority.values)}."},
    )
    tag = TextField(SEARCH, default="")
    cursor = CursorField(default=None, max_length=400, error_messages={"max_length": "Start again."})
    limit = DigitsField(least=1, most=MOST_ROWS, default=25)


class StaffListing(Listing):
    """The same for the desk, over everybody's tickets."""

    view = serializers.ChoiceField(
        choices=VIEWS, default="all", error_messages={"invalid_choice": f"Choose one of: {', '.join(VIEWS)}."}
    )
    q = TextField(SEARCH, default="")
    assignee = TextField(SEARCH, default="")
    unassigned = WordOfTruthField(default=False, error_messages={"invalid": "Send true or false."})


class Window(serializers.Serializer[Any]):
    """Which part of a thread."""

    after = DigitsField(required=False, default=None)
    before = DigitsField(required=False, default=None)
    limit = DigitsField(least=1, most=MOST_MESSAGES, default=MESSAGES)
