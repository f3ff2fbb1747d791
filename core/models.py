"""People. The only table of the kernel: everybody who signs in, requesters and agents alike, and guests, who do not."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from core.ids import new_id


class Theme(models.TextChoices):
    """Which colours a person reads."""

    AUTO = "auto", _("Follow my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """A person. `is_staff` is an agent, `is_superuser` a support admin, everybody else a requester.

    `is_guest` has no account: their `email` is empty, so no page that looks for an account by its address can meet
    them. Where they are written to is `guest_address`; it proves nothing until the link mailed there was used.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("email address", blank=True)
    is_guest = models.BooleanField(default=False, editable=False)
    guest_address = models.EmailField(blank=True, default="", editable=False)
    address_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    timezone = models.CharField(max_length=64, default="Australia/Melbourne")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    language = models.CharField(
        max_length=15, blank=True, default="", help_text="One of LANGUAGES; empty: what the browser asks for."
    )
    shortcuts = models.BooleanField(default=True, help_text="Single-key shortcuts of the desk (WCAG 2.1.4).")

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="core_user_email_ci", condition=~Q(email="")),
            models.CheckConstraint(
                name="core_user_guest_has_no_account",
                condition=Q(is_guest=False, guest_address="")
                | Q(is_guest=True, is_staff=False, is_superuser=False, email="") & ~Q(guest_address=""),
            ),
        ]
        indexes = [
            models.Index(Lower("guest_address"), name="core_user_guest", condition=Q(is_guest=True)),
            # The team is a handful among all people, asked for on every page of the desk.
            models.Index(
                fields=["first_name", "username"], name="core_user_staff", condition=Q(is_staff=True)
            ),
            # An address as it was typed, whole (a mail came in) or its beginning (the desk's search).
            models.Index(OpClass(Upper("email"), name="text_pattern_ops"), name="core_user_email_typed"),
            models.Index(
                OpClass(Upper("guest_address"), name="text_pattern_ops"),
                name="core_user_guest_typed",
                condition=Q(is_guest=True),
            ),
        ]

    @property
    def actor(self) -> str:
        """How commands name this person."""
        return f"guest:{self.pk}" if self.is_guest else f"user:{self.pk}"

    @property
    def mail_address(self) -> str:
        """Where this person is written to."""
        return self.guest_address if self.is_guest else self.email

    def revoke(self) -> None:
        """End every session of a guest, sockets included, and every link mailed to them: all hang on this value.

        What was proven by a link is to be proven by a new one.
        """
        self.set_unusable_password()
        self.address_verified_at = None
        self.save(update_fields=["password", "address_verified_at"])

    @property
    def display_name(self) -> str:
        """First name only (privacy), else the user name; of a guest the part of the address before the @."""
        return self.first_name or (self.guest_address.partition("@")[0] if self.is_guest else self.username)

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        letters = (self.first_name[:1] + self.last_name[:1]) or self.display_name[:2]
        return letters.upper()

    @property
    def hue(self) -> int:
        """The avatar's colour, 1-8, the same for ever."""
        return uuid.UUID(str(self.pk)).int % 8 + 1
