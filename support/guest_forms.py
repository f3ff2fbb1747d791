"""The forms of guests: a first message with an address to answer to, and an address that wants its link again.

Called by support.views.guests. They judge form only; whether an address is known is nobody's question here.
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from support import validators
from support.forms import STALE_PAGE, RuledText
from support.validators import Text

MOST_NAME: Final = 60
NAME: Final = Text(most=MOST_NAME, too_long=_("Shorten your name to 60 characters."), one_line=True)
_ADDRESS: Final = _("Enter your email address, such as name@example.com.")


def _address() -> forms.EmailField:
    return forms.EmailField(
        max_length=254,
        error_messages={
            "required": _ADDRESS,
            "invalid": _ADDRESS,
            "max_length": _ADDRESS,
            "null_characters_not_allowed": _ADDRESS,
        },
    )


class GuestForm(forms.Form):
    """A first message. `key` makes a form posted twice by one guest one ticket; `place` is where a chat goes on."""

    name = RuledText(NAME)
    email = _address()
    message = RuledText(validators.MESSAGE)
    key = forms.UUIDField(required=False, error_messages={"invalid": STALE_PAGE})
    chat = forms.BooleanField(required=False)
    place = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None, *, known: bool) -> None:
        super().__init__(data, auto_id="guest_%s")  # as the fields are called on the page
        if known:  # this browser is a guest's already
            del self.fields["name"], self.fields["email"]


class LinkForm(forms.Form):
    """Where the link should go."""

    email = _address()
