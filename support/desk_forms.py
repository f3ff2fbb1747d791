"""Forms of the staff desk: they read what was posted and say in a sentence what is missing.

Called by support.views.desk_actions. They never save and never judge permission: what is well-formed here goes to
support.intake. Limits and shared fields are those of the requester's forms.
"""

from typing import TYPE_CHECKING, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from support import forms as shared
from support.workflow import Audience, Availability, Pin, Priority, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CHOOSE_AUDIENCE: Final = _("Choose reply or internal note.")
_CHOOSE_AGENT: Final = _("Choose one of the agents in the menu.")
_CHOOSE_STATUS: Final = _("Choose one of the statuses in the menu.")
_CHOOSE_PRIORITY: Final = _("Choose one of the priorities in the menu.")
_CHOOSE_AVAILABILITY: Final = _("Choose online, away or offline.")
_NO_STATUS: Final = [("", "")]


def _required_choice(sentence: "StrOrPromise") -> dict[str, "StrOrPromise"]:
    return {"required": sentence, "invalid_choice": sentence}


def _sequence(*, required: bool = True) -> forms.IntegerField:
    """A number of the staff's stream, which only the page itself fills in."""
    problems = dict.fromkeys(("required", "invalid", "min_value", "max_value"), shared.STALE_PAGE)
    return forms.IntegerField(required=required, min_value=0, max_value=2**31 - 1, error_messages=problems)


class DeskReplyForm(shared.ReplyForm):
    """A reply to the requester or a note for staff, and the status that the send menu may set with it.

    `seen`: the last message that was on the page when the agent began to write.
    """

    audience = forms.ChoiceField(choices=Audience.choices, error_messages=_required_choice(_CHOOSE_AUDIENCE))
    then = forms.ChoiceField(
        choices=[*_NO_STATUS, *Status.choices],
        required=False,
        error_messages={"invalid_choice": _CHOOSE_STATUS},
    )
    seen = _sequence(required=False)


class DeskStatusForm(forms.Form):
    """A new status, and the one the agent was looking at."""

    status = forms.ChoiceField(choices=Status.choices, error_messages=_required_choice(_CHOOSE_STATUS))
    expected = forms.ChoiceField(
        choices=[*_NO_STATUS, *Status.choices],
        required=False,
        error_messages={"invalid_choice": shared.STALE_PAGE},
    )


class AssignForm(forms.Form):
    """Who owns the ticket now; empty hands it back to everybody, missing is a mistake."""

    assignee = forms.UUIDField(required=False, error_messages={"invalid": _CHOOSE_AGENT})

    def clean(self) -> None:
        if self.add_prefix("assignee") not in self.data:
            raise forms.ValidationError(_CHOOSE_AGENT)


class PriorityForm(forms.Form):
    """A new priority."""

    priority = forms.ChoiceField(choices=Priority.choices, error_messages=_required_choice(_CHOOSE_PRIORITY))


class TagsForm(forms.Form):
    """All tags of a ticket in one line, read as in the requester's form."""

    tags = shared.TagsField()


class CapacityForm(forms.Form):
    """How many live chats at once; empty is the team's number."""

    capacity = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=50,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Enter a whole number from 0 to 50.")
        ),
    )


class ReadForm(forms.Form):
    """How far the agent has read, in the staff's stream."""

    sequence = _sequence()


class AvailabilityForm(forms.Form):
    """What the agent declares to be, and for how long without an open page."""

    availability = forms.ChoiceField(
        choices=Availability.choices, error_messages=_required_choice(_CHOOSE_AVAILABILITY)
    )
    pin = forms.ChoiceField(
        choices=[("", ""), *Pin.choices],
        required=False,
        error_messages={"invalid_choice": _CHOOSE_AVAILABILITY},
    )


def first_sentence(form: forms.Form) -> str:
    """The first thing to mend, for a place that shows one sentence."""
    return next((str(sentences[0]) for sentences in form.errors.values()), "")
