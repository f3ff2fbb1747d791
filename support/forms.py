"""Forms of the requester's pages: what was typed, and a plain sentence about what to mend.

Called by support.views. They judge form only: permission is the policies' question, and nothing here saves; what is
well-formed goes to support.intake. The rules for text are support.validators', the same as for the API and the sockets.
"""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import Theme
from support import validators
from support.validators import Text
from support.workflow import Priority, Status, TicketType

NUMBER_WORDS: Final = (
    _("No"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"),
    _("Six"), _("Seven"), _("Eight"), _("Nine"), _("Ten"),
)  # fmt: skip
CHOOSE_SCORE: Final = _("Choose how we did, from Poor to Great.")
STALE_PAGE: Final = _("This page is out of date. Reload it and try again.")


class RuledText(forms.CharField):
    """Text under one of the product's rules, as typed; browsers end lines with two characters, people count one."""

    def __init__(self, rule: Text, **options: Any) -> None:
        missing = {"required": rule.missing}
        super().__init__(required=bool(rule.missing), strip=rule.one_line, error_messages=missing, **options)
        self.validators = [rule]  # it knows about NUL as well: one sentence is enough

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class TagsField(forms.CharField):
    """Tags in one line with commas between: each once, in the order written."""

    def __init__(self, **options: Any) -> None:
        messages = {"null_characters_not_allowed": validators.ODD_CHARACTER}
        super().__init__(required=False, error_messages=messages, **options)

    def clean(self, value: Any) -> Any:
        tags = _split(super().clean(value))
        validators.check_tags(tags)
        return tags


def _split(line: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in map(str.strip, line.split(",")) if tag))


class TicketForm(forms.Form):
    """A request for help. `key` makes a form posted twice one ticket."""

    subject = RuledText(validators.SUBJECT)
    description = RuledText(validators.DESCRIPTION)
    ticket_type = forms.ChoiceField(
        choices=TicketType.choices,
        initial=TicketType.QUESTION,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the four kinds.")},
    )
    priority = forms.ChoiceField(
        choices=Priority.choices,
        initial=Priority.MEDIUM,
        required=False,
        error_messages={"invalid_choice": _("Choose how urgent it is.")},
    )
    tags = TagsField()
    current_url = RuledText(validators.CURRENT_URL)
    key = forms.UUIDField(required=False, error_messages={"invalid": STALE_PAGE})

    def clean_ticket_type(self) -> str:
        return self.cleaned_data["ticket_type"] or TicketType.QUESTION.value

    def clean_priority(self) -> str:
        return self.cleaned_data["priority"] or Priority.MEDIUM.value


class ReplyForm(forms.Form):
    """A reply in a ticket. `id` becomes the message's id, so a form posted twice is one message."""

    message = RuledText(validators.MESSAGE)
    id = forms.UUIDField(required=False, error_messages={"invalid": STALE_PAGE})


class StatusForm(forms.Form):
    """Solved, or not after all; `expected` is the status that the page showed."""

    status = forms.ChoiceField(
        choices=Status.choices,
        error_messages={"required": STALE_PAGE, "invalid_choice": STALE_PAGE},
    )
    expected = forms.ChoiceField(choices=[("", ""), *Status.choices], required=False)


class RatingForm(forms.Form):
    """What a requester thought of a chat."""

    score = forms.ChoiceField(
        choices=[(str(score), score) for score in range(1, 6)],
        error_messages={"required": CHOOSE_SCORE, "invalid_choice": CHOOSE_SCORE},
    )
    comment = RuledText(validators.RATING_COMMENT)


class ThemeForm(forms.Form):
    """Which colours the reader likes."""

    theme = forms.ChoiceField(choices=Theme.choices)


def summary_title(form: forms.BaseForm, *, saves: bool = False) -> str:
    """Heads the error summary: "Two things need a look before we can send this", or save it."""
    count = len(form.errors)
    words = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
    return (_before_saving if saves else _before_sending)(count).format(number=words)


def _before_sending(count: int) -> str:
    return ngettext(
        "{number} thing needs a look before we can send this",
        "{number} things need a look before we can send this",
        count,
    )


def _before_saving(count: int) -> str:
    return ngettext(
        "{number} thing needs a look before we can save this",
        "{number} things need a look before we can save this",
        count,
    )


def key_of(form: forms.Form | None, name: str, *, taken: bool = False) -> str:
    """The hidden field that makes a form posted twice one command: kept while it is mended, new when it is taken."""
    posted = getattr(form, "cleaned_data", {}).get(name)
    return str(uuid.uuid4() if taken or posted is None else posted)
