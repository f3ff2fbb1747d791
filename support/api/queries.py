"""Queries: what the lists filter by and which part of a thread is wanted, checked like everything else from outside."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from support.api.fields import TextField, one_of
from support.api.query_fields import AgentField, CursorField, DigitsField, ViewField, WordOfTruthField
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
        choices=["all", *TABS], default="", allow_blank=True, error_messages={"invalid_choice": one_of(TABS)}
    )
    priority = serializers.ChoiceField(
        choices=Priority.values,
        default="",
        allow_blank=True,
        error_messages={"invalid_choice": one_of(Priority.values)},
    )
    tag = TextField(SEARCH, default="")
    cursor = CursorField(
        default=None, allow_blank=True, max_length=400, error_messages={"max_length": _("Start again.")}
    )
    limit = DigitsField(least=1, most=MOST_ROWS, default=25)


class StaffListing(Listing):
    """The same for the desk, over everybody's tickets."""

    view = ViewField(
        choices=VIEWS, default=VIEWS[0], allow_blank=True, error_messages={"invalid_choice": one_of(VIEWS)}
    )
    q = TextField(SEARCH, default="")
    assignee = AgentField(SEARCH, default="")
    unassigned = WordOfTruthField(default=False, error_messages={"invalid": _("Send true or false.")})


class Window(serializers.Serializer[Any]):
    """Which part of a thread."""

    after = DigitsField(required=False, default=None)
    before = DigitsField(required=False, default=None)
    limit = DigitsField(least=1, most=MOST_MESSAGES, default=MESSAGES)
