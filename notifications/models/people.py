"""People's own wishes, and addresses that take no mail: what keeps a delivery from going out.

Written by notifications.services alone (workers), read by planning, by delivery and by pages.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """How one person wants to be told. Without a row: everything the rules say, and quietly.

    `muted` names switches that are off, as "notice:transport". Between `quiet_from` and `quiet_until`, on the person's
    own clock, mails wait; both or neither are set. A later choice replaces an earlier one by `changed_at`, the time at
    which it was accepted, so that a repeated command changes nothing.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    browser = models.BooleanField(default=False, help_text="Also as a notification of their browser.")
    sound = models.BooleanField(default=False, help_text="With a short tone.")
    muted = models.JSONField(default=list)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class SuppressedFor(models.TextChoices):
    """What an address did with our mail."""

    REFUSED = "refused", _("The address was refused")
    BOUNCED = "bounced", _("A mail came back")
    COMPLAINED = "complained", _("A mail was marked as spam")


class Suppression(models.Model):
    """An address that takes no mail from us until a support admin lifts this. Lower case."""

    address = models.CharField(max_length=254, primary_key=True)
    reason = models.CharField(max_length=10, choices=SuppressedFor.choices)
    cause = models.CharField(max_length=500, blank=True, help_text="What the other side answered.")
    delivery = models.ForeignKey("notifications.Delivery", models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
