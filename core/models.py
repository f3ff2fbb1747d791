"""People. The only table of the kernel: everybody who signs in, requesters and agents alike."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.ids import new_id


class Theme(models.TextChoices):
    """Which colours a person reads."""

    AUTO = "auto", _("Follow my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """A person. `is_staff` is an agent, `is_superuser` a support admin, everybody else a requester."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("email address", unique=True)
    timezone = models.CharField(max_length=64, default="Australia/Melbourne")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    language = models.CharField(
        max_length=15, blank=True, default="", help_text="One of LANGUAGES; empty: what the browser asks for."
    )
    shortcuts = models.BooleanField(default=True, help_text="Single-key shortcuts of the desk (WCAG 2.1.4).")

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="core_user_email_ci")]

    @property
    def actor(self) -> str:
        """How commands name this person."""
        return f"user:{self.pk}"

    @property
    def display_name(self) -> str:
        """First name only (privacy), else the user name."""
        return self.first_name or self.username

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        letters = (self.first_name[:1] + self.last_name[:1]) or self.username[:2]
        return letters.upper()

    @property
    def hue(self) -> int:
        """The avatar's colour, 1-8, the same for ever."""
        return uuid.UUID(str(self.pk)).int % 8 + 1
