"""Fields of the API's serializers: strict types, and the rules of `support.validators`.

The framework's own fields are lenient (5 is "5", "yes" is true) and some repeat in their sentences what was sent.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from support.validators import WRONG_TYPE, Text, check_context, check_tags


class TextField(serializers.CharField):
    """Text exactly as typed, judged by one rule."""

    def __init__(self, rule: Text, **options: Any) -> None:
        options.setdefault("allow_blank", not rule.missing)
        super().__init__(
            trim_whitespace=False,
            error_messages={
                "required": rule.missing,
                "null": rule.missing or WRONG_TYPE,
                "blank": rule.missing,
                "invalid": WRONG_TYPE,
            },
            **options,
        )
        # The framework would count before it looks for what cannot be stored.
        self.rule, self.validators = rule, [rule]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


def one_of(words: Iterable[str]) -> Any:
    """The sentence for a word that is none of these."""
    return format_lazy(_("Choose one of: {words}."), words=", ".join(words))


class WordField(serializers.ChoiceField):
    """One word of the workflow."""

    def __init__(self, words: type[TextChoices], **options: Any) -> None:
        messages: Any = dict.fromkeys(("required", "null", "invalid_choice"), one_of(words.values))
        super().__init__(choices=words.choices, error_messages=messages, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return str(super().to_internal_value(data))


class TagsField(serializers.ListField):
    """Up to ten short tags, each once, in the order given."""

    child = serializers.CharField(trim_whitespace=False)

    def __init__(self, **options: Any) -> None:
        messages: Any = {"not_a_list": _("Send the tags as a list."), "null": _("Send the tags as a list.")}
        super().__init__(error_messages=messages, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        check_tags(data)
        return list(dict.fromkeys(data))


class ContextField(serializers.DictField):
    """A JSON object of the page's own, bounded in size and depth."""

    def __init__(self, **options: Any) -> None:
        sentence = _("Send this as a JSON object.")
        super().__init__(error_messages={"not_a_dict": sentence, "null": sentence}, **options)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        check_context(data)
        return dict(data)


class FlagField(serializers.BooleanField):
    """true or false; nothing that merely looks like it."""

    default_error_messages = {"invalid": _("Send true or false."), "null": _("Send true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class CountField(serializers.IntegerField):
    """A whole number that fits a column; neither a text nor true is one."""

    def __init__(self, *, least: int = 0, most: int = 2**31 - 1, **options: Any) -> None:
        sentence = format_lazy(_("Send a whole number from {least} to {most}."), least=least, most=most)
        names = ("required", "null", "invalid", "min_value", "max_value", "max_string_length")
        super().__init__(
            min_value=least, max_value=most, error_messages=dict.fromkeys(names, sentence), **options
        )

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class IdField(serializers.UUIDField):
    """A UUID as text."""

    def __init__(self, **options: Any) -> None:
        sentence = _("Send a UUID.")
        super().__init__(
            error_messages={"invalid": sentence, "required": sentence, "null": sentence}, **options
        )

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)
