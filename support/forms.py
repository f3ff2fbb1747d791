"""Forms of the requester's pages: what was typed, and a plain sentence about what to mend.

Called by support.views. They judge form only: permission is the policies' question, and nothing here saves; what is
well-formed goes to support.intake. Limits are the contract's, the sentences are the interface guide's.
"""

import uuid
from typing import Any, Final

from django import forms

from core.models import Theme
from support.workflow import Priority, Status, TicketType

MOST_SUBJECT: Final = 200
MOST_TEXT: Final = 10_000
MOST_TAGS: Final = 10
MOST_TAG: Final = 40
MOST_URL: Final = 2000

NUMBER_WORDS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
ODD_CHARACTER: Final = "This holds a character we can’t store. Paste it as plain text."
STALE_PAGE: Final = "This page is out of date. Reload it and try again."


def _sentences(required: str, too_long: str) -> dict[str, Any]:
    return {"required": required, "max_length": too_long, "null_characters_not_allowed": ODD_CHARACTER}


class LongText(forms.CharField):
    """What a textarea sends: browsers end lines with two characters, people count one."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n") if value is not None else ""


class TicketForm(forms.Form):
    """A request for help. `key` makes a form posted twice one ticket."""

    subject = forms.CharField(
        max_length=MOST_SUBJECT,
        error_messages=_sentences(
            "Add a subject so the right person picks this up.", "Shorten the subject to 200 characters."
        ),
    )
    description = LongText(
        max_length=MOST_TEXT,
        error_messages=_sentences(
            "Tell us what’s happening: what you tried, and what you saw.",
            "Shorten this to 10,000 characters. You can add the rest as a reply.",
        ),
    )
    ticket_type = forms.ChoiceField(
        choices=TicketType.choices,
        initial=TicketType.QUESTION,
        required=False,
        error_messages={"invalid_choice": "Choose one of the four kinds."},
    )
    priority = forms.ChoiceField(
        choices=Priority.choices,
        initial=Priority.MEDIUM,
        required=False,
        error_messages={"invalid_choice": "Choose how urgent it is."},
    )
    tags = forms.CharField(
        required=False,
        max_length=(MOST_TAG + 2) * MOST_TAGS * 2,
        error_messages=_sentences("", "Use up to 10 tags of up to 40 characters each."),
    )
    current_url = forms.CharField(required=False, max_length=MOST_URL)
    key = forms.UUIDField(required=False, error_messages={"invalid": STALE_PAGE})

    def clean_ticket_type(self) -> str:
        return self.cleaned_data["ticket_type"] or TicketType.QUESTION.value

    def clean_priority(self) -> str:
        return self.cleaned_data["priority"] or Priority.MEDIUM.value

    def clean_tags(self) -> tuple[str, ...]:
        """Each tag once, in the order written, separated by commas."""
        tags = tuple(dict.fromkeys(tag for tag in map(str.strip, self.cleaned_data["tags"].split(",")) if tag))
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError("Use up to 10 tags.")
        if any(len(tag) > MOST_TAG for tag in tags):
            raise forms.ValidationError("Shorten each tag to 40 characters.")
        return tags


class ReplyForm(forms.Form):
    """A reply in a ticket. `id` becomes the message's id, so a form posted twice is one message."""

    message = LongText(
        max_length=MOST_TEXT,
        error_messages=_sentences(
            "Write something first.", "That’s longer than 10,000 characters. Split it into two messages."
        ),
    )
    id = forms.UUIDField(required=False, error_messages={"invalid": STALE_PAGE})


class StatusForm(forms.Form):
    """Solved, or not after all; `expected` is the status that the page showed."""

    status = forms.ChoiceField(
        choices=Status.choices,
        error_messages={"required": STALE_PAGE, "invalid_choice": STALE_PAGE},
    )
    expected = forms.ChoiceField(choices=[("", ""), *Status.choices], required=False)


class ThemeForm(forms.Form):
    """Which colours the reader likes."""

    theme = forms.ChoiceField(choices=Theme.choices)


def summary_title(form: forms.Form) -> str:
    """Heads the error summary: "Two things need a look before we can send this"."""
    count = len(form.errors)
    words = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
    return f"{words} {'thing needs' if count == 1 else 'things need'} a look before we can send this"


def new_key() -> str:
    """For the hidden field of a form that may be posted twice."""
    return str(uuid.uuid4())
