"""The form of a person's own profile: name, time zone, theme, language, shortcuts.

Called by support.views.profile. Judges form only; the view saves, for people are theirs to change and no domain.
"""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Theme, User
from support import zones
from support.forms import RuledText
from support.validators import Text

MOST_NAME: Final = 150
FIRST_NAME: Final = Text(most=MOST_NAME, too_long=_("Shorten your name to 150 characters."), one_line=True)
FIELDS: Final = ("first_name", "timezone", "theme", "language", "shortcuts")


class ProfileForm(forms.Form):
    """What a person says of themselves and how they read."""

    first_name = RuledText(FIRST_NAME, label=_("First name"))
    timezone = forms.ChoiceField(
        label=_("Time zone"), error_messages={"invalid_choice": _("Choose a time zone from the list.")}
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose automatic, light or dark."),
            "invalid_choice": _("Choose automatic, light or dark."),
        },
    )
    shortcuts = forms.BooleanField(label=_("Single-key shortcuts"), required=False)

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in FIELDS})
        self.fields["timezone"].choices = zones.by_region(timezone.now())  # type: ignore[attr-defined]
        offered = [("", _("Follow my browser")), *settings.LANGUAGES]
        # One that is invented for developers, or gone meanwhile, stays until another is chosen.
        if person.language not in dict(offered):
            offered.append((person.language, person.language))
        self.fields["language"].choices = offered  # type: ignore[attr-defined]
