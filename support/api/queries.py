"""Queries: what the lists filter by and which part of a thread is wanted, checked like everything else from outside."""

from typing import Any

from rest_framework import serializers

from support.api.fields import CountField, TextField
from support.selectors.filters import TABS
from support.selectors.lists import VIEWS
from support.selectors.paging import MOST_ROWS
from support.selectors.threads import MESSAGES, MOST_MESSAGES
from support.validators import SEARCH
from support.workflow import Priority


class Listing(serializers.Serializer[Any]):
    """What the lists filter by; all of it optional."""

    search = TextField(SEARCH, default="")
    status = serializers.ChoiceField(
        choices=["", "all", *TABS],
        default="",
        error_messages={"invalid_choice": f"Choose one of: {', '.join(TABS)}."},
    )
    priority = serializers.ChoiceField(
        choices=["", *Priority.values],
        default="",
        error_messages={"invalid_choice": f"Choose one of: {', '.join(Priority.values)}."},
    )
    tag = TextField(SEARCH, default="")
    cursor = serializers.CharField(
        default=None, max_length=400, error_messages={"max_length": "Start again."}
    )
    limit = CountField(least=1, most=MOST_ROWS, default=25)


class StaffListing(Listing):
    """The same for the desk, over everybody's tickets."""

    view = serializers.ChoiceField(
        choices=VIEWS, default="all", error_messages={"invalid_choice": f"Choose one of: {', '.join(VIEWS)}."}
    )
    q = TextField(SEARCH, default="")
    assignee = TextField(SEARCH, default="")
    unassigned = serializers.BooleanField(default=False, error_messages={"invalid": "Send true or false."})


class Window(serializers.Serializer[Any]):
    """Which part of a thread."""

    after = CountField(required=False, default=None)
    before = CountField(required=False, default=None)
    limit = CountField(least=1, most=MOST_MESSAGES, default=MESSAGES)
