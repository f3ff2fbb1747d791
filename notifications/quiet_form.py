"""The form of quiet hours: from and until, both or neither. Called by the pages of a person's wishes."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.models import Preference

_BAD = _("Write a time as 22:00.")


class QuietForm(forms.Form):
    """On the person's own clock; over midnight when the end is the earlier one."""

    quiet_from = forms.TimeField(required=False, error_messages={"invalid": _BAD})
    quiet_until = forms.TimeField(required=False, error_messages={"invalid": _BAD})

    @classmethod
    def showing(cls, wishes: Preference | None) -> "QuietForm":
        """As it is now."""
        ends = {"quiet_from": wishes.quiet_from, "quiet_until": wishes.quiet_until} if wishes else {}
        return cls(initial=ends)

    def clean(self) -> dict[str, Any]:
        ends = super().clean() or {}
        if not self.errors and (ends.get("quiet_from") is None) != (ends.get("quiet_until") is None):
            raise forms.ValidationError(gettext("Choose both times, or clear both."))
        return ends

    @property
    def clocks(self) -> dict[str, str]:
        """As the command takes them."""
        return {name: at.strftime("%H:%M") if at else "" for name, at in self.cleaned_data.items()}

    @property
    def sentence(self) -> str:
        """What is wrong, if anything is."""
        return next((str(faults[0]) for faults in self.errors.values()), "")

    def shown(self, name: str) -> str:
        """What stands in a field: as typed, or as it is."""
        value = self[name].value()
        return value if isinstance(value, str) else value.strftime("%H:%M") if value else ""

    @property
    def start(self) -> str:
        """Its first field."""
        return self.shown("quiet_from")

    @property
    def end(self) -> str:
        """Its second."""
        return self.shown("quiet_until")
