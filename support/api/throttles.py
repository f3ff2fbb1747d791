"""Throttles: how fast one person, and one address, may write over HTTP.

A class for the framework; the counting is `core.buckets`. Reading is not limited here. Sockets have limits of their
own in `support.sockets.limits`.
"""

from typing import cast

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core import buckets
from core.buckets import Bucket
from core.models import User
from support.guests import limits

# A person's double clicks and scripts; an office behind one address is many people.
AT_ONCE = 30
PER_SECOND = 2.0
PEOPLE_BEHIND_ONE_ADDRESS = 10


class Writes(BaseThrottle):
    """One token per write from the person's bucket and one from the address's."""

    seconds: float = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return True
        limits.require_write(cast(User, request.user), limits.client_of(request))
        burst = float(getattr(settings, "WRITES_AT_ONCE", AT_ONCE))
        rate = float(getattr(settings, "WRITES_PER_SECOND", PER_SECOND))
        many = PEOPLE_BEHIND_ONE_ADDRESS
        self.seconds = buckets.take(
            Bucket(name=f"writes:{request.user.pk}", burst=burst, rate=rate),
            Bucket(name=f"writes:{self.get_ident(request)}", burst=burst * many, rate=rate * many),
        )
        return self.seconds == 0.0

    def wait(self) -> float:
        return self.seconds
