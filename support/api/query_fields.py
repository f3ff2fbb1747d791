"""Fields of an address, where everything is text: a number is its digits, a flag one of two words."""

import re
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from support.api.fields import CountField, TextField
from support.selectors.lists import VIEWS

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


class AgentField(TextField):
    """Somebody's id, or nothing; whether there is such an agent is asked elsewhere."""


class CursorField(serializers.CharField):
    """Where the next page begins: `next` of the page before, or nothing."""


class ViewField(serializers.ChoiceField):
    """One of the desk's views; nothing is the first."""

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)) or VIEWS[0]
